"""How well papers of several sources are made one, on the corpus of real records.

    python evals/merging.py [--show] [--catalogue FOLDER]

Imports the corpus into an empty catalogue, with every identifier hidden that a source states for
a paper of another source, so that only titles, authors, years and abstracts are left. Then:

    wrong     of 200 pairs that the rules made one, those judged to be two works; at most one, in
              each of two samples. A sample is fixed by a digest of the pair, so that a change of
              the rules moves few pairs in or out. Verdicts stand in merging-judged.tsv; --show
              prints the pairs that have none, side by side, to be read and judged.
    found     of the pairs whose identity a source states (pairs.tsv), those made one; 0.90 at
              least.
    hinted    the same of pairs that share title and an author by a simpler comparison, for
              information: some of them are two works.

--catalogue keeps the catalogue in a folder and takes it from there the next time.
"""

import argparse
import csv
import hashlib
import json
import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
JUDGED = HERE / "merging-judged.tsv"
FILES = ("arxiv-01", "arxiv-02", "anthology", "conferences")
SAMPLE = 200
# The second was drawn and read when the rules had stood for a while: they never saw it.
DRAWS = ("", "2026-11-22")
MOST_WRONG = 1
LEAST_FOUND = 0.90

Pair = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--show", action="store_true", help="print the pairs without a verdict")
    parser.add_argument("--catalogue", type=Path, help="a folder to keep the catalogue in")
    asked = parser.parse_args()
    corpus = Path(os.environ.get("BROADSHEET_SHARED") or HERE.parents[1] / "shared") / "corpus"
    if not corpus.is_dir():
        sys.exit(f"There is no {corpus}. Set BROADSHEET_SHARED to the folder that holds corpus.")
    with tempfile.TemporaryDirectory() as folder:
        begin(asked.catalogue or Path(folder), corpus)
        sys.exit(0 if measure(corpus, show=asked.show) else 1)


def begin(folder: Path, corpus: Path) -> None:
    """Open the catalogue of a folder; import the corpus where it is empty."""
    os.environ["BROADSHEET_DATA"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from broadsheet.papers import actions, queries

    call_command("migrate", verbosity=0)
    if not queries.sizes().papers:
        actions.ingest(records(corpus))


def records(corpus: Path) -> Iterator[Any]:
    """Every record of the corpus, without what it states about other sources."""
    from broadsheet.sources.jsonl.read import JSONL

    for name in FILES:
        for item in JSONL().read(corpus / f"{name}.jsonl.zst"):
            yield hidden(item) if name == "conferences" else item


def hidden(item: Any) -> Any:
    """A conference's record names papers of other sources only; nothing it names is left."""
    from broadsheet.sources.contract import Record

    if not isinstance(item, Record):
        return item
    entry = json.loads(item.raw)
    kept = {name: value for name, value in entry.items() if name not in ("same_as", "url", "doi")}
    return replace(item, identifiers=(), raw=json.dumps(kept).encode())


# Measuring


def measure(corpus: Path, *, show: bool) -> bool:
    """Print the figures; say whether they hold."""
    pairs = merged()
    verdicts = judged()
    print(f"pairs made one by the rules  {len(pairs):,}")
    holds = [judge(sample(pairs, draw), verdicts, show=show) for draw in DRAWS]
    share = found(corpus, "stated")
    print(f"found, of those stated  {share:.3f}, at least {LEAST_FOUND:.2f}")
    print(f"found, of those hinted  {found(corpus, 'title+author'):.3f}")
    return all(holds) and share >= LEAST_FOUND


def judge(pairs: list[Pair], verdicts: dict[Pair, str], *, show: bool) -> bool:
    """Print what of a sample is wrong; say whether all of it was read and that holds."""
    unread = [pair for pair in pairs if pair not in verdicts]
    wrong = [pair for pair in pairs if verdicts.get(pair) == "two"]
    print(f"wrong, of {len(pairs) - len(unread)} judged  {len(wrong)}, at most {MOST_WRONG}")
    for one, other in wrong:
        print(f"    {one}  {other}")
    if unread:
        print(f"{len(unread)} pairs of the sample have no verdict: --show prints them")
        if show:
            tell(unread)
    return not unread and len(wrong) <= MOST_WRONG


def sample(pairs: set[Pair], draw: str) -> list[Pair]:
    """Those that come first in an order which says nothing of them, another for each draw."""

    def place(pair: Pair) -> bytes:
        words = (draw, *pair) if draw else pair
        return hashlib.blake2b("\0".join(words).encode(), digest_size=8).digest()

    return sorted(pairs, key=place)[:SAMPLE]


def merged() -> set[Pair]:
    """A pair of names for every merge by the rules: what joined, and the oldest it joined."""
    from broadsheet.papers.models import Merge, Record

    pairs = set()
    rules = Merge.objects.exclude(how="identifier").prefetch_related("records")
    for merge in rules.iterator(chunk_size=1_000):
        joined = sorted(record.source_id for record in merge.records.all())
        paper = merge.paper.merged_into_id or merge.paper_id
        others = Record.objects.filter(paper=paper).exclude(source_id__in=joined)
        if (oldest := others.order_by("pk").first()) is not None:
            pairs.add((joined[0], oldest.source_id))
    return pairs


def judged() -> dict[Pair, str]:
    """The verdict on each pair that somebody read: ``one`` or ``two``."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {(row["joined"], row["to"]): row["verdict"] for row in rows}


def found(corpus: Path, how: str) -> float:
    """The share of the pairs of this kind that are one paper."""
    from broadsheet.papers.models import Record

    papers = dict(Record.objects.values_list("source_id", "paper_id").iterator())
    with (corpus / "pairs.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["how"] == how]
    same = [papers[f"{row['source']}:{row['id']}"] == papers[target(row)] for row in rows]
    return sum(same) / len(same)


def target(row: dict[str, str]) -> str:
    name = row["arxiv_id"]
    return name if name.startswith("anthology:") else f"arxiv:{name}"


def tell(pairs: list[Pair]) -> None:
    """Print records side by side, as far as a verdict needs them."""
    from broadsheet.papers.models import Record
    from broadsheet.papers.refresh import read_again

    for pair in pairs:
        print("\t".join(pair))
        for name in pair:
            said = read_again(Record.objects.filter(source_id=name).latest("pk"))
            print(f"  {said.title}\n  {', '.join(said.authors[:8])} ({len(said.authors)})")
            print(f"  {said.published} {said.venue} {said.journal_ref} {said.comment}")
            print(textwrap.indent(textwrap.shorten(said.abstract, 400), "    "))


if __name__ == "__main__":
    main()
