"""Run the evaluations of this folder and hold their scores against the expected ones.

    python evals/run.py [NAME...] [--mode MODE...] [--update]

Every .yaml file here is an evaluation:

    title, what     what it is, for docs/quality.md
    command         what is run, in the folder that BROADSHEET_SHARED names (../shared if none)
    data            the files it reads, each with its SHA-256
    measures        those that count; the first is the one whose interval is kept
    tolerance       how far a score may be from the expected one
    expected        for each mode and task: its questions, its scores, the interval
    peers           scores of other systems on the same files, and where they come from

Each is run in every mode it expects scores for (a new one: in all), or in those --mode names. A
score below tolerance fails. So does one above: whoever knows why search became better says so
with --update, which writes the new scores, and docs/quality.md.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parent
PAGE = ROOT / "docs" / "quality.md"
MODES = ("words", "meaning", "hybrid")
DIGITS = 4

Evaluation = dict[str, Any]
Rows = dict[str, dict[str, Any]]


def evaluations() -> dict[str, Evaluation]:
    """Every evaluation by its name, in the order of names."""
    files = sorted(HERE.glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def shared() -> Path:
    return Path(os.environ.get("BROADSHEET_SHARED") or ROOT.parent / "shared").resolve()


# Running


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changed(evaluation: Evaluation, folder: Path) -> Iterator[str]:
    """A sentence for every file that is not the one the scores were measured on."""
    for name, expected in evaluation["data"].items():
        path = folder / name
        if not path.is_file():
            yield f"There is no {path}. Set BROADSHEET_SHARED to the folder that holds {name}."
        elif (found := checksum(path)) != expected:
            yield (
                f"{path} is not the file that was measured: its SHA-256 is {found[:12]}…, expected"
                f" {expected[:12]}…. Get that file back, or measure this one with --update."
            )


def run(evaluation: Evaluation, mode: str, folder: Path) -> Rows:
    """One row a task, one a kind of question, and the mean where there are several tasks."""
    words = evaluation["command"].split()[1:]
    command = [sys.executable, "-m", "broadsheet", *words, "--mode", mode, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, cwd=folder)
    if done.returncode:
        sys.exit(f"The command ended with {done.returncode}: {evaluation['command']}")
    return rows(json.loads(done.stdout), evaluation["measures"])


def rows(document: Mapping[str, Any], measures: Sequence[str]) -> Rows:
    """The JSON of ``broadsheet eval`` as rows by name."""
    found = {}
    for task in document["tasks"]:
        for each in (task, *task.get("kinds", ())):
            name = each["name"] if each is task else f"{task['name']}/{each['name']}"
            found[name] = {"queries": each["queries"], **scores(each["measures"], measures)}
    if len(document["tasks"]) > 1:
        found["mean"] = scores(document["mean"], measures)
    return found


def scores(found: Mapping[str, Mapping[str, float]], measures: Sequence[str]) -> dict[str, Any]:
    first = found[measures[0]]
    values = {name: round(found[name]["value"], DIGITS) for name in measures}
    return values | {"interval": [round(first["low"], DIGITS), round(first["high"], DIGITS)]}


def differences(
    expected: Rows, found: Rows, measures: Sequence[str], tolerance: float
) -> list[str]:
    """A sentence for every score that is worse or better than it may be."""
    if expected.keys() != found.keys():
        names = ", ".join(sorted(expected.keys() ^ found.keys()))
        return [f"{names}: scores are expected or found, not both. If so meant, use --update."]
    said = []
    for name, row in expected.items():
        for measure in measures:
            gain = round(found[name][measure] - row[measure], DIGITS)
            if abs(gain) <= tolerance:
                continue
            what = "WORSE" if gain < 0 else "better; if you know why, use --update"
            said.append(
                f"{name}: {measure} is {found[name][measure]:.4f}, expected {row[measure]:.4f}"
                f" (± {tolerance}): {what}"
            )
    return said


class Readable(yaml.SafeDumper):
    """Rows of scores on a line each, texts as they stand: so that a diff shows what changed."""

    def mapping(self, entries: Mapping[str, Any]) -> yaml.Node:
        row = all(isinstance(value, (int, float, list)) for value in entries.values())
        return self.represent_mapping("tag:yaml.org,2002:map", entries.items(), flow_style=row)

    def text(self, text: str) -> yaml.Node:
        style = "|" if "\n" in text else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def entries(self, values: Sequence[Any]) -> yaml.Node:
        return self.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


Readable.add_representer(dict, Readable.mapping)
Readable.add_representer(str, Readable.text)
Readable.add_representer(list, Readable.entries)


def written(evaluation: Evaluation) -> str:
    """An evaluation as its file; reading it back gives the same."""
    return yaml.dump(evaluation, Dumper=Readable, sort_keys=False, allow_unicode=True, width=400)


def update(name: str, evaluation: Evaluation, found: Mapping[str, Rows], folder: Path) -> None:
    """Write scores and checksums as they are now; other modes keep theirs."""
    expected = {**(evaluation["expected"] or {}), **found}
    evaluation["expected"] = {mode: expected[mode] for mode in MODES if mode in expected}
    evaluation["data"] = {path: checksum(folder / path) for path in evaluation["data"]}
    (HERE / f"{name}.yaml").write_text(written(evaluation), encoding="utf-8")


# The page

HEAD = """\
# Quality of search

<!-- Made by `make docs` from the evaluations in `evals`. -->

How well search finds what it should, on tasks whose right answers are known.
`make eval` measures it anew and fails where a score is not the one below.
`broadsheet eval` measures any other folder of the same layout ([Command line](command-line.md)).

Papers are indexed and questions asked the way the site does it, one hundred papers an answer.
nDCG@10 is about the first ten (1: the best order there can be), R@100 the share of the relevant
papers that is among the hundred, AP the precision averaged over them.
The mean counts every task alike.
"95 %" is the interval that resampling the questions gives: two systems that differ by less on a
task may be equally good on others like it.
"""


def page() -> str:
    """docs/quality.md."""
    return "\n".join([HEAD, *(section(one) for one in evaluations().values() if one["expected"])])


def section(evaluation: Evaluation) -> str:
    expected: Mapping[str, Rows] = evaluation["expected"]
    names = list(next(iter(expected.values())))
    parts = [f"## {evaluation['title']}", evaluation["what"].strip()]
    for measure in evaluation["measures"]:
        parts += [f"### {measure}", "\n".join(table(evaluation, measure, names))]
    return "\n\n".join([*parts, evaluation["peers"]["source"].strip()]) + "\n"


def table(evaluation: Evaluation, measure: str, names: Sequence[str]) -> Iterator[str]:
    """One measure: our modes, then the peers; a column a task."""
    yield line("", names)
    yield line("---", ["---:"] * len(names))
    modes: Mapping[str, Rows] = evaluation["expected"]
    if measure == evaluation["measures"][0]:
        any_mode = next(iter(modes.values()))
        counts = [any_mode[name].get("queries") for name in names]
        yield line("questions", [f"{count:,}" if count else "" for count in counts])
    for mode, found in modes.items():
        yield line(f"**Broadsheet, {mode}**", [f"**{found[name][measure]:.3f}**" for name in names])
        if measure == evaluation["measures"][0]:
            yield line("95 %", ["{:.3f}–{:.3f}".format(*found[name]["interval"]) for name in names])
    for peer, figures in evaluation["peers"].get(measure, {}).items():
        yield line(peer, [f"{figures[n]:.3f}" if n in figures else "" for n in names])


def line(first: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"


def main() -> None:
    known = evaluations()
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--mode", action="append", choices=MODES)
    parser.add_argument("--update", action="store_true", help="write what is found as expected")
    options = parser.parse_args()
    if unknown := set(options.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    folder = shared()
    wrong: list[str] = []
    for name in options.names or known:
        wrong += evaluate(name, known[name], options, folder)
    if options.update:
        PAGE.write_text(page(), encoding="utf-8")
    sys.exit("\n".join(wrong) or None)


def evaluate(
    name: str, evaluation: Evaluation, options: argparse.Namespace, folder: Path
) -> list[str]:
    """Run one evaluation in its modes; what is wrong, a sentence each."""
    if stale := list(changed(evaluation, folder)):
        if not options.update or not all((folder / path).is_file() for path in evaluation["data"]):
            return [f"{name}: {sentence}" for sentence in stale]
        print(*stale, sep="\n", file=sys.stderr)
    expected = evaluation["expected"] or {}
    found = {}
    for mode in options.mode or expected or MODES:
        found[mode] = run(evaluation, mode, folder)
        for row, values in found[mode].items():
            shown = "  ".join(f"{m} {values[m]:.3f}" for m in evaluation["measures"])
            print(f"{name}, {mode}, {row}: {shown}", flush=True)
    if options.update:
        update(name, evaluation, found, folder)
        return []
    measures, tolerance = evaluation["measures"], evaluation["tolerance"]
    return [
        f"{name}, {mode}, {sentence}"
        for mode in found
        for sentence in differences(expected.get(mode, {}), found[mode], measures, tolerance)
    ]


if __name__ == "__main__":
    main()
