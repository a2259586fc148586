"""The query language: one grammar, one tree, one way to say how a query was read."""
