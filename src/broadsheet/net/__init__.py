"""Asking other sites politely: one client for everything that leaves this machine."""
