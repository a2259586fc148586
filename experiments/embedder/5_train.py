"""Train the table: the sum of a text's rows is to point where the teacher's vector points.

The teacher's 384 dimensions are turned to their 256 leading directions first (uncentred second
moment). The start is every entry through the teacher alone, times 0.001 / (0.001 + its share).
The loss is one minus the cosine, for titles, for sentences, twice for whole papers and, by half,
for glosses. Writes ``table.npy`` (entries x 256, half precision).
"""

import argparse
import json
import time
from dataclasses import dataclass

import numpy as np
import torch
from _folder import made, words_of
from torch.nn import functional

from broadsheet.search.embedding.tokens import Batch, Tokenizer, stems_of

PART = 1_024
DIMENSIONS = 256
LONGEST = 160  # entries of a text that are looked at


@dataclass
class Texts:
    """Texts as entries, and where the teacher says they point."""

    singles: Batch
    pairs: Batch
    aims: np.ndarray

    def bags(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """The entries of these texts one after another, and where each text begins."""
        parts = [cut(self.singles, rows), cut(self.pairs, rows)]
        counts = [count for _, count in parts]
        owner = np.concatenate([np.repeat(np.arange(len(rows)), count) for count in counts])
        ids = np.concatenate([found for found, _ in parts])[np.argsort(owner, kind="stable")]
        starts = np.concatenate(([0], np.cumsum(sum(counts))[:-1]))
        return torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(starts)

    def aimed(self, rows: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(self.aims[rows])


def cut(batch: Batch, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The entries of some texts of a batch, each text cut at the longest; and how many each."""
    starts, ends = batch.starts()[rows], batch.ends[rows]
    counts = np.minimum(ends - starts, LONGEST)
    places = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return batch.ids[places], counts


def parts(kind: str) -> list[int]:
    return sorted(int(path.stem[-4:]) for path in made("teacher").glob(f"{kind}-*.npy"))


def taught(kind: str, numbers: list[int]) -> np.ndarray:
    """The teacher's vectors of some parts (n x 384)."""
    found = [np.load(made("teacher") / f"{kind}-{number:04}.npy") for number in numbers]
    return np.concatenate(found).astype(np.float32)


def paper_texts(numbers: list[int]) -> dict[str, list[str]]:
    """Title, the sentence the teacher saw, and title with abstract, of the papers of some parts."""
    wanted, texts = set(numbers), {"title": [], "sentence": [], "paper": []}
    with made("papers.jsonl").open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number // PART > numbers[-1]:
                break
            if number // PART not in wanted:
                continue
            row = json.loads(line)
            some = row["sentences"] or [row["title"]]
            texts["title"].append(row["title"])
            texts["sentence"].append(some[len(row["id"]) * 7 % len(some)])
            texts["paper"].append(f"{row['title']}. {row['abstract']}")
    return texts


def directions(*samples: np.ndarray) -> np.ndarray:
    """The leading directions of some vectors (384 x 256)."""
    together = np.concatenate(samples)
    energy, found = np.linalg.eigh(together.T @ together / len(together))
    print(f"{energy[::-1][:DIMENSIONS].sum() / energy.sum():.3f} of the energy is kept")
    return np.ascontiguousarray(found[:, ::-1][:, :DIMENSIONS], np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def start(entries: list[str], turned: np.ndarray) -> np.ndarray:
    """What the table is before training: the rarer an entry, the longer its row."""
    shares = np.load(made("shares.npy"))
    table = (taught("entry", parts("entry")) @ turned) * (0.001 / (0.001 + shares))[:, None]
    table[np.array([" " in entry for entry in entries])] *= 0.3  # added to those of its words
    return table / np.sqrt((table**2).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000)
    parser.add_argument("--batch", type=int, default=1_024)
    parser.add_argument("--rate", type=float, default=0.06)
    parser.add_argument("--glosses", type=float, default=0.5, help="their share of the loss")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", default="table.npy")
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    torch.manual_seed(options.seed)

    entries = made("entries.txt").read_text("utf-8").splitlines()
    tokenizer = Tokenizer(entries, stems_of(words_of(entries)))
    numbers = sorted(set(parts("title")) & set(parts("sentence")) & set(parts("paper")))
    said = paper_texts(numbers)
    heard = {kind: taught(kind, numbers) for kind in said}
    of_glosses = parts("glosses")
    lines = made("glosses.txt").read_text("utf-8").splitlines()
    said["gloss"] = [line for n in of_glosses for line in lines[n * PART : (n + 1) * PART]]
    heard["gloss"] = taught("glosses", of_glosses)
    turned = directions(*(rows[:20_000] for rows in heard.values()))
    kinds = {}
    for kind, texts in said.items():
        singles = tokenizer.tokens(texts)
        kinds[kind] = Texts(singles, tokenizer.pairs(singles), unit(heard[kind] @ turned))
    papers, glosses = len(said["title"]), len(said["gloss"])
    print(f"{papers:,} papers, {glosses:,} glosses, {len(entries):,} entries")

    table = torch.nn.Parameter(torch.from_numpy(start(entries, turned)))
    optimiser = torch.optim.Adam([table], lr=options.rate, betas=(0.9, 0.99), fused=True)
    shares = {"title": 1.0, "sentence": 1.0, "paper": 2.0, "gloss": options.glosses}
    began, order = time.time(), random.permutation(papers)
    for step in range(options.steps):
        warm, cold = (step + 1) / (0.1 * options.steps), (1 - step / options.steps) / 0.9
        optimiser.param_groups[0]["lr"] = options.rate * min(warm, cold)
        if len(order) < options.batch:
            order = random.permutation(papers)
        rows, order = order[: options.batch], order[options.batch :]
        loss = torch.zeros(())
        for kind, share in shares.items():
            some = random.integers(0, glosses, options.batch // 2) if kind == "gloss" else rows
            ids, starts = kinds[kind].bags(some)
            made_rows = functional.embedding_bag(ids, table, starts, mode="sum")
            near = functional.cosine_similarity(made_rows, kinds[kind].aimed(some), dim=1)
            loss = loss + share * (1 - near).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 50 == 0:
            print(f"step {step}, loss {loss.item():.4f}, {time.time() - began:.0f} s", flush=True)
    np.save(made(options.table), table.detach().numpy().astype(np.float16))


if __name__ == "__main__":
    main()
