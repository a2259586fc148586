"""Answers beside the recorded ones of the real servers: the same elements in the same order."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from tests.unit.upstream.asking import NAMES, get, plain, skeleton, tree
from tests.upstream import daily, oai_records, query
from tests.upstream.archive import Habits
from tests.upstream.records import Paper, Version

from broadsheet.sources import streams


@pytest.fixture(scope="session")
def formats(shared: Path) -> Path:
    return shared / "formats"


@pytest.fixture
def lively(upstream):
    """An upstream where all kinds of announcements and facts occur."""
    up = upstream(400, habits=Habits(replaced=30, withdrawn=5, crosslisted=10, published=30))
    up.advance(days=1)
    return up


def paths(files: Iterable[Path]) -> set[str]:
    return set().union(*(skeleton(tree(streams.whole(path))) for path in files))


def recorded_paper(raw: str) -> Paper:
    """The paper of a recorded ``arXivRaw`` answer, whose facts are read with patterns."""
    of = {
        name: re.search(rf"<{name}>(.*?)</{name}>", raw, re.DOTALL)[1]
        for name in ("id", "title", "authors", "categories", "comments", "journal-ref", "doi")
    }
    abstract = re.search(r"<abstract>(.*?)</abstract>", raw, re.DOTALL)[1]
    licence = re.search(r"<license>(.*?)</license>", raw)[1]
    versions = [
        Version(
            number=int(number),
            at=parsedate_to_datetime(at),
            title=of["title"],
            abstract=abstract,
            authors=tuple(re.split(", | and ", of["authors"])),
            comment=of["comments"],
            size_kb=int(size),
        )
        for number, at, size in re.findall(
            r'version="v(\d+)">\s*<date>(.*?)</date>\s*<size>(\d+)kb', raw
        )
    ]
    stamp = date.fromisoformat(re.search(r"<datestamp>(.*?)</datestamp>", raw)[1])
    return Paper(
        id=of["id"],
        versions=tuple(versions),
        categories=tuple(of["categories"].split()),
        modified=datetime(stamp.year, stamp.month, stamp.day, tzinfo=UTC),
        doi=of["doi"],
        journal_ref=of["journal-ref"],
        license=licence,
    )


@pytest.mark.parametrize("prefix", ["arXiv", "arXivRaw", "oai_dc"])
def test_a_record_reads_as_the_real_one_of_the_same_paper(formats, prefix):
    server = formats / "arxiv_oai" / "server_output"
    paper = recorded_paper((server / "GetRecord_arXivRaw.xml").read_text())
    real = (server / f"GetRecord_{prefix}.xml").read_text()
    real = real[real.index("<record>") : real.index("</record>")] + "</record>"
    unlike = (
        r"<source_type>.*?</source_type>|<msc-class>.*?</msc-class>|<dc:subject>.*?</dc:subject>"
    )

    ours = oai_records.record(paper, prefix)

    real = real.replace("Waldyr A. Rodrigues Jr.<", "Roldao da Rocha<").replace(" </dc:", "</dc:")
    assert plain(re.sub(unlike, "", ours)) == plain(re.sub(unlike, "", real))


def test_a_found_paper_reads_as_the_real_one(formats):
    real = (formats / "arxiv_atom" / "id_1605.08386_s0_m100.200.xml").read_text()
    at = datetime(2016, 5, 26, 17, 59, 46, tzinfo=UTC)
    version = Version(
        number=1,
        at=at,
        title="Heat-bath random walks with Markov bases",
        abstract=re.search(r"<summary>(.*?)</summary>", real, re.DOTALL)[1],
        authors=("Caprice Stanley", "Tobias Windisch"),
        comment="20 pages, 3 figures",
    )
    paper = Paper(
        id="1605.08386", versions=(version,), categories=("math.CO", "math.ST"), modified=at
    )

    entry = query._entry(paper, version)

    assert plain(entry) == plain(real[real.index("<entry>") : real.index("</feed>")])


# What was recorded and is not told here: facts that papers of the corpus do not have.
UNTOLD = re.compile("description|-class|proxy|report-no")


@pytest.mark.parametrize(
    ("ask", "files"),
    [
        ("verb=Identify", "Identify.xml"),
        ("verb=ListSets", "ListSets.xml"),
        ("verb=ListMetadataFormats", "ListMetadataFormats.xml"),
        ("verb=ListRecords&metadataPrefix=arXiv", "ListRecords_arXiv_*"),
        ("verb=ListRecords&metadataPrefix=arXivRaw", "ListRecords_arXivRaw_*"),
        ("verb=ListRecords&metadataPrefix=oai_dc", "ListRecords_oai_dc_*"),
        ("verb=ListIdentifiers&metadataPrefix=arXiv", "ListIdentifiers_*"),
        ("verb=Nothing", "error_badVerb.xml"),
    ],
)
def test_lists_have_the_elements_of_the_real_ones(lively, formats, ask, files):
    real = paths((formats / "arxiv_oai" / "server_output").glob(files))

    ours = skeleton(get(f"{lively.oai_url}?{ask}").tree)

    of_the_question = {path for path in real if "request@" in path or "resumptionToken" in path}
    assert ours - real == set()
    assert {path for path in real - ours - of_the_question if not UNTOLD.search(path)} == set()


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feeds_have_the_elements_of_the_real_ones(lively, formats, form):
    server = formats / "arxiv_rss" / "server_output"
    real = paths(server.glob(f"{form}_*2011-02-03.xml"))
    empty = paths(server.glob(f"{form}_empty_*"))
    wrong = paths(server.glob(f"{form}_error_bad_archive*"))

    ours = skeleton(get(f"{lively.url}/{form}/cs+math+hep-th+stat+cond-mat+physics").tree)
    without = get(f"{lively.url}/{form}/q-fin")
    refused = get(f"{lively.url}/{form}/cooking")

    assert ours == real
    assert (without.status, skeleton(without.tree)) == (200, empty)
    assert (refused.status, skeleton(refused.tree)) == (400, wrong)
    assert "Feed error for query" in refused.text
    assert "Bad archive 'cooking'. Valid archive names are: astro-ph, cond-mat, cs" in refused.text


def test_answers_to_queries_have_the_elements_of_the_real_ones(lively, formats):
    files = formats / "arxiv_atom"
    found = get(f"{lively.api_url}?search_query=cat:cs*&max_results=400")
    wrong = get(f"{lively.api_url}?id_list=abc")
    unknown = get(f"{lively.api_url}?id_list=0000.0000&max_results=100")

    real = paths(files.glob("q_testing_s*.200.xml"))
    assert skeleton(found.tree) - real == set()
    affiliated = {path for path in real if "affiliation" in path or "journal_ref" in path}
    assert real - skeleton(found.tree) <= affiliated
    assert skeleton(unknown.tree) == paths(files.glob("id_0000*"))
    assert (wrong.status, skeleton(wrong.tree)) == (400, paths(files.glob("id_abc*")))
    error = wrong.tree.find("atom:entry", NAMES)
    assert error.findtext("atom:summary", "", NAMES) == "incorrect id format for abc"


def keys(value: object, above: str = "") -> set[str]:
    """Every path of keys in JSON."""
    if isinstance(value, list):
        return set().union(*(keys(one, above) for one in value))
    if isinstance(value, dict):
        below = (keys(one, f"{above}/{name}") for name, one in value.items())
        return {f"{above}/{name}" for name in value}.union(*below)
    return set()


def test_days_have_the_keys_of_the_real_ones(lively, formats):
    lively.advance(days=1)
    real = json.loads((formats / "hf_daily" / "single" / "2026-08-14.json").read_text())

    ours = json.loads(get(f"{lively.daily_url}/api/daily_papers?date=2026-04-02").body)

    assert ours
    assert keys(ours) <= keys(real)
    assert set(ours[0]) >= {"paper", "title", "summary", "publishedAt", "numComments"}


def test_recorded_days_are_given_as_they_were_but_for_votes_that_grow(upstream, shared):
    days = daily.real_days(shared)
    up = upstream(5, start=date(2026, 8, 20), recorded=days)
    up.advance(hours=12)  # to the end of the day
    day = days[date(2026, 8, 20)]

    got = json.loads(get(f"{up.daily_url}/api/daily_papers?date=2026-08-20").body)

    assert len(days) == 575
    assert {one["paper"]["id"] for one in got} == {one["paper"]["id"] for one in day}
    assert keys(got) == keys(day)


def test_a_repository_has_the_keys_of_the_real_one(lively, formats):
    text = (formats / "github" / "pygithub_Repository.setUp.txt").read_text()
    real = json.loads(next(row for row in text.splitlines() if row.startswith('{"id"')))
    name = lively.github.repositories()[0]

    ours = json.loads(get(f"{lively.github_url}/repos/{name}").body)

    assert keys(ours) <= keys(real)
