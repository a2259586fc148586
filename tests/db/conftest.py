"""Records to ingest, made the way sources make them, and a clean index for every test."""

import itertools
import os
from datetime import UTC, datetime
from urllib.parse import quote

import orjson
import pytest
from django.db import connection

from broadsheet.editions import answer, index
from broadsheet.editions.follow import catch_up
from broadsheet.kernel import clock
from broadsheet.papers import actions
from broadsheet.project import middleware
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.starter import starter_path

NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)


def pytest_collection_modifyitems(config, items):
    """Leave out what only the other database has; where there are both, its ring runs it."""
    marked = [(item, item.get_closest_marker("on")) for item in items]
    other = [item for item, on in marked if on and connection.vendor not in on.args]
    if os.environ.get("CI"):
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]
    for item in other:
        item.add_marker(pytest.mark.skip(reason="only the other database has this"))


@pytest.fixture(autouse=True)
def at_noon():
    """Saturday 15 August 2026, the day after the last starter edition."""
    with clock.at(NOW):
        yield


@pytest.fixture
def empty_database(db):
    """The address of an empty PostgreSQL database beside the one under test."""
    name = f"{connection.settings_dict['NAME']}_beside"  # that of this process of the run
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    at = connection.settings_dict
    who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    yield f"postgres://{who}@{at['HOST']}:{at['PORT']}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def index_folder(settings, tmp_path):
    """An index of the test's own."""
    settings.INDEX_FOLDER = tmp_path / "index"
    index._reader.cache_clear()
    answer._orders.clear()
    answer._corrections.clear()
    middleware._pages.clear()
    yield settings.INDEX_FOLDER
    index._reader.cache_clear()


@pytest.fixture
def follow():
    """Bring the index up to the catalogue, as the follower does."""

    def run():
        backend = index.opened(index.folder())
        touched = catch_up(backend)
        backend.close()
        index._reader.cache_clear()
        return touched

    return run


_numbers = itertools.count(1)


@pytest.fixture
def said():
    """Make a Record of the neutral format; state only what the test is about."""

    def make(**fields):
        number = next(_numbers)
        entry = {
            "source": "arxiv",
            "id": f"2601.{number:05}",
            "title": f"A study of the number {number}",
            "abstract": "We count.",
            "authors": ["Ada Lovelace"],
            "published": "2026-01-05",
        } | fields
        entry = {name: value for name, value in entry.items() if value not in (None, "", [])}
        raw = orjson.dumps(entry)
        return SOURCES["jsonl"].reread(raw, datetime(2026, 1, 6, tzinfo=UTC))

    return make


@pytest.fixture
def picked(said):
    """Make a Record of the starter's form: a paper on the curated list with votes."""

    def make(day="2026-08-14", rank=1, votes=10, **fields):
        number = next(_numbers)
        entry = {
            "id": f"arxiv:2608.{number:05}",
            "arxiv_id": f"2608.{number:05}",
            "title": f"Picked paper of the number {number}",
            "summary": "It was picked.",
            "authors": ["Grace Hopper"],
            "n_authors": 1,
            "published": "2026-08-13",
            "upvotes": votes,
            "comments": 0,
            "edition_days": [day],
            "feed_days": [{"day": day, "rank": rank, "upvotes": votes}],
        } | fields
        entry = {name: value for name, value in entry.items() if value is not None}
        return SOURCES["starter"].reread(orjson.dumps(entry), datetime(2026, 8, 14, 16, tzinfo=UTC))

    return make


@pytest.fixture
def starter(db):
    """The starter edition, in the catalogue."""
    return actions.ingest(SOURCES["starter"].read(starter_path()))
