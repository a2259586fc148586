"""Saved pages of Daily Papers, as text: what a reader copied out of a browser."""
