"""The bulk file of all metadata of arXiv: one paper a line."""
