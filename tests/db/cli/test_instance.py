"""``status``, ``config``, ``check``, ``backup``, ``index``: the instance itself."""

import sqlite3
from contextlib import closing

import pytest
from django.db import DatabaseError, OperationalError, connection
from tests.servers import broadsheet, environ

from broadsheet.cli import main
from broadsheet.cli.indexing import DAMAGED
from broadsheet.cli.ready import catalogue
from broadsheet.kernel import options
from broadsheet.papers import actions, queries


def test_status_counts_what_is_held(command, starter, follow):
    before = command("status")
    follow()
    after, data = command("status"), command("status", "--json").data

    assert before.out.startswith(f"     catalogue  {catalogue()}\n")
    assert "papers  308\n" in before.out
    assert "changes behind" in before.out
    assert "index  308 papers, current\n" in after.out
    assert "newest day  2026-08-14\n" in after.out
    assert data["sizes"]["papers"] == data["index"]["documents"] == 308
    assert (data["lag"], data["newest_day"]) == (0, "2026-08-14")


def test_an_empty_catalogue_has_a_status_too(command):
    said = command("status")

    assert (said.code, said.err) == (0, "")
    assert "newest day  nothing announced yet" in said.out


SECRETS = {
    "BROADSHEET_SECRET_KEY": "correct-horse-battery-staple-and-more",
    "DATABASE_URL": "postgres://ada:lovelace@127.0.0.1/papers",
}


def test_config_names_every_option_and_hides_secrets(command, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    said, data = command("config"), command("config", "--json").data

    assert (said.code, said.err) == (0, "")
    assert list(data) == [option.env for option in options.OPTIONS]
    for name, value in SECRETS.items():
        assert value not in said.out
        assert "lovelace" not in said.out
        assert data[name] == "***"
    assert "BROADSHEET_PAGE_SIZE=30\n" in said.out


def test_check_tells_every_mistake_in_the_options_at_once(command, monkeypatch):
    monkeypatch.setenv("BROADSHEET_PAGE_SIZE", "many")
    monkeypatch.setenv("BROADSHEET_WORKERS", "0")
    monkeypatch.setenv("BROADSHEET_TITEL", "The Daily")
    said = command("check")

    assert (said.code, said.out) == (78, "")
    assert said.err.splitlines() == [
        "BROADSHEET_PAGE_SIZE must be a whole number from 1 to 100, not many.",
        "BROADSHEET_WORKERS must be a whole number from 1 to 64, not 0.",
        "BROADSHEET_TITEL is no option; perhaps BROADSHEET_TITLE is meant.",
    ]


def test_config_with_mistakes_names_all_of_them_too(command, monkeypatch):
    monkeypatch.setenv("BROADSHEET_PAGE_SIZE", "many")
    monkeypatch.setenv("BROADSHEET_WORKERS", "0")
    said = command("config")

    assert said.code == 78
    assert "BROADSHEET_PAGE_SIZE" in said.err
    assert "BROADSHEET_WORKERS" in said.err
    assert "BROADSHEET_PAGE_SIZE=(cannot be used)\n" in said.out
    assert "BROADSHEET_TITLE=Broadsheet\n" in said.out
    data = command("config", "--json").data
    assert (data["BROADSHEET_WORKERS"], data["BROADSHEET_TITLE"]) == (None, "Broadsheet")


def test_check_is_content_with_an_index_that_has_all_and_not_with_one_behind(
    command, starter, follow
):
    behind = command("check")
    follow()
    current = command("check")

    assert behind.code == 69
    assert "it is behind" in behind.err
    assert (current.code, current.err) == (0, "")
    assert current.out == (
        f"Options, data folder, catalogue and index are in order: {catalogue()}\n"
    )
    assert command("check", "--json").data == {"wrong": []}


def test_the_settings_of_another_project_are_not_ours(tmp_path):
    said = broadsheet(tmp_path, "status", env=environ(tmp_path, DJANGO_SETTINGS_MODULE="shop"))

    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("folder", ["absent", "."])
def test_check_makes_nothing_where_there_is_nothing(tmp_path, folder):
    data = tmp_path / folder
    said = broadsheet(data, "check")

    assert (said.returncode, said.stdout) == (69, "")
    assert said.stderr.startswith(f"There is no catalogue in {data} yet. Begin with ")
    assert list(tmp_path.iterdir()) == []


def test_the_index_says_how_it_stands(command, starter, follow):
    follow()
    said, data = command("index", "status"), command("index", "status", "--json").data

    assert said.code == 0
    assert said.out.startswith("308 papers, ")
    assert said.out.endswith(" applied, 0 to come\n")
    assert (data["documents"], data["lag"], data["healthy"]) == (308, 0, True)


def test_an_index_is_rebuilt_from_the_catalogue(command, starter):
    assert command("index", "check").code == 69
    assert command("index", "check", "--json").data["wrong"]

    rebuilt = command("index", "rebuild")

    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert rebuilt.out == "The new index holds 308 papers and is in use.\n"
    assert command("index", "check").out == "The index holds what the catalogue holds.\n"
    assert command("index", "check", "--json").data == {"wrong": []}


def test_a_damaged_index_is_told_with_the_remedy(command, starter, follow, index_folder):
    follow()
    (meta,) = index_folder.glob("*/meta.json")
    meta.write_text("{")

    for args in (["index", "status"], ["index", "check"], ["check"]):
        said = command(*args)
        assert said.code == 69, args
        assert "broadsheet index rebuild" in said.err, args
    said = command("search", "agents")
    assert said.code == 0  # the catalogue is looked through, and that is said
    assert "broadsheet index rebuild" in said.err
    for name, code in (("index status", 69), ("status", 0)):
        said = command(*name.split())
        assert (said.code, said.err) == (code, f"{DAMAGED}\n")


@pytest.mark.on("sqlite")
@pytest.mark.django_db(transaction=True)  # it is read by a connection of its own
def test_a_backup_is_the_whole_catalogue_in_one_file(command, starter, tmp_path):
    target = tmp_path / "copy.sqlite3"
    assert command("backup", target).code == 0
    said = command("backup", target)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{target} holds the whole catalogue (")
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.sqlite3"]
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM papers_paper").fetchone() == (308,)


@pytest.mark.on("sqlite")
def test_a_backup_that_cannot_be_written_says_so(command, starter, tmp_path):
    said = command("backup", tmp_path / "absent" / "copy.sqlite3")

    assert (said.code, said.out) == (69, "")
    assert said.err.startswith(f"The file {tmp_path}/absent/copy.sqlite3 is not available. ")


@pytest.mark.on("postgresql")
def test_a_backup_of_postgresql_names_its_copier(command, tmp_path):
    said = command("backup", tmp_path / "copy.sqlite3")

    assert said.code == 64
    assert "use pg_dump" in said.err


FAILURES = [
    (OperationalError("database or disk is full"), 69, "The disk is full."),
    (OperationalError("disk I/O error"), 69, "The disk refused to write."),
    (DatabaseError("database disk image is malformed"), 69, "Its file is damaged."),
    (DatabaseError("file is not a database"), 69, "Its file is damaged."),
    (OperationalError("attempt to write a readonly database"), 69, "cannot write there"),
    (OperationalError("database is locked"), 75, "in use by another process"),
    (OperationalError("connection refused\nIs it running?"), 69, "connection refused. Try:"),
    (OSError(28, "No space left on device"), 69, "The disk is full."),
    (PermissionError(13, "Permission denied"), 69, "cannot write there"),
    (OSError(36, "File name too long", "/srv/a"), 69, "The file /srv/a is not available. File"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: str(one[0])[:20])
def test_a_failing_database_or_disk_is_one_line(command, monkeypatch, failure):
    error, code, told = failure

    def fail():
        raise error

    monkeypatch.setattr(queries, "sizes", fail)
    said = command("status")

    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_a_mistake_of_ours_is_not_hidden(monkeypatch, command):
    def fail():
        raise RuntimeError("ours")

    monkeypatch.setattr(queries, "sizes", fail)
    monkeypatch.setattr("sys.argv", ["broadsheet", "status"])
    with pytest.raises(RuntimeError, match="ours"):
        main.run()


def test_the_catalogue_is_whole_after_an_import_that_failed_in_the_middle(command, said, tmp_path):
    def records():
        yield from (said() for _ in range(actions.BATCH))
        yield said()
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        actions.ingest(records())

    assert queries.sizes().papers == actions.BATCH
    assert connection.is_usable()
