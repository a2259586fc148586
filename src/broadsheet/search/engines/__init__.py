"""Engines that keep the Backend contract."""
