"""arXiv by OAI-PMH: records of both formats, protocol, sets, and the numbers of a day."""

from datetime import UTC, date, datetime

import pytest
from tests.unit.sources.arxiv_answers import failed, header, headers, oai, raw_record, record

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.sources.arxiv_oai import sets
from broadsheet.sources.arxiv_oai.parse import discreet, parse
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Upstream, Wanted
from broadsheet.sources.registry import LIVE, SOURCES
from broadsheet.sources.testing import Canned
from broadsheet.sources.values import Broken

NOW = datetime(2026, 4, 10, 3, 10, tzinfo=UTC)
SINCE = Wanted(since=date(2026, 4, 2))
GMT = "{} Apr 2026 22:30:00 GMT"


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield


def ask(name, client, wanted=SINCE, *, resume="", categories=()):
    upstream = Upstream(client=client, base_url="https://oai.example/oai", categories=categories)
    return LIVE[name].ask(upstream, wanted, resume)


def read(text):
    return parse(text.encode())


def test_a_record_of_the_format_arxiv_says_all_of_these():
    said = read(
        record(
            comments="4 pages,\n 1 figure",
            journal_ref="J. Bees 1 (2026)",
            doi="10.1000/BEES",
            acm_class="37K05",
        )
    )
    assert (said.source, said.origin, said.source_id) == ("arxiv_oai", "arxiv", "2604.00010")
    assert said.title == "How Bees Count"
    assert said.abstract == "Bees & wasps count $\\le 4$."
    assert said.authors == ("Ada M. Comb Jr", "The Pond Group")
    assert said.n_authors == 2
    assert [str(one) for one in said.identifiers] == ["arxiv:2604.00010", "doi:10.1000/bees"]
    assert said.categories == ("q-bio.NC", "cs.AI")
    assert (said.published, said.updated, said.version) == ("2026-04-01", "", None)
    assert (said.comment, said.journal_ref) == ("4 pages, 1 figure", "J. Bees 1 (2026)")
    assert said.url == "https://arxiv.org/abs/2604.00010"
    assert said.seen_at == datetime(2026, 4, 2, tzinfo=UTC)
    assert not said.withdrawn
    assert "37K05" not in repr(said).replace(repr(said.raw), "")


@pytest.mark.parametrize(
    ("created", "updated", "datestamp", "dates"),
    [
        # The service since 2025: the newest version's day, and when the row was touched.
        ("2026-04-01", "2026-04-02", "2026-04-02", ("2026-04-01", "")),
        ("2026-06-09", "2026-06-10", "2026-06-10", ("2026-04", "2026-06-09")),
        # The one before: the first version's day, and the newest one's.
        ("2026-04-01", "2026-05-07", "2026-05-09", ("2026-04-01", "2026-05-07")),
        ("2026-04-01", None, "2026-05-09", ("2026-04-01", "")),
        (None, None, "2026-05-09", ("2026-04", "")),
    ],
)
def test_days_are_told_as_far_as_the_format_knows_them(created, updated, datestamp, dates):
    said = read(record(datestamp=datestamp, created=created, updated=updated))
    assert (said.published, said.updated) == dates


def test_a_record_with_versions_knows_the_first_and_the_newest():
    said = read(raw_record(versions=[(GMT.format("Wed, 01"), ""), (GMT.format("Sun, 05"), "D")]))
    assert (said.source, said.version, said.withdrawn) == ("arxiv_raw", 2, False)
    assert (said.published, said.updated) == ("2026-04-01", "2026-04-05")
    assert said.authors == ("José Comb", "B. Honey")


def test_versions_count_by_their_number_and_a_lost_first_one_leaves_the_month():
    text = raw_record(versions=[(GMT.format("Sun, 05"), ""), (GMT.format("Mon, 06"), "")])
    text = text.replace('"v1"', '"v3"')
    said = read(text)
    assert (said.version, said.published, said.updated) == (3, "2026-04", "2026-04-05")


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        (raw_record(versions=[(GMT.format("Wed, 01"), "D"), (GMT.format("Sun, 05"), "I")]), True),
        (raw_record(versions=[(GMT.format("Wed, 01"), "I"), (GMT.format("Sun, 05"), "D")]), False),
        (record(comments="This paper has been withdrawn by the author"), True),
        (record(comments="Replaces the withdrawn preprint"), False),
    ],
)
def test_a_withdrawal_is_the_newest_version_or_a_sentence(text, withdrawn):
    assert read(text).withdrawn is withdrawn


def test_the_submitter_is_kept_nowhere():
    (said,) = ask("arxiv_raw", Canned(oai(raw_record()))).items
    assert b"Secret" not in said.raw
    assert b"submitter" not in said.raw
    broken = raw_record(title=None)
    (trouble,) = ask("arxiv_raw", Canned(oai(broken))).items
    assert isinstance(trouble, Trouble)
    assert b"Secret" not in trouble.raw
    assert discreet(b"<a:submitter x='1'>S</a:submitter><b/>") == b"<b/>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (record(title=""), "it has no title"),
        (record(id="moss"), "its id “moss” is no arXiv number"),
        (record(id=None), "it has no id"),
        (record(created="2026-13-01"), "its created is “2026-13-01”"),
        (record(datestamp="tomorrow", created=None, updated=None), "its datestamp is “tomorrow”"),
        (raw_record(versions=[("sometime", "")]), "its version's date is “sometime”"),
        (raw_record().replace('version="v1"', 'version="one"'), "a version called “one”"),
        (record().replace("arXiv", "dc"), "its format is dc"),
        ("<record><metadata/></record>", "it has no header"),
        (f"<record><header>{header('2604.00010', '2026-04-02')}</header></record>", "no metadata"),
        (
            record().replace("<header>", "<header status='deleted'>"),
            "arXiv says that it is deleted",
        ),
    ],
)
def test_a_record_that_breaks_the_rules_says_which(text, reason):
    with pytest.raises(Broken, match=reason):
        read(text)


def test_a_broken_record_costs_no_other_and_names_itself():
    body = oai(record("2604.00010"), record("2604.00011", title=""), record("2604.00012"))
    first, trouble, last = ask("arxiv_oai", Canned(body)).items
    assert (first.source_id, last.source_id) == ("2604.00010", "2604.00012")
    assert (trouble.source, trouble.source_id) == ("arxiv_oai", "2604.00011")
    assert trouble.path == "https://oai.example/oai"


def test_a_harvest_asks_from_a_day_and_goes_on_with_the_token_alone():
    client = Canned(oai(record(), token="from%3Dx%26skip%3D1"), oai(record("2604.00011"), token=""))
    first = ask("arxiv_oai", client)
    assert client.asked[0][1] == {
        "verb": "ListRecords",
        "metadataPrefix": "arXiv",
        "from": "2026-04-02",
    }
    assert (first.outcome, first.reached) == ("found", date(2026, 4, 2))
    second = ask("arxiv_oai", client, resume=first.resume)
    assert client.asked[1][1] == {
        "verb": "ListRecords",
        "resumptionToken": "from%3Dx%26skip%3D1",
    }
    assert (second.resume, second.reached) == ("", date(2026, 4, 9))


@pytest.mark.parametrize(
    ("wanted", "span"),
    [
        (Wanted(), {}),
        (Wanted(since=date(1999, 1, 1)), {"from": "2005-09-16"}),
        (Wanted(since=date(2026, 4, 10)), {"from": "2026-04-09"}),
        (Wanted(since=date(2030, 1, 1)), {"from": "2026-04-09"}),
        (Wanted(since=date(2026, 4, 1), until=date(2026, 4, 10)), {"from": "2026-04-01"}),
        (
            Wanted(since=date(2026, 4, 1), until=date(2026, 4, 3)),
            {"from": "2026-04-01", "until": "2026-04-03"},
        ),
    ],
)
def test_no_day_is_asked_for_that_the_service_refuses_or_has_not_finished(wanted, span):
    client = Canned(oai(record()))
    ask("arxiv_oai", client, wanted)
    (asked,) = [params for _, params in client.asked]
    assert {name: asked[name] for name in ("from", "until") if name in asked} == span


def test_one_set_is_asked_for_after_the_other():
    client = Canned(oai(record(), token="t"), oai(record()), failed("noRecordsMatch"))
    portion = ask("arxiv_oai", client, categories=("stat.ML", "cs.CL"))
    assert (portion.resume, portion.reached) == ("cs:cs:CL t", None)
    portion = ask("arxiv_oai", client, resume=portion.resume, categories=("stat.ML", "cs.CL"))
    assert (portion.resume, portion.reached) == ("stat:stat:ML ", None)
    portion = ask("arxiv_oai", client, resume=portion.resume, categories=("stat.ML", "cs.CL"))
    assert (portion.resume, portion.reached, portion.outcome) == (
        "",
        date(2026, 4, 9),
        "nothing-new",
    )
    assert [params.get("set") for _, params in client.asked] == ["cs:cs:CL", None, "stat:stat:ML"]
    with pytest.raises(Expired, match="other categories"):
        ask("arxiv_oai", client, resume="cs:cs:CL t", categories=("stat.ML",))


@pytest.mark.parametrize(
    ("categories", "specs"),
    [
        ((), ("",)),
        (("cs.CL",), ("cs:cs:CL",)),
        (("cs.CL", "cs"), ("cs:cs",)),
        (
            ("hep-th", "cond-mat.soft", "physics"),
            (
                "physics:cond-mat:soft",
                "physics:hep-th",
                "physics:physics",
            ),
        ),
        (("math", "math-ph"), ("math:math", "physics:math-ph")),
    ],
)
def test_categories_become_sets_none_inside_another(categories, specs):
    assert sets.specs(categories) == specs


def test_a_set_is_inside_its_archive_but_not_inside_a_longer_name():
    assert sets.is_within(["cs:cs:CL"], {"cs:cs"})
    assert not sets.is_within(["math:math"], {"math:math:NA"})
    assert not sets.is_within(["physics:math-ph"], {"physics:math"})


def test_nothing_new_is_no_failure():
    portion = ask("arxiv_oai", Canned(failed("noRecordsMatch")))
    assert (portion.outcome, portion.items, portion.resume) == ("nothing-new", (), "")


def test_an_old_token_is_told_as_such():
    with pytest.raises(Expired, match="Too old"):
        ask("arxiv_oai", Canned(failed("badResumptionToken", "Too old")), resume=" token")


@pytest.mark.parametrize(
    "code", ["badArgument", "badVerb", "cannotDisseminateFormat", "noSetHierarchy", "somethingElse"]
)
def test_every_other_error_of_the_protocol_is_no_answer_of_use(code):
    with pytest.raises(NotAsked, match=f"{code} about the set cs:cs:NOPE: Because"):
        ask("arxiv_oai", Canned(failed(code, "Because")), categories=("cs.NOPE",))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>Down</body></html>", "HTML page"),
        (oai(record(), record())[:-200], "ends too early"),
        (b"<feed/>", "no OAI-PMH answer"),
        (b"", "empty"),
    ],
)
def test_what_is_no_whole_answer_is_asked_again(body, reason):
    with pytest.raises(Unreadable, match=reason):
        ask("arxiv_oai", Canned(body))


def test_single_papers_are_asked_for_one_by_one():
    client = Canned(oai(record(), verb="GetRecord"), failed("idDoesNotExist"))
    wanted = Wanted(names=("2604.00010v2", "moss", "2604.00011"))
    items, resume = [], ""
    while True:
        portion = ask("arxiv_oai", client, wanted, resume=resume)
        items += portion.items
        resume = portion.resume
        if not resume:
            break
    assert [params["identifier"] for _, params in client.asked] == [
        "oai:arXiv.org:2604.00010",
        "oai:arXiv.org:2604.00011",
    ]
    said, nonsense, unknown = items
    assert said.source_id == "2604.00010"
    assert nonsense.reason == "“moss” is no arXiv number"
    assert (unknown.source_id, unknown.reason) == (
        "2604.00011",
        "arXiv knows no paper of this number",
    )
    for resume in ("7", "cs:cs:CL t"):
        with pytest.raises(Expired):
            ask("arxiv_oai", client, wanted, resume=resume)


WEEK = [
    ("hep-th/9901002", "2026-03-30"),
    ("2603.19999", "2026-03-31"),
    ("2604.00001", "2026-04-01"),
    ("2604.00002", "2026-04-02", "cs:cs:CL", "stat:stat:ML"),
    ("2604.00003", "2026-04-02", "math:math:NA"),
    ("1207.0001", "2026-04-02", "cs:cs:CL"),
]


def test_the_new_numbers_of_a_day_are_those_beyond_all_before():
    client = Canned(headers(*WEEK))
    portion = ask("arxiv_numbers", client)
    assert client.asked[0][1]["from"] == "2026-03-23"
    (listed,) = portion.listed
    assert (listed.feed, listed.day, listed.whole) == ("arxiv", date(2026, 4, 2), True)
    assert listed.names == {"arxiv:2604.00002": "new", "arxiv:2604.00003": "new"}
    assert portion.items == ()


def test_of_wanted_categories_only_their_numbers_are_listed():
    portion = ask("arxiv_numbers", Canned(headers(*WEEK)), categories=("cs", "stat.ML"))
    assert portion.listed[0].names == {"arxiv:2604.00002": "new"}


def test_a_listing_goes_on_where_it_was():
    client = Canned(headers(*WEEK[:4], token="t"), headers(*WEEK[4:], ("nonsense", "2026-04-02")))
    first = ask("arxiv_numbers", client)
    second = ask("arxiv_numbers", client, resume=first.resume)
    assert [(one.names, one.whole) for one in (*first.listed, *second.listed)] == [
        ({"arxiv:2604.00002": "new"}, False),
        ({"arxiv:2604.00003": "new"}, True),
    ]


def test_a_saved_answer_gives_what_can_be_saved_and_a_message(tmp_path):
    path = tmp_path / "page.xml"
    path.write_bytes(oai(record(), record("2604.00011"))[:-350])
    said, trouble = SOURCES["arxiv_oai"].read(path)
    assert isinstance(said, Record)
    assert trouble.fatal
    assert "ends too early" in trouble.reason
