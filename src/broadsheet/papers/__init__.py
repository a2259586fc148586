"""The catalogue: everything known of every paper, and the only truth."""
