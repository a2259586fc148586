"""Live sources against the catalogue: when they are asked, how far they came, what is missing."""
