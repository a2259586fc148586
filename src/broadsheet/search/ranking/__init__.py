"""Ranking as data: features, recipes, one scoring function, receipts. Plain Python."""
