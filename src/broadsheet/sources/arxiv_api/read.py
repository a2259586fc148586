"""Saved answers of arXiv's query service as Records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import arxiv, slices, streams
from broadsheet.sources.arxiv_api.parse import NAMESPACE, SOURCE, answer, is_error, named, parse
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml


class ArxivAPIFile:
    """A FileSource. An entry is a record; ``raw`` is the entry."""

    name = SOURCE

    def recognises(self, sample: Sample) -> bool:
        """Say whether this is an answer of arXiv's query service."""
        head = sample.head
        of_arxiv = NAMESPACE in head and b"http://arxiv.org/schemas/atom" in head
        return of_arxiv and not arxiv.is_of_others(head)

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        """What can be saved of an answer that is broken off, then why it is."""
        try:
            body = slices.utf8(streams.whole(path))
            raws, _ = slices.cut(body, "entry")
            for count, raw in enumerate(raws, start=1):
                if is_error(raw):
                    continue
                try:
                    yield parse(raw)
                except Broken as error:
                    reason = f"entry {count}: {error}"
                    yield broken(self.name, path, reason, raw=raw, source_id=named(raw))
            if said := answer(body).error:
                yield fatal(self.name, path, f"arXiv answered with an error: {said.rstrip('.')}")
        except Unreadable as error:
            yield unreadable(self.name, path, error)
        except BadXml as error:
            yield fatal(self.name, path, str(error))

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
