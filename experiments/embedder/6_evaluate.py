"""Pack a table as the package will hold it, and measure it on the development tasks.

Search is the production path: the same index, the same rule. Writes ``model/`` (what 7_export
puts into the package) and ``scores.json``.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from _folder import BENCH, TASKS, made, words_of

from broadsheet.search.embedding.static import LATE, StaticEmbedder
from broadsheet.search.embedding.tokens import stems_of
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.evaluation.evaluate import evaluate_backend, mean
from broadsheet.search.evaluation.tasks import read_task

_ROUNDS = 60


def levels(values: np.ndarray) -> np.ndarray:
    """Sixteen levels that lose the least of these values (Lloyd and Max)."""
    found = np.quantile(values, (np.arange(16) + 0.5) / 16)
    for _ in range(_ROUNDS):
        places = np.digitize(values, (found[1:] + found[:-1]) / 2)
        found = np.array([values[places == place].mean() for place in range(16)])
    return found.astype(np.float32)


def packed(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places among the levels (n x d), scales (n) and levels (16) of a table (n x d).

    Levels are fitted to rows of unit root mean square, each row's scale then by least squares.
    """
    sizes = np.maximum(np.sqrt((table**2).mean(1, keepdims=True)), 1e-9)
    rows = table / sizes
    found = levels(rows[::37].ravel())
    places = np.digitize(rows, (found[1:] + found[:-1]) / 2).astype(np.uint8)
    near = found[places]
    scales = (table * near).sum(1) / np.maximum((near * near).sum(1), 1e-9)
    return places, scales.astype(np.float16), found


def pack(table: np.ndarray, folder: Path, name: str) -> None:
    """Write the files of a model."""
    places, scales, found = packed(table)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "codes.npy", places[:, 0::2] | (places[:, 1::2] << 4))
    np.save(folder / "scales.npy", scales)
    entries = made("entries.txt").read_text("utf-8").splitlines()
    (folder / "entries.txt").write_text("\n".join(entries) + "\n", "utf-8")
    (folder / "stems.txt").write_text("\n".join(stems_of(words_of(entries))) + "\n", "utf-8")
    rows = found[places]
    lengths = np.linalg.norm(rows, axis=1)
    np.save(folder / "units.npy", (1 / np.linalg.norm(rows[:, :LATE], axis=1)).astype(np.float16))
    rarity = np.log(1 / (np.load(made("shares.npy")).astype(np.float64) + 2e-7))
    weights = rarity / rarity.max() * lengths * scales.astype(np.float32)
    np.save(folder / "weights.npy", weights.astype(np.float16))
    common = int(made("common.txt").read_text("utf-8"))
    facts = {"name": name, "common": common, "levels": [float(level) for level in found]}
    (folder / "model.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    near = (rows * table).sum(1) / np.maximum(lengths * np.linalg.norm(table, axis=1), 1e-9)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{len(table):,} rows, {size / 1e6:.1f} MB; cosine to the table {near.mean():.4f}")


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """nDCG@10 by mode and task, with the mean."""
    embedder, found = StaticEmbedder(folder), {}
    for mode in ("meaning", "hybrid"):
        scores = [
            evaluate_backend(read_task(BENCH / name), lambda at: LocalBackend(at, embedder), mode)
            for name in TASKS
        ]
        values = {score.name: round(score.estimate("nDCG@10").value, 4) for score in scores}
        found[mode] = values | {"mean": round(mean(scores, "nDCG@10").value, 4)}
        print(mode, found[mode], flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", default="table.npy")
    parser.add_argument("--name", default="broadsheet-static-1")
    options = parser.parse_args()
    began = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        pack(np.load(made(options.table)).astype(np.float32), Path(scratch), options.name)
        scores = measured(Path(scratch))
        made("model").mkdir(exist_ok=True)
        for file in Path(scratch).iterdir():
            (made("model") / file.name).write_bytes(file.read_bytes())
    made("scores.json").write_text(json.dumps(scores, indent=1) + "\n", "utf-8")
    print(f"{time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
