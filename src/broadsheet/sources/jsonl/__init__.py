"""The neutral format: one JSON object a line, from arXiv, proceedings or anybody's own list."""
