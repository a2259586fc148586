"""Day files: entries, days, moments of capture, archives and odd shapes."""

import io
import tarfile
from collections import Counter
from datetime import UTC, date, datetime

import orjson
import pytest

from broadsheet.sources.contract import Announced, Measured, Organization, Record, Trouble
from broadsheet.sources.registry import SOURCES, recognise

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def entry(number="2503.00010", **paper):
    paper = {
        "id": number,
        "title": "How Bees\nCount",
        "summary": "Bees count\nto four.",
        "ai_summary": "A machine says so.",
        "authors": [{"name": "Ada Comb"}, {"name": "Secret", "hidden": True}],
        "publishedAt": "2025-03-02T23:59:00.000Z",
        "upvotes": 7,
    } | paper
    return {"title": "How Bees Count", "publishedAt": "2025-03-03T02:00:00Z", "paper": paper} | {
        "numComments": 0
    }


@pytest.fixture
def read(tmp_path):
    def read(content, name="2025-03-03__2025-03-03T120000.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
        return list(SOURCES["hf_daily"].read(path))

    return read


def test_an_entry_says_all_of_these(read):
    extra = {
        "githubRepo": "https://github.com/comb/bees",
        "githubStars": 40,
        "projectPage": "javascript:alert(1)",
        "ai_keywords": ["bees", "counting"],
        "organization": {"name": "pond", "fullname": "The Pond Lab"},
        "withdrawnAt": "2025-03-03T00:00:00.000Z",
    }
    [record] = read([entry(**extra)])
    assert record.origin == "huggingface"
    assert str(record.identifiers[0]) == "arxiv:2503.00010"
    assert (record.title, record.abstract) == ("How Bees Count", "Bees count to four.")
    assert (record.authors, record.n_authors) == (("Ada Comb",), 1)
    assert record.organization == Organization(slug="pond", name="The Pond Lab")
    assert record.published == "2025-03-02"
    assert record.keywords == ("bees", "counting")
    assert (record.code_url, record.project_url) == ("https://github.com/comb/bees", "")
    assert record.withdrawn
    assert record.announcements == (
        Announced(
            feed="huggingface-daily", day=date(2025, 3, 3), rank=1, kind="picked", seen_at=NOON
        ),
    )
    assert record.signals == (
        Measured(kind="votes", origin="huggingface", total=7, true_at=NOON),
        Measured(kind="comments", origin="huggingface", total=0, true_at=NOON),
        Measured(kind="stars", origin="github", total=40, true_at=NOON),
    )


def test_the_entry_is_kept_whole(read):
    [record] = read([entry(madeUp={"deep": [1]})])
    assert orjson.loads(record.raw)["entry"] == entry(madeUp={"deep": [1]})
    [record] = read([repr(entry())])
    assert orjson.loads(record.raw)["entry"] == repr(entry())


def test_a_paper_listed_twice_stood_where_it_stood_first(read):
    records = read([entry("2503.00010"), entry("2503.00020"), entry("2503.00010", upvotes=1)])
    assert [(r.source_id, r.announcements[0].rank) for r in records] == [
        ("2503.00010", 1),
        ("2503.00020", 2),
    ]


def test_entries_of_a_fork_take_no_place(read):
    foreign = {"paper": {"id": "42138058", "title": "Moss", "source": "pubmed"}}
    trouble, record = read([foreign, entry()])
    assert "entry 1" in trouble.reason
    assert "no front page" in trouble.reason
    assert record.announcements[0].rank == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"paper": {"id": "2503.00010", "upvotes": 1}}, "no title"),
        (entry("moss"), "“moss” is no arXiv number"),
        (entry(upvotes="7"), "upvotes is text"),
        (entry(upvotes=-1), "upvotes is -1"),
        (entry(upvotes=True), "upvotes is true or false"),
        (entry(authors=["Ada"]), "authors hold text"),
        (entry(authors={}), "authors is an object"),
        (entry(publishedAt="yesterday"), "“yesterday” is no day"),
        (entry(organization="pond"), "organization is no object"),
        ({"title": "no paper"}, "no paper"),
        (7, "no paper"),
        ("{'paper': ", "no Python repr"),
        ("__import__('os').getcwd()", "no Python repr"),
        ("[" * 5_000, "no Python repr"),
        ("'" + "a" * 2**20 + "'", "longer than 1 MiB"),
    ],
)
def test_a_broken_entry_is_told_and_the_others_are_read(read, broken, reason):
    trouble, record = read([broken, entry("2503.00020")])
    assert trouble.reason.startswith("entry 1: ")
    assert reason in trouble.reason
    assert not trouble.fatal
    assert record.announcements[0].rank == 2


@pytest.mark.parametrize(
    "content",
    [b"1", b"[]", b'{"status": "no_data", "date": "2025-03-03", "message": "No papers"}'],
)
def test_a_day_without_papers_is_no_error(read, content, tmp_path):
    assert read(content, "2025-03-03.json") == []
    assert recognise(tmp_path / "2025-03-03.json") is SOURCES["hf_daily"]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"{", "2025-03-03.json", "no JSON"),
        (b"[" * 100_000, "2025-03-03.json", "no JSON"),
        ({"error": "gone"}, "2025-03-03.json", "no list of papers"),
        ({"status": "error", "date": "2025-03-03"}, "2025-03-03.json", "went wrong"),
        ([entry()], "latest.json", "no day is to be found"),
        ([entry()], "2025-02-30.json", "“2025-02-30” is no day"),
        ([entry()], "2025-03-03__2025-03-03T256000.json", "no moment"),
        (
            [
                entry(submittedOnDailyAt="2025-03-03T00:00:00Z"),
                entry(submittedOnDailyAt="2025-03-04T00:00:00Z"),
            ],
            "latest_2025-03-04.json",
            "different days",
        ),
    ],
)
def test_a_file_that_is_no_day_is_one_fatal_trouble(read, content, name, reason):
    [trouble] = read(content, name)
    assert trouble.fatal
    assert reason in trouble.reason


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2025-03-05.json", date(2025, 3, 5)),
        ("latest.json", date(2025, 3, 4)),
        ("latest_2025-03-09.json", date(2025, 3, 4)),
    ],
)
def test_the_day_is_the_names_else_the_one_all_were_submitted_on(read, name, day):
    [record] = read([entry(submittedOnDailyAt="2025-03-04T00:00:00.000Z")], name)
    assert record.announcements[0].day == day


def test_a_single_day_somewhere_in_the_name_is_better_than_none(read):
    [record] = read([entry()], "early_2025-03-04_few_fields.json")
    assert record.announcements[0].day == date(2025, 3, 4)


TABLE = "date,papers,stored_at\n2025-03-03,1,2025-03-04T01:07:21+08:00\n2025-03-05,1,soon\n"


@pytest.mark.parametrize("where", ["beside", "above", "nowhere"])
def test_the_moment_of_capture_comes_from_the_table_of_days(tmp_path, where):
    folder = tmp_path / "days"
    folder.mkdir()
    table = {"beside": folder, "above": tmp_path, "nowhere": folder / "x"}[where] / "days.csv"
    if where != "nowhere":
        table.write_text(TABLE)
    moments = []
    for day in ("2025-03-03", "2025-03-05"):
        (folder / f"{day}.json").write_bytes(orjson.dumps([entry()]))
        [record] = SOURCES["hf_daily"].read(folder / f"{day}.json")
        moments.append(record.seen_at)
    stored = datetime(2025, 3, 3, 17, 7, 21, tzinfo=UTC)
    usual = datetime(2025, 3, 3, 16, tzinfo=UTC)
    assert moments == [usual if where == "nowhere" else stored, usual.replace(day=5)]


def test_a_broken_member_of_an_archive_leaves_the_others_to_be_read(tmp_path):
    path = tmp_path / "days.tar"
    members = {"days/2025-03-03.json": b"{", "days/notes.txt": b"x", "days/2025-03-04.json": None}
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            body = orjson.dumps([entry()]) if content is None else content
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    assert recognise(path) is SOURCES["hf_daily"]
    trouble, record = SOURCES["hf_daily"].read(path)
    assert trouble.path == str(path / "days/2025-03-03.json")
    assert not trouble.fatal
    assert record.announcements[0].day == date(2025, 3, 4)


def test_a_tar_cut_in_the_middle_is_told(tmp_path):
    test_a_broken_member_of_an_archive_leaves_the_others_to_be_read(tmp_path)
    whole = (tmp_path / "days.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: 512 * 5 + 100])
    found = list(SOURCES["hf_daily"].read(tmp_path / "cut.tar"))
    assert "tar archive is broken" in found[-1].reason
    assert found[-1].fatal


def test_the_archive_of_days_holds_what_its_readme_counts(shared):
    path = shared / "formats/hf_daily/days.tar.zst"
    records = [item for item in SOURCES["hf_daily"].read(path) if isinstance(item, Record)]
    days = Counter(record.announcements[0].day for record in records)
    assert len(days) == 575
    assert (min(days), max(days)) == (date(2024, 3, 12), date(2026, 8, 21))
    # One paper is listed twice on 2025-06-03.
    assert len(records) == 12_337 - 1
    assert len({record.source_id for record in records}) == 12_329
    assert [r.source_id for r in records if r.withdrawn] == ["2608.12313"]
    assert max(s.total for r in records for s in r.signals if s.kind == "votes") == 289
    first = next(r for r in records if r.announcements[0].day == date(2024, 3, 29))
    assert first.seen_at == datetime(2024, 3, 30, 19, 3, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "counts", "day"),
    [
        ("odd/bare_integer_no_papers.json", (0, 0), None),
        ("odd/early_2024-03-12_few_fields.json", (9, 0), date(2024, 3, 12)),
        ("odd/foreign_pubmed_entries_2026-05-15.json", (0, 3), None),
        ("odd/list_of_python_repr_2024-12-12.json", (18, 0), date(2024, 12, 12)),
        ("odd/wrapped_no_data_2025-01-11.json", (0, 0), None),
        ("odd/wrapped_object_repr_strings_2025-01-10.json", (9, 0), date(2025, 1, 10)),
        ("single/latest_without_date_param_2026-06-12.json", (30, 0), date(2026, 6, 12)),
        ("single/2026-08-14.json", (28, 0), date(2026, 8, 14)),
        ("revisions/2025-01-24__2025-01-24T041602.json", (3, 0), date(2025, 1, 24)),
    ],
)
def test_the_odd_files_are_read_for_what_they_are(shared, name, counts, day):
    path = shared / "formats/hf_daily" / name
    assert recognise(path) is SOURCES["hf_daily"]
    found = list(SOURCES["hf_daily"].read(path))
    read = [item for item in found if isinstance(item, Record)]
    assert (len(read), sum(isinstance(item, Trouble) for item in found)) == counts
    assert {record.announcements[0].day for record in read} == ({day} if day else set())


def test_revisions_of_a_day_are_seen_at_the_moment_in_their_name(shared):
    found = []
    for path in sorted((shared / "formats/hf_daily/revisions").glob("2026-08-11*")):
        record = next(r for r in SOURCES["hf_daily"].read(path) if r.source_id == "2608.09819")
        votes = next(s for s in record.signals if s.kind == "votes")
        found.append((votes.true_at, votes.total, record.announcements[0].seen_at))
    moments = [(8, 36, 30), (15, 50, 56), (16, 7, 31)]
    expected = [datetime(2026, 8, 11, h, m, s, tzinfo=UTC) for h, m, s in moments]
    assert [true_at for true_at, _, _ in found] == expected
    assert [seen_at for _, _, seen_at in found] == expected
    totals = [total for _, total, _ in found]
    assert totals == sorted(totals)
    assert len(set(totals)) > 1
