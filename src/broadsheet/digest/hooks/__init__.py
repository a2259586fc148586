"""Webhooks: whose they are, what they are told, and telling them until they have heard."""
