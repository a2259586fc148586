"""Broadsheet: the daily paper of research."""

__version__ = "0.1.0"
