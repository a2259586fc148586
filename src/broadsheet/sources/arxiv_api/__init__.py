"""arXiv's query service: single papers on demand, and what was submitted on past days."""
