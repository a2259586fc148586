"""arXiv's announcement feeds, RSS 2.0 and Atom: what was announced on a day, and as what."""
