"""One line an event: key=value on a terminal, JSON elsewhere. No signed link stands in it."""

import json
import logging
import sys
from datetime import UTC, datetime

from broadsheet.project.links import without_links

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """Formats the event name and the facts that were given with ``extra``."""

    def __init__(self, form: str = "auto") -> None:
        super().__init__()
        self._json = form == "json" or (form == "auto" and not sys.stderr.isatty())

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **{k: v for k, v in vars(record).items() if k not in _KNOWN and k != "request"},
        }
        if record.exc_info:
            facts["trace"] = self.formatException(record.exc_info)
        if self._json:
            return without_links(json.dumps(facts, default=str, ensure_ascii=False))
        return without_links(" ".join(f"{name}={value}" for name, value in facts.items()))
