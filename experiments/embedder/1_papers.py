"""Choose the papers to learn from, and what is taken of each.

Writes ``papers.jsonl``: one paper a line in an order that a hash of its identifier gives, with
``title``, ``abstract`` and ``sentences`` (the abstract cut at full stops). Left out are papers
without an abstract of forty words, every paper whose title stands among the documents of a
development task, and the papers that known-item queries look for: what measures must not teach.
"""

import hashlib
import itertools
import json
import re
from collections.abc import Iterator

from _folder import CORPUS, TASKS, json_lines, made, task_documents

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z$\\])")
_SHORTEST = 40  # words of an abstract


def bare(title: str) -> str:
    """A title as titles are compared: letters and digits."""
    return "".join(filter(str.isalnum, title.casefold()))


def place(row: dict) -> bytes:
    return hashlib.sha256(f"{row['source']}:{row['id']}".encode()).digest()


def papers() -> Iterator[dict]:
    for name in ("arxiv-01", "arxiv-02", "anthology", "conferences"):
        yield from json_lines(CORPUS / f"{name}.jsonl.zst")


def sought() -> set[str]:
    """The identifiers that known-item queries look for."""
    lines = (CORPUS.parent / "bench/known_item/qrels.tsv").read_text("utf-8").splitlines()[1:]
    return {line.split("\t")[1] for line in lines}


def sentences(abstract: str) -> list[str]:
    return [part for part in _SENTENCE.split(abstract) if len(part.split()) >= 6]


def main() -> None:
    known = {bare(row.get("title", "")) for name in TASKS for row in task_documents(name)}
    hidden, seen, left_out, chosen = sought(), set(), 0, []
    for row in papers():
        title = bare(row["title"])
        if len(row.get("abstract", "").split()) < _SHORTEST or title in seen:
            continue
        seen.add(title)
        if title in known or (row["source"] == "arxiv" and row["id"] in hidden):
            left_out += 1
            continue
        chosen.append(row)
    chosen.sort(key=place)
    with made("papers.jsonl").open("w", encoding="utf-8") as file:
        for row in chosen:
            kept = {key: row[key] for key in ("source", "id", "title", "abstract")}
            kept["sentences"] = sentences(row["abstract"])
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
    print(f"{len(chosen):,} papers; {left_out:,} left out because a task knows them")
    for row in itertools.islice(chosen, 3):
        print(" ", row["id"], row["title"][:80])


if __name__ == "__main__":
    main()
