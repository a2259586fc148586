"""Files that hold one saved page each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.page.parse import BEGINNING, Block, blocks, cards, dated, envelope, parse
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken


class Page:
    """A FileSource. A card is a record; ``raw`` is its text and the day of its page."""

    name = "page"

    def recognises(self, sample: Sample) -> bool:
        """Say whether the text opens as these pages do."""
        return _text(sample.head[:400]).lstrip().startswith(BEGINNING)

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            page = blocks(_text(streams.whole(path)))
            day = dated(page)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
            return
        except Broken as error:
            yield fatal(self.name, path, str(error))
            return
        for card in cards(page):
            if isinstance(card, Block):
                reason = "this belongs to no card: a title, an abstract or a byline is missing"
                yield broken(self.name, path, reason, line=card.line, raw=card.text.encode())
                continue
            raw = envelope(card, day)
            try:
                yield parse(raw)
            except Broken as error:
                yield broken(self.name, path, str(error), line=card.line, raw=raw)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _text(page: bytes) -> str:
    """Bytes as text; what is no UTF-8 is shown as such, and line ends are made one kind."""
    text = page.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n")
