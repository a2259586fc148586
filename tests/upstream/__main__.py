"""The upstreams by hand: a day passes every so many seconds."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from tests.upstream import daily, records
from tests.upstream.server import Upstream

_GENTLE = ("unavailable", "too-many", "cut", "truncated", "slow", "html")


def main(arguments: list[str]) -> None:
    """Serve until interrupted, one line for each day."""
    given = _parser().parse_args(arguments)
    if given.shared:
        papers = records.corpus(given.shared, given.papers, given.start)
        recorded = daily.real_days(given.shared)
    else:
        papers = records.generated(given.papers, start=given.start, days_ahead=60)
        recorded = {}
    with Upstream(papers, given.start, recorded=recorded, port=given.port) as up:
        if given.faults:
            up.chaos(0, given.faults, _GENTLE)
        for name in ("oai", "feed", "api", "daily", "github"):
            _say(f"{name:7}{getattr(up, f'{name}_url')}")
        while True:
            _tell(up)
            time.sleep(given.day_seconds)
            up.advance(days=1)


def _tell(up: Upstream) -> None:
    truth = up.truth()
    listed = truth.announced(up.now.date())
    _say(
        f"{up.now:%a %Y-%m-%d}  announced {len(listed)}, held {len(truth.papers)},"
        f" withdrawn {len(truth.withdrawn)}, requests {len(up.requests)},"
        f" of these with a fault {sum(bool(one.fault) for one in up.requests)}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.upstream", description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--papers", type=int, default=2_000, help="how many there are in all")
    parser.add_argument("--day-seconds", type=float, default=20, help="how long a day lasts")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 4, 1))
    parser.add_argument("--shared", type=Path, help="folder of real papers; without it, invented")
    parser.add_argument(
        "--faults", type=float, default=0, help=f"share of requests that fail: {', '.join(_GENTLE)}"
    )
    return parser


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
