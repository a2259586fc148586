"""The embedded engine: an index folder of this machine, on tantivy."""
