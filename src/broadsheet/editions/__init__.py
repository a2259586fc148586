"""Answers questions with ranked, explained lists, and follows the change log into the index."""
