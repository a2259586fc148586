"""Write the pages of docs/ that are made from tables of the program.

python scripts/write_docs.py           writes them
python scripts/write_docs.py --check   says which are old, and exits 1 if any is
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from broadsheet.kernel.options import OPTIONS, Option

DOCS: Final = Path(__file__).parents[1] / "docs"

CONFIGURATION: Final = """\
# Configuration

<!-- Made by `make docs` from the options table in `src/broadsheet/kernel/options.py`. -->

Every option is an environment variable.
None has to be set: Broadsheet starts with the defaults below.
A variable that is set to nothing counts as not set.

| Variable | Default | What it does |
| --- | --- | --- |
{rows}

Options marked *secret* are never printed.
Each may instead be kept in a file whose path stands in a variable of the same name with `_FILE`
added, as container and service managers hand secrets over: {files}.

`broadsheet config` prints every option with its present value.
`broadsheet check` reports everything that is wrong at once, misspelt names too; with a mistake in
any option no command starts (exit code 78).
"""


def _row(option: Option[Any]) -> str:
    default = f"`{option.default}`" if option.default else f"*{option.blank}*"
    unit = f" {option.unit}" if option.unit else ""
    secret = " *Secret.*" if option.secret else ""
    return f"| `{option.env}` | {default}{unit} | {option.help}{secret} |"


def configuration() -> str:
    """The page of all options, one row each."""
    files = ", ".join(f"`{option.env}_FILE`" for option in OPTIONS if option.secret)
    return CONFIGURATION.format(rows="\n".join(map(_row, OPTIONS)), files=files)


PAGES: Final[dict[str, Callable[[], str]]] = {"configuration.md": configuration}


def main() -> None:
    """Write the pages, or with ``--check`` compare them."""
    old = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if old and "--check" in sys.argv:
        sys.exit(f"docs/{', docs/'.join(old)} no longer says what the program does: run make docs")


if __name__ == "__main__":
    main()
