"""Answers questions: candidates, ranking with receipts, cards; follows the change log into the index."""
