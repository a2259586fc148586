"""Definitions from beyond arXiv: WordNet, the Gene Ontology, the Human Phenotype Ontology.

arXiv says little of medicine and of everyday things. A dictionary does, in the shape the teacher
likes: a term, then what it is. The folders come from public packages (see README.md). Writes
``glosses.txt``, one ``term: definition`` a line, in a fixed random order.
"""

import argparse
import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from _folder import made

_NAMES = (15, 18)  # WordNet's files of places and persons: proper names teach nothing here
_SHORTEST = 3  # words of a definition

Gloss = tuple[str, str]


def wordnet(folder: Path) -> Iterator[Gloss]:
    for part in ("noun", "verb", "adj", "adv"):
        text = (folder / f"data.{part}").read_text("utf-8", errors="replace")
        for line in text.splitlines():
            if line.startswith("  "):
                continue  # the licence
            head, _, gloss = line.partition(" | ")
            cells = head.split()
            terms = [cells[4 + 2 * i].replace("_", " ") for i in range(int(cells[3], 16))]
            if part == "noun" and int(cells[1]) in _NAMES and any(t[0].isupper() for t in terms):
                continue
            terms = [re.sub(r"\([a-z]+\)$", "", term) for term in terms]
            yield ", ".join(terms), gloss.split('; "')[0].strip()


def gene_ontology(file: Path) -> Iterator[Gloss]:
    for term, definition in sqlite3.connect(file).execute("select term, definition from go_term"):
        if definition and term != "all":
            yield term, re.sub(r"\s*\[[^\]]*\]$", "", definition)


def phenotypes(file: Path) -> Iterator[Gloss]:
    name = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("name: "):
            name = line[6:].strip()
        elif line.startswith("def: ") and name:
            yield name, re.sub(r'^"|"\s*\[.*$', "", line[5:].strip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun")
    parser.add_argument("--genes", type=Path, required=True, help="GO.sqlite")
    parser.add_argument("--phenotypes", type=Path, required=True, help="hp.obo")
    options = parser.parse_args()
    rows = [
        f"{term}: {definition}"
        for source in (
            wordnet(options.wordnet),
            gene_ontology(options.genes),
            phenotypes(options.phenotypes),
        )
        for term, definition in source
        if len(definition.split()) >= _SHORTEST
    ]
    random.Random(1).shuffle(rows)
    made("glosses.txt").write_text("\n".join(rows) + "\n", "utf-8")
    print(
        f"{len(rows):,} glosses, {sum(len(row.split()) for row in rows) / len(rows):.0f} words each"
    )


if __name__ == "__main__":
    main()
