"""Saved answers of arXiv's services: the promises of files, and every recorded one field by field.

What is expected of a recorded answer is taken out of it here a second time, with ElementTree's own
paths, or was read by eye.
"""

import io
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
import zstandard
from tests.unit.sources.arxiv_answers import entry, item, oai, query, raw_record, record, rss

from broadsheet.kernel import identifiers
from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.registry import SOURCES, recognise
from broadsheet.sources.testing import SourceContract, records_of

OAI = "{http://www.openarchives.org/OAI/2.0/}"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


def written(folder, name, body):
    (folder / name).write_bytes(body)
    return [folder / name]


def recorded(shared, *patterns):
    return sorted(path for each in patterns for path in (shared / "formats").glob(each))


class TestMetadata(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["arxiv_oai"]

    @pytest.fixture(params=["small", "recorded"])
    def files(self, request, tmp_path):
        if request.param == "small":
            return written(tmp_path, "a.xml", oai(record(), record("math/0306266")))
        return metadata_files(request.getfixturevalue("shared"))


class TestVersions(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["arxiv_raw"]

    @pytest.fixture(params=["small", "recorded"])
    def files(self, request, tmp_path):
        if request.param == "small":
            return written(tmp_path, "a.xml", oai(raw_record(), token="more"))
        return version_files(request.getfixturevalue("shared"))


class TestFeed(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["arxiv_feed"]

    @pytest.fixture(params=["small", "recorded"])
    def files(self, request, tmp_path):
        if request.param == "small":
            return written(tmp_path, "a.xml", rss(item(), item("2604.00011", "replace-cross")))
        return feed_files(request.getfixturevalue("shared"))


class TestAPI(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["arxiv_api"]

    @pytest.fixture(params=["small", "recorded"])
    def files(self, request, tmp_path):
        if request.param == "small":
            return written(tmp_path, "a.xml", query(entry(), entry("2604.00011", 2)))
        return api_files(request.getfixturevalue("shared"))


def metadata_files(shared):
    return recorded(
        shared,
        "arxiv_oai/arXiv_fmt/*.xml",
        "arxiv_oai/server_output/*Record*_arXiv_*.xml*",
        "arxiv_oai/server_output/GetRecord_arXiv.xml",
    )


def version_files(shared):
    return recorded(shared, "arxiv_oai/arXivRaw/*.xml", "arxiv_oai/server_output/*arXivRaw*.xml*")


def feed_files(shared):
    found = recorded(shared, "arxiv_rss/*.xml", "arxiv_rss/server_output/*.xml")
    return [path for path in found if "error" not in path.name]


def api_files(shared):
    return recorded(shared, "arxiv_atom/*.200.xml")


def tree(path):
    body = path.read_bytes()
    if path.suffix == ".zst":
        body = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body)).read()
    return ET.fromstring(body)  # noqa: S314  # our own recordings


def flat(text):
    return clean(text or "")


def told(element, names):
    """Texts of the children of these names, white space collapsed, in whatever namespace."""
    return [flat(element.findtext(f"{{*}}{name}")) for name in names]


def stated(number, dois):
    found = [f"arxiv:{number}"]
    found += [
        f"doi:{value}"
        for text in dois.replace(";10.", " 10.").split()
        if (value := identifiers.doi(text))
    ]
    return found


NAME = ("forenames", "keyname", "suffix")
SHARED_FIELDS = ("title", "abstract", "comments", "journal-ref", "categories")


def said_of(record):
    return [
        record.title,
        record.abstract,
        record.comment,
        record.journal_ref,
        " ".join(record.categories),
    ]


def test_every_recorded_record_of_the_format_arxiv_is_read_whole(shared):
    count = 0
    for path in metadata_files(shared):
        originals = list(tree(path).iter(f"{OAI}record"))
        records = records_of(SOURCES["arxiv_oai"], path)
        assert len(records) == len(originals) > 0
        for original, said in zip(originals, records, strict=True):
            count += 1
            about = original.find(f"{OAI}metadata")[0]
            number, created, updated, doi = told(about, ("id", "created", "updated", "doi"))
            datestamp = original.findtext(f"{OAI}header/{OAI}datestamp")
            people = [
                [part.text or "" for tag in NAME for part in author.iterfind(f"{{*}}{tag}")]
                for author in about.iterfind(".//{*}author")
            ]
            names = [flat(" ".join(person)) for person in people]
            assert said.source_id == number
            assert said_of(said) == told(about, SHARED_FIELDS)
            assert list(said.authors) == [name for name in names if name not in {":", "."}]
            assert [str(one) for one in said.identifiers] == stated(number, doi)
            assert said.seen_at == datetime.fromisoformat(datestamp).replace(tzinfo=UTC)
            month = arxiv.month(number)
            assert said.published == (created if created[:7] <= month else month)
            assert said.updated in ("", created, updated)
    assert count > 520


def test_every_recorded_record_with_versions_is_read_whole(shared):
    count = 0
    for path in version_files(shared):
        originals = list(tree(path).iter(f"{OAI}record"))
        records = records_of(SOURCES["arxiv_raw"], path)
        assert len(records) == len(originals) > 0
        for original, said in zip(originals, records, strict=True):
            count += 1
            about = original.find(f"{OAI}metadata")[0]
            number, doi, submitter = told(about, ("id", "doi", "submitter"))
            versions = list(about.iterfind("{*}version"))
            days = [
                parsedate_to_datetime(one.findtext("{*}date")).astimezone(UTC).date().isoformat()
                for one in versions
            ]
            assert said.source_id == number
            assert said_of(said) == told(about, SHARED_FIELDS)
            assert [str(one) for one in said.identifiers] == stated(number, doi)
            assert said.version == len(versions)
            assert said.published == days[0]
            assert said.updated == (days[-1] if days[-1] > days[0] else "")
            if (versions[-1].findtext("{*}source_type") or "") == "I":
                assert said.withdrawn
            assert submitter
            assert f"<submitter>{submitter}".encode() not in said.raw
    assert count == 503


def test_names_in_both_formats_agree_but_for_a_few(shared):
    """The service itself parses the list of authors; so do we, for the format with versions."""
    parsed = {
        one.source_id: one
        for path in metadata_files(shared)
        if "503" in path.name
        for one in records_of(SOURCES["arxiv_oai"], path)
    }
    same = different = 0
    for path in version_files(shared):
        for one in records_of(SOURCES["arxiv_raw"], path):
            theirs = parsed.get(one.source_id)
            # In this database backslashes stand twice, which neither side can read.
            if theirs is None or "\\" in "".join(theirs.authors):
                continue
            if [bare(name) for name in one.authors] == [bare(name) for name in theirs.authors]:
                same += 1
            else:
                different += 1
    assert same > 380
    assert different <= same // 50


def bare(name):
    return "".join(name.split()).removeprefix("and")


WITHDRAWN = {
    "0901.3666",
    "0903.0442",
    "1101.2483",
    "1101.6031",
    "1102.0219",
    "cond-mat/0703772",
}


def test_the_withdrawn_ones_are_known_in_both_formats(shared):
    for name, files in (
        ("arxiv_oai", metadata_files(shared)),
        ("arxiv_raw", version_files(shared)),
    ):
        gone = {
            one.source_id
            for path in files
            for one in records_of(SOURCES[name], path)
            if one.withdrawn
        }
        assert gone >= WITHDRAWN
        assert len(gone) <= len(WITHDRAWN) + 5


def test_every_recorded_announcement_is_read_whole(shared):
    count = 0
    for path in feed_files(shared):
        root = tree(path)
        originals = [*root.iter("item"), *root.iter(f"{ATOM}entry")]
        records = records_of(SOURCES["arxiv_feed"], path)
        assert len(records) == len(originals)
        for original, said in zip(originals, records, strict=True):
            count += 1
            name = original.findtext("guid") or original.findtext(f"{ATOM}id")
            text = original.findtext("description") or original.findtext(f"{ATOM}summary")
            title = original.findtext("title") or original.findtext(f"{ATOM}title")
            terms = [one.text for one in original.iter("category")]
            terms += [one.get("term") for one in original.iter(f"{ATOM}category")]
            [announced] = said.announcements
            assert name == f"oai:arXiv.org:{said.source_id}v{said.version}"
            assert said.title == flat(title)
            assert said.abstract == flat(text.partition("Abstract:")[2])
            assert list(said.categories) == terms
            kind = original.findtext(f"{ARXIV}announce_type").removesuffix("-cross")
            assert announced.kind == kind
            assert said.journal_ref == flat(original.findtext(f"{ARXIV}journal_reference"))
            doi = original.findtext(f"{ARXIV}DOI") or ""
            assert [str(one) for one in said.identifiers] == stated(said.source_id, doi)
            day = date(2025, 8, 20) if "2025-08-20" in path.name else date(2011, 2, 3)
            assert announced.day == day
            creators = original.findtext(f"{DC}creator")
            if "\\" not in creators:
                assert ", ".join(said.authors) == creators.replace(", and ", ", ")
    assert count > 50


def test_every_recorded_entry_of_the_query_service_is_read_whole(shared):
    count = 0
    for path in api_files(shared):
        originals = list(tree(path).iter(f"{ATOM}entry"))
        records = records_of(SOURCES["arxiv_api"], path)
        assert len(records) == len(originals)
        for original, said in zip(originals, records, strict=True):
            count += 1
            names = ("title", "summary", "comment", "journal_ref")
            assert [said.title, said.abstract, said.comment, said.journal_ref] == told(
                original, names
            )
            link, published, updated, doi = told(original, ("id", "published", "updated", "doi"))
            assert link.endswith(f"/abs/{said.source_id}v{said.version}")
            assert list(said.authors) == [
                flat(one.text) for one in original.iterfind(f"{ATOM}author/{ATOM}name")
            ]
            terms = [one.get("term") for one in original.iterfind(f"{ATOM}category")]
            assert sorted(said.categories) == sorted(terms)
            assert said.categories[0] == original.find(f"{ARXIV}primary_category").get("term")
            assert said.published == published[:10]
            assert (said.updated or said.published) == updated[:10]
            assert [str(one) for one in said.identifiers] == stated(said.source_id, doi)
    assert count > 120


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("arxiv_rss/server_output/rss_error_bad_archive.xml", "Bad archive 'cooking'"),
        ("arxiv_rss/server_output/rss_error_bad_subject.xml", "Bad subject class 'NOPE'"),
        ("arxiv_rss/server_output/rss_error_version.xml", "Unsupported feed version"),
        ("arxiv_rss/server_output/atom_error_bad_archive.xml", "Bad archive 'cooking'"),
        ("arxiv_atom/id_abc_s0_m100.400.xml", "incorrect id format for abc"),
    ],
)
def test_a_recorded_failure_is_one_message_in_its_own_words(shared, path, reason):
    file = shared / "formats" / path
    source = recognise(file)
    [trouble] = source.read(file)
    assert isinstance(trouble, Trouble)
    assert reason in trouble.reason


def test_a_record_read_by_eye(shared):
    path = shared / "formats/arxiv_oai/server_output/GetRecord_arXivRaw.xml"
    [said] = SOURCES["arxiv_raw"].read(path)
    assert isinstance(said, Record)
    assert said.title.startswith("Gauge Fixing in the Maxwell Like Gravitational Theory")
    assert said.authors == ("Roldao da Rocha", "Waldyr A. Rodrigues Jr")
    assert said.categories == ("math-ph", "math.MP")
    assert (said.published, said.updated, said.version) == ("2008-06-25", "2014-12-12", 6)
    assert said.journal_ref == "AIP Conf.Proc.1316:466-477,2010"
    [metadata] = SOURCES["arxiv_oai"].read(path.with_name("GetRecord_arXiv.xml"))
    assert (metadata.published, metadata.updated) == ("2008-06", "2014-12-12")
    assert metadata.authors == said.authors
    assert metadata.abstract == said.abstract
