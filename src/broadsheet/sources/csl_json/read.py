"""CSL-JSON files as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import charset, streams, values
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.csl_json.parse import NAME, items, parse
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken, Entry

_OPENING: Final = re.compile(rb"\s*(?:\[\s*)?\{")
# Names that CSL alone has, in the place of a name.
_OWN: Final = re.compile(
    rb'"(?:date-parts|citation-key|container-title|non-dropping-particle|title-short'
    rb'|publisher-place|collection-title)"\s*:'
)
_PERSON: Final = re.compile(rb'"(?:family|literal)"\s*:\s*"')


class CSLJSON:
    """A FileSource. ``raw`` is an item."""

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether the JSON has names or people as CSL writes them."""
        head = b"".join(charset.narrow([sample.head])).removeprefix(b"\xef\xbb\xbf")
        return bool(_OPENING.match(head) and (_OWN.search(head) or _PERSON.search(head)))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            content = charset.text(streams.whole(path)).encode("utf-8", "replace")
            found = list(items(content))
        except Unreadable as error:
            yield unreadable(self.name, path, error)
            return
        except Broken as error:
            yield fatal(self.name, path, str(error))
            return
        if not found:
            yield fatal(self.name, path, "it holds no item of CSL")
        for place, item in enumerate(found, start=1):
            yield _told(path, place, item)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _told(path: Path, place: int, item: Entry) -> Record | Trouble:
    raw = b""
    try:
        raw = values.encoded(item)
        return parse(raw)
    except Broken as error:
        key = item.get("id")
        name = key if isinstance(key, str) else ""
        return broken(NAME, path, f"item {place}: {error}", raw=raw, source_id=name)
