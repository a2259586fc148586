"""The starter edition: real papers with summaries of our own, shown before anything is fetched."""

from pathlib import Path


def starter_path() -> Path:
    """Where the bundled starter edition lies."""
    return Path(__file__).with_name("starter.jsonl")
