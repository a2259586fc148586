"""Put the packed model into the package, with its card and the scores it was measured with."""

import json
import shutil
from pathlib import Path

from _folder import made

from broadsheet.search.embedding.static import BUNDLED

_CARD = Path(__file__).with_name("card.md")


def table(scores: dict[str, dict[str, float]]) -> str:
    """Scores by task, a column a mode."""
    modes = list(scores)
    lines = ["| task | " + " | ".join(modes) + " |", "| --- |" + " --- |" * len(modes)]
    for task in scores[modes[0]]:
        cells = " | ".join(f"{scores[mode][task]:.3f}" for mode in modes)
        lines.append(f"| {task} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    shutil.rmtree(BUNDLED, ignore_errors=True)
    shutil.copytree(made("model"), BUNDLED)
    scores = json.loads(made("scores.json").read_text("utf-8"))
    card = _CARD.read_text("utf-8").replace("SCORES", table(scores))
    (BUNDLED / "README.md").write_text(card, "utf-8")
    size = sum(file.stat().st_size for file in BUNDLED.iterdir())
    print(f"{BUNDLED}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
