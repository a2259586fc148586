"""The rules of the house that no linter knows. A rule that is broken says where."""

import ast
import hashlib
import itertools
import re
import tomllib
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from string import Formatter

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import broadsheet
from broadsheet.kernel import errors

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "broadsheet"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Modules that may be longer than the limit, each with the reason.
LONGER: dict[str, str] = {}

# What each lock file holds beside the dependencies.
GROUPS = {
    "requirements.lock": ["build"],
    "requirements-dev.lock": ["build", "dev"],
    "requirements-bench.lock": ["build", "bench"],
}


def files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """Our own files with one of the suffixes, in a fixed order."""
    found = [p for folder in folders for p in (ROOT / folder).rglob("*") if p.suffix in suffixes]
    return sorted(p for p in found if "__pycache__" not in p.parts and ".min." not in p.name)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in files(*folders):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def load(script: str):
    """Import a script by its path: scripts/ is no package."""
    spec = util.spec_from_file_location(Path(script).stem, ROOT / script)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_module_is_longer_than_400_lines_and_no_test_module_longer_than_600():
    ours = [p for p in files("src", "scripts", "benchmarks") if "migrations" not in p.parts]
    long = [p for p in ours if lines(p) > 400] + [p for p in files("tests") if lines(p) > 600]

    assert sorted(named(long)) == sorted(LONGER)


def test_no_template_is_longer_than_150_lines():
    assert not named([p for p in files("src", suffixes=(".html", ".txt")) if is_long_template(p)])


def is_long_template(path: Path) -> bool:
    return "templates" in path.parts and lines(path) > 150


def test_no_view_is_longer_than_20_lines():
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees("src")
        if "/views" in path
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.args.args[:1]
        if node.args.args[0].arg == "request" and node.end_lineno - node.lineno >= 20
    ]
    assert not long


def test_every_module_says_what_it_is_for():
    silent = [
        path
        for path, tree in trees("src", "scripts", "benchmarks", "tests")
        if not ast.get_docstring(tree) and "/migrations/" not in path
    ]
    assert not silent


def test_every_folder_of_the_source_is_a_room_of_the_contract_and_every_such_room_is_there():
    (contract,) = (c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    rooms = {room.strip() for layer in contract["layers"] for room in layer.split("|")}
    may_wait = {room.strip("()") for room in rooms if room.startswith("(")}
    folders = {p.name for p in SRC.iterdir() if p.is_dir() and p.name != "__pycache__"}

    assert folders - may_wait == {room for room in rooms if not room.startswith("(")}


def test_every_error_is_raised_with_the_facts_that_its_message_names():
    named_facts = {
        name: {fact for _, fact, _, _ in Formatter().parse(error.message) if fact}
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, errors.BroadsheetError)
    }
    unfilled = [
        f"{path}:{call.lineno} {call.func.id} without {', '.join(sorted(missing))}"
        for path, tree in trees("src")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in named_facts and None not in {k.arg for k in call.keywords}
        if (missing := named_facts[call.func.id] - {k.arg for k in call.keywords})
    ]
    assert not unfilled


ONE_PLACE = {
    "options come from the environment where the program starts": (
        r"os\.(environ|getenv)",
        r"/(project|cli)/",
    ),
    "the clock comes from the kernel": (
        r"\b(datetime\.now|date\.today|timezone\.now|time\.time)\(",
        r"/kernel/clock\.py",
    ),
    "only what follows or serves may sleep": (r"\btime\.sleep\(", r"/(cli|editions)/"),
}


@pytest.mark.parametrize("what", ONE_PLACE)
def test_there_is_one_place_for(what):
    pattern, may = ONE_PLACE[what]
    strays = [
        path
        for path in named(files("src"))
        if re.search(pattern, (ROOT / path).read_text(encoding="utf-8"))
        if not re.search(may, path)
    ]
    assert not strays, what


def test_nothing_is_left_for_later_and_no_file_knows_a_machine_it_was_written_on():
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    places = "|".join(f"/{top}/" for top in ("work", "root", "Users")) + "|/home" + "/[a-z]"
    told = re.compile(rf"\b({words})\b|(?<![\w.])({places})")
    ours = files(
        "src", "tests", "scripts", "benchmarks", "docs",
        suffixes=(".py", ".html", ".css", ".js", ".md", ".toml", ".sh"),
    )  # fmt: skip
    ours += [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".ci" / "run"]

    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in ours
        if (match := told.search(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_templates_hold_no_script_no_style_and_nothing_from_elsewhere():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|<(script|link|img|iframe)[^>]*"
        r"(src|href)=\"(https?:)?//",
        re.IGNORECASE,
    )
    found = [p for p in files("src", suffixes=(".html",)) if inline.search(p.read_text("utf-8"))]

    assert not named(found)


def pins(lock: str) -> dict[str, str]:
    """The version of every package in a lock file; each must carry a hash."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
    entries = [entry for entry in entries if not entry.startswith("#")]
    assert not [entry for entry in entries if "--hash=sha256:" not in entry]
    return {
        canonicalize_name(name): version
        for name, version in (re.match(r"(\S+)==(\S+)", entry).groups() for entry in entries)
    }


@pytest.mark.parametrize("lock", [*GROUPS])
def test_a_lock_pins_everything_the_project_asks_for(lock):
    groups = [PROJECT["dependency-groups"][name] for name in GROUPS[lock]]
    asked = [*PROJECT["project"]["dependencies"], *itertools.chain(*groups)]
    pinned = pins(lock)

    for requirement in map(Requirement, asked):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {lock}"
        assert requirement.specifier.contains(version), f"{requirement} but {version} in {lock}"


@pytest.mark.parametrize("lock", [*GROUPS][1:])
def test_every_lock_agrees_with_the_one_that_is_installed_by_everybody(lock):
    runtime, more = pins("requirements.lock"), pins(lock)

    assert {name: more.get(name) for name in runtime} == runtime


def test_files_written_by_others_are_as_their_package_has_them():
    for script in load("scripts/vendor_scripts.py").SCRIPTS:
        assert hashlib.sha256(script.to.read_bytes()).hexdigest() == script.sha256, script.package


def test_generated_pages_say_what_the_program_does():
    for name, page in load("scripts/write_docs.py").PAGES.items():
        written = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert written == page(), f"docs/{name} is old: run make docs"


def test_every_link_command_and_option_in_the_documents_is_there():
    assert load("scripts/check_docs.py").mistakes(ROOT) == []


def test_the_changelog_begins_with_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    versions = re.findall(r"^## \[?([^\]\s]+)", text, flags=re.MULTILINE)
    assert next(v for v in versions if v != "Unreleased") == broadsheet.__version__


def test_every_dependency_has_its_reason_in_the_decisions():
    text = (ROOT / "DECISIONS.md").read_text(encoding="utf-8").lower()
    groups = PROJECT["dependency-groups"]
    asked = [*PROJECT["project"]["dependencies"], *groups["build"], *groups["dev"]]

    names = {Requirement(requirement).name.lower() for requirement in asked}
    assert not {name for name in names if f"`{name}`" not in text}
