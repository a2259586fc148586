"""How a letter reads: from what was chosen to a subject, a text and an HTML page."""
