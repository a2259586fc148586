"""Saved announcement feeds of arXiv as Records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import arxiv, slices, streams
from broadsheet.sources.arxiv_feed.parse import NAMESPACE, SOURCE, feed, named, parse
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml

# What the feeds declare and answers of the query service do not.
_OWN: Final = b"http://purl.org/dc/elements/1.1/"
_ROOTS: Final = (b"<rss", b"<feed")


class ArxivFeedFile:
    """A FileSource. An entry is a record; ``raw`` is the entry."""

    name = SOURCE

    def recognises(self, sample: Sample) -> bool:
        """Say whether this is a feed of announcements."""
        head = sample.head
        of_arxiv = NAMESPACE in head and _OWN in head and any(root in head for root in _ROOTS)
        return of_arxiv and not arxiv.is_of_others(head)

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        """What can be saved of a feed that is broken off, then why it is."""
        try:
            body = slices.utf8(streams.whole(path))
            raws = slices.cut(body, "item")[0] or slices.cut(body, "entry")[0]
            for count, raw in enumerate(raws, start=1):
                try:
                    yield parse(raw)
                except Broken as error:
                    reason, number = f"entry {count}: {error}", named(raw)[0]
                    yield broken(self.name, path, reason, raw=raw, source_id=number)
            if said := feed(body).error:
                yield fatal(self.name, path, f"arXiv had no such feed: {said.rstrip('.')}")
        except Unreadable as error:
            yield unreadable(self.name, path, error)
        except BadXml as error:
            yield fatal(self.name, path, str(error))

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
