"""arXiv by OAI-PMH, formats arXiv and arXivRaw: the main harvest, and numbers for the ledger."""
