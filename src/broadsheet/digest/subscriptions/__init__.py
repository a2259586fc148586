"""Who wants what: asking, confirming, changing, leaving, without an account."""
