"""Put the trained table into the package: four bits a number, a scale for each row, a model card.

The sixteen levels are fitted to the rows (Lloyd and Max), each row brought to unit root mean
square; then each row's scale is fitted again by least squares.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from _folder import made

from broadsheet.search.embedding.static import BUNDLED, LATE
from broadsheet.search.embedding.tokens import stems_of

_ROUNDS = 60


def levels(values: np.ndarray) -> np.ndarray:
    """Sixteen levels that lose the least of these values."""
    found = np.quantile(values, (np.arange(16) + 0.5) / 16)
    for _ in range(_ROUNDS):
        places = np.digitize(values, (found[1:] + found[:-1]) / 2)
        found = np.array([values[places == place].mean() for place in range(16)])
    return found.astype(np.float32)


def packed(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes (n x d/2 bytes), scales (n) and levels (16) of a table (n x d)."""
    sizes = np.maximum(np.sqrt((table**2).mean(1, keepdims=True)), 1e-9)
    rows = table / sizes
    found = levels(rows[::37].ravel())
    places = np.digitize(rows, (found[1:] + found[:-1]) / 2).astype(np.uint8)
    near = found[places]
    scales = (table * near).sum(1) / np.maximum((near * near).sum(1), 1e-9)
    return places[:, 0::2] | (places[:, 1::2] << 4), scales.astype(np.float16), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, default=made("table.npy"))
    parser.add_argument("--name", default="broadsheet-static-1")
    parser.add_argument("--to", type=Path, default=BUNDLED)
    options = parser.parse_args()
    table = np.load(options.table).astype(np.float32)
    codes, scales, found = packed(table)
    options.to.mkdir(parents=True, exist_ok=True)
    np.save(options.to / "codes.npy", codes)
    np.save(options.to / "scales.npy", scales)
    entries = made("entries.txt").read_text("utf-8").splitlines()
    words = [entry for entry in entries if entry[0] != "+" and " " not in entry]
    (options.to / "entries.txt").write_text("\n".join(entries) + "\n", "utf-8")
    (options.to / "stems.txt").write_text("\n".join(stems_of(words)) + "\n", "utf-8")
    plain = found[np.stack((codes & 15, codes >> 4), axis=2).reshape(table.shape)]
    lengths = np.linalg.norm(plain, axis=1)
    leading = np.linalg.norm(plain[:, :LATE], axis=1)
    np.save(options.to / "units.npy", (1 / leading).astype(np.float16))
    rarity = np.log(1 / (np.load(made("shares.npy")).astype(np.float64) + 2e-7))
    weights = rarity / rarity.max() * lengths * scales.astype(np.float32)
    np.save(options.to / "weights.npy", weights.astype(np.float16))
    facts = {"name": options.name, "levels": [float(level) for level in found]}
    (options.to / "model.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    near = (plain * table).sum(1) / np.maximum(lengths * np.linalg.norm(table, axis=1), 1e-9)
    size = sum(file.stat().st_size for file in options.to.iterdir())
    print(f"{len(table):,} rows, {size / 1e6:.1f} MB; cosine to the table {near.mean():.4f}")


if __name__ == "__main__":
    main()
