"""Announcements by themselves: a line says that a paper stood in a feed on a day."""
