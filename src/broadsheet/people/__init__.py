"""Readers and operators."""
