"""A search library of its own: documents, query language, engines, ranking. No Django."""
