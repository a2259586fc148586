"""The files in deploy/ say what the program understands, and what systemd does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from broadsheet.cli.main import app
from broadsheet.kernel import options

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("web", "worker")


def understands(words: list[str]) -> bool:
    """Whether the command line takes these words; a mistake ends the parsing."""
    group = get_command(app)
    name, command, rest = group.resolve_command(group.make_context("broadsheet", [*words]), words)
    command.make_context(name, rest)
    return True


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit, tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    copy = tmp_path / unit.name
    # The program does not lie there yet, which would be the only complaint.
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text()))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_with_options_that_there_are(unit):
    text = unit.read_text()
    (line,) = re.findall(r"(?m)^ExecStart=\S+/broadsheet (.+)", text)
    set_here = dict(re.findall(r"(?m)^Environment=(\w+)=(.*)", text))

    assert understands(line.split())
    assert not options.mistakes(set_here)


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_there_is_with_options_that_there_are(name):
    service = COMPOSE["services"][name]
    filled = {k: re.sub(r"\$\{\w+:\?[^}]*\}", "secret", v) for k, v in environment(service)}

    assert understands(service["command"])
    assert not options.mistakes(filled)


@pytest.mark.parametrize(("changed", "is_one"), [({}, True), ({"imago": "postgres"}, False)])
def test_the_compose_file_is_one(changed, is_one, tmp_path):
    database = COMPOSE["services"]["database"] | changed
    file = tmp_path / "compose.yaml"
    file.write_text(
        yaml.safe_dump(COMPOSE | {"services": COMPOSE["services"] | {"database": database}})
    )
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode == 0) is is_one, done.stdout


def environment(service):
    """Its variables, those that are empty unless set left out."""
    return [(k, v) for k, v in service["environment"].items() if not v.endswith(":-}")]


def test_all_that_a_service_names_is_there():
    services = COMPOSE["services"]
    volumes = {v.partition(":")[0] for s in services.values() for v in s["volumes"]}
    needed = {name for s in services.values() for name in s.get("depends_on", {})}

    assert volumes == set(COMPOSE["volumes"])
    assert needed <= {name for name, service in services.items() if "healthcheck" in service}
    for name in OURS:
        build = services[name]["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_the_image_copies_what_is_there_and_runs_a_command_that_there_is():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").split()
    copied = [
        name for line in re.findall(r"(?m)^COPY (?!--)(.+) \S+$", text) for name in line.split()
    ]
    words = yaml.safe_load(re.search(r"(?m)^CMD (.+)$", text)[1])

    assert copied
    for name in copied:
        assert (DEPLOY.parent / name).exists()
        assert f"!{name}" in ignored
    assert understands(words)
    assert os.path.isabs(re.search(r"BROADSHEET_DATA=(\S+)", text)[1])  # noqa: PTH117
