"""Everything a template shows, as plain strings made ready: templates hold no logic."""
