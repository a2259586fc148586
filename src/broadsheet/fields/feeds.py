"""What feeds are called in sentences."""

from typing import Final

_TITLES: Final = {
    "huggingface-daily": "the curated Daily Papers list",
    "arxiv": "the arXiv list of new papers",
}


def feed_title(feed: str) -> str:
    """A feed in words; one that is not known here goes by its own name."""
    return _TITLES.get(feed, feed)
