"""Choose the entries: words, pieces of words and pairs of words.

From the papers and glosses: the plain words and pieces of the teacher's own vocabulary, further
words by how many papers hold them, words of the glosses, and pairs of neighbours ranked by
root of the count x log of the lift. Writes ``entries.txt`` (words, then pieces marked ``+``,
then pairs), ``common.txt`` (how many of the first are the teacher's own), ``entry.txt`` (the same
as the teacher is asked for them) and ``shares.npy``: how often each entry stands among a thousand.
"""

import argparse
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
from _folder import made, words_of

from broadsheet.search import analysis
from broadsheet.search.embedding.tokens import STOP_WORDS, Tokenizer, stems_of

_PLAIN = re.compile(r"[a-z0-9]+")


def texts() -> list[str]:
    with made("papers.jsonl").open(encoding="utf-8") as file:
        rows = map(json.loads, file)
        return [f"{row['title']}. {row['abstract']}" for row in rows]


def glosses() -> list[str]:
    path = made("glosses.txt")
    return path.read_text("utf-8").splitlines() if path.exists() else []


def counted(some: list[str]) -> Counter[str]:
    """In how many texts each word stands."""
    found: Counter[str] = Counter()
    for text in some:
        found.update(set(analysis.folded(text).split()))
    return found


def worth(word: str) -> bool:
    """Numbers of more than four digits and words with a foreign letter are not worth an entry."""
    if word in STOP_WORDS or not _PLAIN.fullmatch(word) or len(word) > 30:
        return False
    return not (word.isdigit() and len(word) > 4)


def singles(model: Path, papers: list[str], most: int, least: int) -> list[str]:
    own = (model / "vocab.txt").read_text("utf-8").splitlines()
    words = [word for word in own if worth(word)]
    pieces = [
        "+" + word[2:] for word in own if word.startswith("##") and _PLAIN.fullmatch(word[2:])
    ]
    of_papers, of_glosses = counted(papers), counted(glosses())
    known = set(words)
    # A word that the teacher knows and nobody writes is dead weight, but a piece others need.
    weights = {
        word: of_papers[word] + 3 * of_glosses[word]
        for word in of_papers.keys() | of_glosses.keys()
        if word not in known and worth(word) and of_papers[word] + 3 * of_glosses[word] >= least
    }
    more = sorted(weights, key=lambda word: (-weights[word], word))[
        : most - len(words) - len(pieces)
    ]
    print(
        f"{len(words):,} words and {len(pieces):,} pieces of the teacher, {len(more):,} more words"
    )
    made("common.txt").write_text(f"{len(words)}\n", "utf-8")
    print("the last of them:", more[-5:], weights[more[-1]])
    return words + more + pieces


def pairs(entries: list[str], papers: list[str], most: int) -> list[str]:
    """Neighbours that say more together than apart."""
    tokenizer, whole = Tokenizer(entries, stems_of(words_of(entries))), len(words_of(entries))
    alone, together = np.zeros(len(entries), np.int64), Counter()
    for start in range(0, len(papers), 4_000):
        tokens = tokenizer.tokens(papers[start : start + 4_000 : 2])
        ids = tokens.ids.astype(np.int64)
        alone += np.bincount(ids, minlength=len(entries))
        inside = np.ones(len(ids) - 1, bool)
        inside[tokens.ends[:-1] - 1] = False
        inside &= (ids[:-1] < whole) & (ids[1:] < whole)
        keys, counts = np.unique((ids[:-1] << 32 | ids[1:])[inside], return_counts=True)
        together.update(dict(zip(keys.tolist(), counts.tolist(), strict=True)))
        if start % 40_000 == 0:
            together = Counter({k: c for k, c in together.items() if c > 1})
    total, ranked = int(alone.sum()), []
    for key, count in together.items():
        a, b = key >> 32, key & 0xFFFFFFFF
        if count < 15 or entries[a].isdigit() or entries[b].isdigit() or a == b:
            continue
        lift = math.log(count * total / (int(alone[a]) * int(alone[b])))
        ranked.append((math.sqrt(count) * lift, f"{entries[a]} {entries[b]}"))
    ranked.sort(reverse=True)
    print("pairs, first and last:", ranked[:5], ranked[most - 5 : most])
    return [pair for _, pair in ranked[:most]]


def shares(entries: list[str], papers: list[str]) -> np.ndarray:
    tokenizer, found = Tokenizer(entries, stems_of(words_of(entries))), np.zeros(len(entries))
    for batch in range(0, len(papers), 4_000):
        tokens = tokenizer.tokens(papers[batch : batch + 4_000 : 4])
        found += np.bincount(tokens.ids, minlength=len(entries))
        found += np.bincount(tokenizer.pairs(tokens).ids, minlength=len(entries))
    return found / found.sum()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the teacher's folder")
    parser.add_argument("--singles", type=int, default=85_000)
    parser.add_argument("--pairs", type=int, default=25_000)
    parser.add_argument("--least", type=int, default=5)
    options = parser.parse_args()
    papers = texts()
    entries = singles(options.model, papers, options.singles, options.least)
    entries += pairs(entries, papers, options.pairs)
    made("entries.txt").write_text("\n".join(entries) + "\n", "utf-8")
    alone = (entry.removeprefix("+") for entry in entries)
    made("entry.txt").write_text("\n".join(alone) + "\n", "utf-8")
    np.save(made("shares.npy"), shares(entries, papers + glosses()).astype(np.float32))
    print(f"{len(entries):,} entries")


if __name__ == "__main__":
    main()
