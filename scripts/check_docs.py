"""Check what the documents say against the project: links, commands, options, files.

    python scripts/check_docs.py

Prints a sentence for each thing that is not there, and exits 1 if there is any. Addresses on
other machines are not visited.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from typer.main import get_command

from broadsheet.cli.main import app
from broadsheet.kernel import options

_FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^()\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_OPTION: Final = re.compile(r"\bBROADSHEET_[A-Z_]+[A-Z]\b")
_COMMAND: Final = re.compile(
    r"(?:ExecStart=)?(?:sudo (?:-u \S+ )?)?(?:[A-Z_]+=\S+ )*(?:\S*/)?(broadsheet|make) ([a-z].*)"
)
_PLACE: Final = re.compile(r"[\w.-]+/[\w./-]*")


def mistakes(root: Path) -> list[str]:
    """Everything the documents of a checkout name that is not there, a sentence each."""
    pages = sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])
    commands = {"broadsheet": _cli(), "make": _targets(root)}
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        wrong = [*_links(page, text), *_names(text, commands), *_files(root, text)]
        found += [f"{page.relative_to(root)}: {what}" for what in dict.fromkeys(wrong)]
    return found


def _cli() -> dict[str, set[str]]:
    """The options of every command of ``broadsheet``, those of groups as "group command"."""
    known: dict[str, set[str]] = {}
    waiting: list[tuple[str, Any]] = [("", get_command(app))]
    while waiting:
        name, command = waiting.pop()
        known[name] = {opt for param in command.params for opt in param.opts}
        subs = getattr(command, "commands", {}).values()
        waiting += [(f"{name} {sub.name}".strip(), sub) for sub in subs]
    return known


def _targets(root: Path) -> dict[str, set[str]]:
    text = (root / "Makefile").read_text(encoding="utf-8")
    return {name: set() for name in re.findall(r"^([a-z-]+):", text, re.MULTILINE)}


def _links(page: Path, text: str) -> Iterator[str]:
    for link in _LINK.findall(_FENCE.sub("", text)):
        address, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", address):
            continue
        target = page.parent / address if address else page
        if not target.exists():
            yield f"there is no {address} to link to"
        elif anchor and anchor not in _anchors(target):
            yield f"{target.name} has no heading #{anchor}"


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _code(text: str) -> Iterator[str]:
    """What stands in code: lines of fenced blocks, and spans."""
    for block in _FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    yield from _SPAN.findall(_FENCE.sub("", text))


def _names(text: str, commands: Mapping[str, Mapping[str, set[str]]]) -> Iterator[str]:
    for name in _OPTION.findall(text):
        yield from options.mistakes({name.removesuffix("_FILE"): ""})
    for code in _code(text):
        if found := _COMMAND.fullmatch(code.partition("#")[0].strip()):
            yield from _command(found[1], found[2].split(), commands[found[1]])


def _command(program: str, words: list[str], known: Mapping[str, set[str]]) -> Iterator[str]:
    name = " ".join(words[:2])
    if name not in known:
        name = words[0]
    if name not in known:
        yield f"there is no command {program} {name}"
    elif program == "broadsheet":
        for flag in words:
            if flag.startswith("-") and flag not in known[name] | {"--help"}:
                yield f"broadsheet {name} has no option {flag}"


def _files(root: Path, text: str) -> Iterator[str]:
    source = root / "src" / "broadsheet"
    places = [root, source]
    tops = {path.name for place in places for path in place.iterdir()}
    for code in filter(_PLACE.fullmatch, _SPAN.findall(_FENCE.sub("", text))):
        known = code.split("/")[0] in tops - {"data"}
        if known and not any((place / code).exists() for place in places):
            yield f"there is no file {code}"


def main() -> None:
    """Print what is wrong."""
    found = mistakes(Path(__file__).parents[1])
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
