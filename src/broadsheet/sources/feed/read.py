"""Saved feeds as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import arxiv, charset, streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.feed.document import document
from broadsheet.sources.feed.parse import NAME, parse
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken

_ROOT: Final = re.compile(
    r"(?:<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|<!DOCTYPE[^>]*>|\s|\ufeff)*"
    r"<(?:rss\b|feed\b|channel\b|(?:\w+:)?RDF\b[^>]*(?:purl\.org/rss|netscape\.com/rdf))",
    re.IGNORECASE,
)
_JSON: Final = re.compile(
    r"\s*\{(?:.{0,4000}?)\"(?:version\"\s*:\s*\"https?://(?:www\.)?jsonfeed\.org"
    r"|home_page_url\"|feed_url\")",
    re.DOTALL,
)
# arXiv's own services have sources of their own, which know more.
_ARXIV: Final = re.compile(
    rb"rss\.arxiv\.org|oai:arXiv\.org:|announce_type|<id>\s*https?://arxiv\.org/"
)


class Feed:
    """A FileSource. An item is a record; ``raw`` is the item with the name of its feed."""

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether a feed begins here, and not one of arXiv's."""
        text = charset.text(sample.head)
        if _ROOT.match(text):
            return not _ARXIV.search(sample.head) or arxiv.is_of_others(sample.head)
        return bool(_JSON.match(text))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            found = document(streams.whole(path))
            saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
            return
        except (Broken, OSError) as error:
            yield fatal(self.name, path, str(error))
            return
        captured = found.captured(saved)
        for place, raw in enumerate(found.items, start=1):
            try:
                yield parse(raw, captured)
            except Broken as error:
                yield broken(self.name, path, f"item {place}: {error}", raw=raw)
        if found.wrong:
            reason = f"it is broken ({found.wrong}); what could be read of it is kept"
            yield broken(self.name, path, reason)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw, seen_at), seen_at=seen_at)
