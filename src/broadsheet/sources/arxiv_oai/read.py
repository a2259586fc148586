"""Saved answers of arXiv's OAI-PMH service as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import slices, streams
from broadsheet.sources.arxiv_oai.answer import answer
from broadsheet.sources.arxiv_oai.parse import discreet, named, parse
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml

_ROOT: Final = b"<OAI-PMH"


class ArxivOAIFile:
    """A FileSource. A ``record`` element is a record; ``raw`` is it without the submitter."""

    def __init__(self, name: str, tag: str) -> None:
        self.name = name
        self._tag = re.compile(rf"<(?:[\w.-]+:)?{tag}[\s>]".encode())

    def recognises(self, sample: Sample) -> bool:
        """Say whether this is an answer that holds records of this format."""
        return _ROOT in sample.head and bool(self._tag.search(sample.head))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        """What can be saved of an answer that is broken off, then why it is."""
        try:
            body = slices.utf8(streams.whole(path))
            raws, rest = slices.cut(body, "record")
            for count, told in enumerate(raws, start=1):
                raw = discreet(told)
                try:
                    yield parse(raw)
                except Broken as error:
                    reason = f"record {count}: {error}"
                    yield broken(self.name, path, reason, raw=raw, source_id=named(raw))
            answer(rest)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
        except BadXml as error:
            yield fatal(self.name, path, str(error))

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


METADATA: Final = ArxivOAIFile("arxiv_oai", "arXiv")
VERSIONS: Final = ArxivOAIFile("arxiv_raw", "arXivRaw")
