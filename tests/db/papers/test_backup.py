"""One file that holds the whole catalogue, or the plain reason why there is none."""

import os
import sqlite3
from contextlib import closing

import pytest
from django.db import connection, transaction

from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.papers import actions, backup
from broadsheet.papers.models import Paper

pytestmark = pytest.mark.on("sqlite")  # PostgreSQL has a copier of its own, pg_dump


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """A catalogue in a file of its own, in place of the one in memory."""
    path = tmp_path / "catalogue.sqlite3"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE papers_paper (title TEXT)")
        made.execute("INSERT INTO papers_paper VALUES ('held')")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    return path


def titles(path):
    with closing(sqlite3.connect(path)) as copy:
        return [title for (title,) in copy.execute("SELECT title FROM papers_paper")]


def names(folder):
    return [path.name for path in folder.iterdir()]


def refusal(target):
    with pytest.raises(Unavailable) as caught:
        actions.backup(target)
    return caught.value.user_message


@pytest.mark.parametrize("name", ["catalogue.sqlite3", "catalogue.sqlite3-wal", "hard", "soft"])
def test_the_catalogue_is_never_its_own_copy(catalogue, name, tmp_path):
    (tmp_path / "soft").symlink_to(catalogue)
    os.link(catalogue, tmp_path / "hard")

    assert "It is the catalogue itself; name another file." in refusal(tmp_path / name)
    assert titles(catalogue) == ["held"]


def test_an_older_copy_is_replaced_and_nothing_else(catalogue, tmp_path):
    (tmp_path / "copies").mkdir()
    target, notes = tmp_path / "copies" / "copy.sqlite3", tmp_path / "notes.txt"
    notes.write_text("mine")

    assert actions.backup(target) == actions.backup(target) == target.stat().st_size
    assert titles(target) == ["held"]
    assert "It is there and is no SQLite file; name another." in refusal(notes)
    assert notes.read_text() == "mine"
    assert names(target.parent) == ["copy.sqlite3"]


def test_folders_are_told_from_files(catalogue, tmp_path):
    assert "It is a folder; name a file." in refusal(tmp_path)
    absent = tmp_path / "absent"
    assert f"There is no folder {absent}; make it first." in refusal(absent / "copy.sqlite3")


def test_what_another_writer_holds_open_is_not_waited_for(catalogue, tmp_path):
    with closing(sqlite3.connect(catalogue, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO papers_paper VALUES ('not yet')")
        actions.backup(tmp_path / "copy.sqlite3")

    assert titles(tmp_path / "copy.sqlite3") == ["held"]


@pytest.mark.django_db
def test_a_copy_that_cannot_begin_is_given_up_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_PATIENCE", 0.1)
    with transaction.atomic():
        Paper.objects.all().delete()
        with pytest.raises(Busy):
            actions.backup(tmp_path / "copy.sqlite3")

    assert names(tmp_path) == []


def test_a_copy_that_fails_leaves_nothing(catalogue, tmp_path):
    catalogue.write_bytes(b"no database at all, but long enough to be read as one" * 50)

    assert "not a database" in refusal(tmp_path / "copy.sqlite3")
    assert names(tmp_path) == ["catalogue.sqlite3"]
