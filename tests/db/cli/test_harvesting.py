"""``sources``, ``sync`` and ``ledger``: what they tell, and the codes they leave with."""

from datetime import UTC, date, datetime

import pytest

from broadsheet.harvest import asking, queries
from broadsheet.harvest.models import Source
from broadsheet.jobs.models import Schedule
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources import registry
from broadsheet.sources.live import Listed, Portion

FRIDAY = date(2026, 8, 14)
DRY = "scripted since 2026-08-07: 1 record, 0 that cannot be read; nothing more. Nothing was held."
NOT_ASKED = NotAsked(host="example.org", reason="it did not answer")


class Scripted:
    """A source with one answer, or an error."""

    name = "scripted"
    title = "A scripted source"
    base_url = "https://example.org/oai"
    needs = ("contact",)
    schedule = "20 0 * * 1-5"
    zone = "America/New_York"
    feeds = ("arxiv",)
    heals = ()
    repositories = (0, 0)

    def __init__(self):
        self.answer, self.asked = Portion(outcome="nothing-new"), []

    def ask(self, upstream, wanted, resume=""):
        self.asked.append((wanted.since, upstream.categories, upstream.base_url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def source(db, monkeypatch, settings):
    settings.CONTACT = "ada@example.org"
    source = Scripted()
    monkeypatch.setattr(registry, "LIVE", {source.name: source})
    with clock.at(datetime(2026, 8, 14, 5, tzinfo=UTC)):
        yield source


@pytest.fixture
def two(said):
    names = {"arxiv:2608.00001": "new", "arxiv:2608.00002": "new"}
    record = said(id="2608.00001", announced="2026-08-14", title="On the wombat, announced")
    return Portion(items=(record,), listed=(Listed(feed="arxiv", day=FRIDAY, names=names),))


def test_sources_are_listed_with_what_to_do(command):
    said = command("sources")

    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "scripted: A scripted source",
        "    off; switch it on with: broadsheet sources on scripted",
        "    asks https://example.org/oai",
        "    needs a contact: ada@example.org",
    ]


def test_a_source_is_set_switched_on_and_off(command):
    on = command(
        "sources", "on", "scripted", "--category", "cs.CL", "--base-url", "http://127.0.0.1:1/oai"
    )

    assert on.out == (
        "scripted is on, a worker asks it at once, and again 2026-08-17 04:20 UTC."
        " To ask it now: broadsheet sync scripted\n"
        "In these categories it begins a week back;"
        " for more: broadsheet sync scripted --since 90d\n"
    )
    row = Source.objects.get()
    assert (row.on, row.categories, row.base_url) == (True, "cs.CL", "http://127.0.0.1:1/oai")
    assert Schedule.objects.get().subject == "scripted"
    (listed,) = command("sources", "list", "--json").data
    assert (listed["on"], listed["categories"]) == (True, ["cs.CL"])

    command("sources", "on", "scripted", "--every-category", "--base-url", "")
    assert command("sources", "off", "scripted").out == "scripted is off.\n"
    row.refresh_from_db()
    assert (row.on, row.categories, row.base_url) == (False, "", "")
    assert not Schedule.objects.exists()


def test_categories_that_are_added_say_from_when_on(command):
    command("sources", "on", "scripted", "--category", "cs.CL")
    with clock.at(datetime(2026, 8, 1, 5, tzinfo=UTC)):
        command("sync", "scripted")

    added = command("sources", "on", "scripted", "--category", "cs.CL", "--category", "cs.LG")

    assert "it begins on 2026-07-31; for more" in added.out
    listed = command("sources").out
    assert "    a harvest of what changed since 2026-07-31 goes on with the next run\n" in listed


def test_no_key_is_shown_and_whoever_takes_one_says_so(command, source, settings):
    settings.SOURCE_KEYS = {"scripted": "s3cret"}
    command("sources", "on", "scripted", "--base-url", "https://example.org/x?key=s3cret")
    told = command("sources").out + str(command("sources", "list", "--json").data)

    assert "    asks https://example.org/x?key=…\n" in told
    assert "    has a key\n" in told
    assert "s3cret" not in told
    command("sync", "scripted")
    assert source.asked[-1][2] == "https://example.org/x?key=s3cret"
    settings.SOURCE_KEYS = {"scripted": ""}
    assert "gets more with a key: set BROADSHEET_SCRIPTED_TOKEN\n" in command("sources").out


def test_a_source_without_an_address_says_how_to_name_one(command, source):
    source.base_url = ""

    assert "asks nobody yet; name the addresses: --base-url" in command("sources").out
    assert "asks nobody yet" in command("sources", "on", "scripted").err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("sources", "on", "nobody"), 66, "There is no live source called nobody; there are"),
        (("sources", "on", "scripted", "--category", "cs CL"), 78, "cs CL is no name"),
        (("sources", "on", "scripted", "--base-url", "ftp://x"), 78, "an address begins with"),
        (
            ("sources", "on", "scripted", "--category", "cs", "--every-category"),
            78,
            "it was given together with",
        ),
        (("sync", "nobody"), 66, "There is no live source called nobody; there are"),
        (("sync", "--since", "yesterday"), 78, "write a day as 2026-08-01 or"),
        (("ledger", "tomorrow"), 64, "write a day as 2026-08-14"),
    ],
)
def test_mistakes_are_told(command, args, code, said):
    left = command(*args)

    assert left.code == code
    assert said in left.err


def test_without_a_contact_nobody_is_asked(command, settings, source):
    settings.CONTACT = ""

    said = command("sync", "scripted")

    assert said.code == 78
    assert said.err.startswith("BROADSHEET_CONTACT cannot be used: it is not set")
    assert not source.asked
    assert "needs a contact: set BROADSHEET_CONTACT" in command("sources").out
    assert "not asked before BROADSHEET_CONTACT is set" in command("sources", "on", "scripted").err


def test_syncing_holds_what_comes_and_the_ledger_tells_of_it(command, source, two):
    command("sources", "on", "scripted")
    source.answer = two

    said = command("sync", "--since", "7d", "--category", "cs.CL")

    assert said.code == 0
    assert source.asked == [(date(2026, 8, 7), ("cs.CL",), "https://example.org/oai")]
    assert said.out.startswith("scripted since 2026-08-07: 1 record in ")
    assert "1 new, 0 updated, 0 merged, 0 unchanged, 0 rejected: found." in said.out
    assert "1 paper in " in command("search", "wombat").out
    assert command("ledger").out == "2026-08-14  arxiv                1 of 2, open\n"
    assert command("ledger", "2026-08-14").out.splitlines() == [
        "2026-08-14  arxiv                1 of 2, open",
        "    scripted listed 2 papers, not all of it, last 2026-08-14 05:00 UTC",
        "    missing: arxiv:2608.00002",
        "    the next edition is due 2026-08-17 04:30 UTC",
    ]
    (line,) = command("ledger", "--json").data
    assert (line["held"], line["announced"], line["outcome"]) == (1, 2, "found")
    assert line["missing"] == [{"name": "arxiv:2608.00002", "reason": ""}]
    assert command("ledger", "--feed", "other").out.startswith("No feed was watched then.")


def test_a_dry_run_asks_once_and_holds_nothing(command, source, two):
    source.answer = two

    said = command("sync", "scripted", "--dry-run")

    assert said.out.splitlines() == [
        DRY,
        "    arxiv 2026-08-14: 2 papers listed",
    ]
    assert queries.ledger(FRIDAY, FRIDAY) == ()
    assert not Source.objects.exists()


def test_a_source_that_does_not_answer_is_told_and_stays_told(command, source):
    source.answer = NOT_ASKED

    said = command("sync", "scripted")

    assert said.code == NotAsked.exit
    assert said.err == "scripted: example.org could not be asked: it did not answer.\n"
    assert "last asked 2026-08-14 05:00 UTC: example.org could not be asked" in (
        command("sources").out
    )


def test_without_a_source_that_is_on_there_is_nothing_to_do(command):
    assert command("sync").out.startswith("No source is on.")


def test_hosts_the_operator_points_a_source_at_are_allowed():
    row = Source(name="feed", base_url="http://127.0.0.1:8123/a https://papers.lab/b")

    client = asking.client_of(row)

    checks = client._means.checks
    assert checks.allows("127.0.0.1", 8123)
    assert checks.allows("papers.lab", 443)
    assert not checks.allows("127.0.0.1", 80)
