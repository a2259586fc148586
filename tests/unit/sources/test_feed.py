"""Feeds of every kind: what an item says, when, and real feeds beside another reader."""

import html
import io
import os
from datetime import UTC, date, datetime

import feedparser
import pytest
import zstandard

from broadsheet.kernel.text import clean
from broadsheet.sources.contract import Record
from broadsheet.sources.feed import moments
from broadsheet.sources.feed.document import document, named
from broadsheet.sources.feed.parse import parse
from broadsheet.sources.feed.read import Feed
from broadsheet.sources.registry import recognise
from broadsheet.sources.values import Broken

SAVED = datetime(2026, 8, 14, 12, tzinfo=UTC)
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ponds</title>
 <link>https://ponds.example/</link>{top}<item>{item}</item></channel></rss>"""


def one(item, top=""):
    [raw] = document(RSS.format(item=item, top=top).encode()).items
    return parse(raw, SAVED)


def read(tmp_path, content, name="x.rss"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (SAVED.timestamp(), SAVED.timestamp()))
    items = list(Feed().read(path))
    return (
        [item for item in items if isinstance(item, Record)],
        [item.reason for item in items if not isinstance(item, Record)],
    )


def utc(*moment):
    return datetime(*moment, tzinfo=UTC)


DATES = [
    ("Tue, 17 Mar 2020 23:30:00 -0500", date(2020, 3, 17), utc(2020, 3, 18, 4, 30)),
    ("2020-03-17T10:00:00Z", date(2020, 3, 17), utc(2020, 3, 17, 10)),
    ("2020-03-17", date(2020, 3, 17), utc(2020, 3, 17)),
    ("2006-01-11 16:42:55 -0800", date(2006, 1, 11), utc(2006, 1, 12, 0, 42, 55)),
    ("May 21 2021 12:00:00:000AM", date(2021, 5, 21), utc(2021, 5, 21)),
    ("17 Oct 2018 10:30:00 GMT", date(2018, 10, 17), utc(2018, 10, 17, 10, 30)),
    ("2019-10-12T07:20:50.52Z", date(2019, 10, 12), None),
    ("2020-03", None, None),
    ("soon", None, None),
    ("9999-12-31T23:59:59-12:00", None, None),
]


@pytest.mark.parametrize(("written", "day", "moment"), DATES)
def test_dates_are_read_however_they_are_written(written, day, moment):
    found = moments.read(written)
    assert (found.day if found else None) == day
    if moment:
        assert found.moment == moment


def test_an_item_is_announced_on_its_own_day_in_its_own_zone():
    record = one("<title>A</title><pubDate>Tue, 17 Mar 2020 23:30:00 -0500</pubDate>")
    [said] = record.announcements
    assert (said.feed, said.day, said.kind, said.rank) == (
        "ponds-example-ponds", date(2020, 3, 17), "new", None,
    )  # fmt: skip
    assert said.seen_at == record.seen_at == datetime(2020, 3, 18, 4, 30, tzinfo=UTC)
    assert record.published == "2020-03-17"


@pytest.mark.parametrize("when", ["", "<pubDate>Fri, 1 Jan 2100 00:00:00 GMT</pubDate>"])
def test_an_item_without_a_date_or_with_one_to_come_is_of_the_day_of_its_capture(when):
    record = one(f"<title>A</title>{when}")
    assert (record.published, record.announcements[0].day) == ("", SAVED.date())


IDENTIFIERS = [
    ("<prism:doi>10.1000/A.1</prism:doi>", ["doi:10.1000/a.1"]),
    ("<dc:identifier>doi: 10.1000/a.1</dc:identifier>", ["doi:10.1000/a.1"]),
    ("<dc:identifier>info:doi/10.1000/a.1</dc:identifier>", ["doi:10.1000/a.1"]),
    ("<link>https://doi.org/10.1000/a.1</link>", ["doi:10.1000/a.1"]),
    ("<link>https://ponds.example/doi/full/10.1000/a.1?af=R</link>", ["doi:10.1000/a.1"]),
    ("<guid>oai:arXiv.org:2003.00010v2</guid>", ["arxiv:2003.00010"]),
    ("<link>https://arxiv.org/abs/2003.00010v2</link>", ["arxiv:2003.00010"]),
    ("<link>https://aclanthology.org/2020.acl-main.1/</link>", ["acl:2020.acl-main.1"]),
    ("<link>https://ponds.example/12</link>", ["url:https://ponds.example/12"]),
    ("<guid>https://ponds.example/12</guid>", ["url:https://ponds.example/12"]),
    ("<link>https://ponds.example/</link>", []),
    ("<guid>12</guid>", []),
]


@pytest.mark.parametrize(("item", "names"), IDENTIFIERS)
def test_identifiers_are_found_wherever_they_stand(item, names):
    assert [str(i) for i in one(f"<title>A</title>{item}").identifiers] == names


AUTHORS = [
    ("<author>ada@ponds.example (Ada Comb)</author>", ("Ada Comb",)),
    ("<author>ada@ponds.example</author>", ()),
    ("<dc:creator>Comb, A.</dc:creator>", ("A. Comb",)),
    ("<dc:creator>Comb, A.</dc:creator><dc:creator>Moss, C.</dc:creator>", ("A. Comb", "C. Moss")),
    ("<dc:creator>Ada Comb, Carl Moss and B. Honey</dc:creator>",
     ("Ada Comb", "Carl Moss", "B. Honey")),
    ("<dc:creator>Comb, A.; Moss, C.</dc:creator>", ("A. Comb", "C. Moss")),
]  # fmt: skip


@pytest.mark.parametrize(("item", "names"), AUTHORS)
def test_authors_are_named_and_their_addresses_are_not(item, names):
    record = one(f"<title>A</title>{item}")
    assert record.authors == names
    assert "@" not in " ".join(record.authors)


def test_a_journal_article_loses_the_journal_from_its_title():
    record = one(
        "<title>Fluids, Vol. 9, Pages 120: Moss Waits</title><prism:volume>9</prism:volume>"
        "<prism:publicationName>Fluids</prism:publicationName><prism:number>6</prism:number>"
        "<prism:startingPage>120</prism:startingPage><dc:date>2024-05-22</dc:date>"
    )
    assert (record.title, record.journal_ref) == ("Moss Waits", "Fluids 9(6), 120 (2024)")


def test_a_post_without_a_title_goes_by_its_beginning_and_keeps_no_full_text():
    record = one(f"<description>{'word ' * 4_000}</description>")
    assert record.title == "word " * 19 + "word …"
    assert len(record.abstract) < 4_010
    assert len(record.raw) < 12_000
    short = one("<title>A</title><description>Short.</description>"
                f"<content:encoded>{'secret ' * 50}</content:encoded>")  # fmt: skip
    assert (short.abstract, b"secret" in short.raw) == ("Short.", False)


@pytest.mark.parametrize(
    ("address", "title", "name"),
    [
        ("https://www.ponds.example/feed.xml", "", "ponds-example-feed-xml"),
        ("https://ponds.example/", "Annals of Ponds", "ponds-example-annals-of-ponds"),
        ("https://huggingface/daily", "", "feed-huggingface-daily"),
        ("https://arxiv/", "", "feed-arxiv"),
    ],
)
def test_a_feed_is_named_after_its_address_and_never_as_one_of_ours(address, title, name):
    assert named(address, title) == name


def test_the_name_of_a_feed_tells_nothing_of_a_key_in_its_address():
    one, other = (named(f"https://ponds.example/feed?key=s3cret-{n}") for n in (1, 2))
    assert one != other
    assert one.startswith("ponds-example-feed-")
    assert "s3cret" not in one


def test_a_long_name_is_cut_and_stays_its_own():
    one, other = (named(f"https://ponds.example/{'pond/' * 20}{n}") for n in (1, 2))
    assert one != other
    assert max(len(one), len(other)) <= 60


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html><body>Not found</body></html>", "it is no feed: its outermost element is html"),
        (b'{"items": 7}', "it is JSON, but no feed: it has no list of items"),
        (b"plain text", "it is no XML"),
    ],
)
def test_what_is_no_feed_is_refused(content, reason):
    with pytest.raises(Broken, match=reason):
        document(content)


# Real feeds

GOOD = [
    "miniflux_encoding_ISO-8859-1.xml", "miniflux_encoding_WINDOWS-1251.xml",
    "miniflux_rdf_UTF8.xml", "miniflux_small_atom.xml", "miniflux_urdu_UTF8.xml",
    "rome_index.rss", "rss2_arxiv_author_query.xml.zst", "rss2_hf_daily_papers_feedgen.xml",
    "rss_without_guid.xml", "simplepie_feed_rss-2.0_for_file_mock.xml", "zotero_feed.atom",
    "zotero_feedCDATA.rss", "zotero_feedMedia.xml", "zotero_feedWindows1252.rss",
]  # fmt: skip


def bytes_of(path):
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    return data


@pytest.mark.parametrize("name", GOOD)
def test_a_real_feed_says_what_another_reader_reads_in_it(shared, name):
    path = shared / "formats/feeds" / name
    theirs = feedparser.parse(io.BytesIO(bytes_of(path)))
    ours = list(Feed().read(path))
    assert recognise(path).name == "feed"
    assert len(ours) == len(theirs.entries)
    for record, entry in zip(ours, theirs.entries, strict=True):
        assert letters(record.title) == letters(entry.title)
        assert record.url == clean(entry.get("link", "")).replace("\u202e", "") or not record.url
        moment = entry.get("published_parsed") or entry.get("updated_parsed")
        if moment and moment.tm_year < 2030:
            told = datetime(*moment[:6], tzinfo=UTC)
            assert record.seen_at == told
        else:
            assert record.published == ""


def letters(title):
    """A title without markup, signs and the forms of its letters."""
    plain = html.unescape(title)
    for tag in ("sub", "sup", "i", "b"):
        plain = plain.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return "".join(c for c in plain if c.isalnum() and c.isascii())[:20]


ARTICLES = {
    ("zotero_feedArticleMetadata.rss", 0): (
        "Environmental Hydraulics, Turbulence, and Sediment Transport, Second Edition",
        ("Jaan H. Pu", "Manish Pandey", "Prashanth Reddy Hanmaiahgari"), "2024-05-22",
        "doi:10.3390/fluids9060120", "Fluids 9(6), 120 (2024)",
    ),
    ("zotero_feedCDATA.rss", 0): (
        '"The Descent of Man," 150 years on', ("A. Fuentes",), "2021-05-20",
        "doi:10.1126/science.abj4606", "",
    ),
    ("zotero_feed.atom", 0): (
        "Title 1", ("Author1 A. T. Rohtua", "Author2 A. Auth", "Author3 Z. McAuthorton"),
        "2016-02-15", "doi:10.12345/example", "",
    ),
    ("rss2_hf_daily_papers_feedgen.xml", 0): (
        ("OSReward: Instituting Standardized Evaluation for Cross-Platform Computer-Use Reward"
        " Models"), (), "2026-07-30", "arxiv:2607.28609", "",
    ),
    ("jsonfeed_gofeed_json11_full.json", 0): (
        "title", ("author_name",), "2019-10-12", "url:https://sample-json-feed.com/id", "",
    ),
    ("jsonfeed_feedparser_example.json", 1): (
        "Hello, world!", ("you",), "", "url:https://example.org/initial-post", "",
    ),
    ("broken/feedparser_gb2312.xml", 0): ("不归移民漫画系列：专业工作", (), "", "", ""),
    ("broken/feedparser_shiftjis.xml", 0): ("DrecomRSSに記事投稿が反映されない…", (), "", "", ""),
    ("broken/miniflux_koi8r.xml", 0): (
        "Первая новость", (), "2026-02-15", "url:http://example.com/post1", "",
    ),
    ("broken/miniflux_utf8-incorrect-prolog.xml", 0): ("Café", (), "", "", ""),
    ("broken/simplepie_feed-utf16le.xml", 0): (
        "Test feed title 1", (), "", "url:http://example.net/tests/#1.1", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place"), ARTICLES)
def test_a_real_item_says_what_a_person_reads_in_it(shared, name, place):
    items = list(Feed().read(shared / "formats/feeds" / name))
    record = [item for item in items if isinstance(item, Record)][place]
    found = " ".join(str(identifier) for identifier in record.identifiers)
    told = (record.title, record.authors, record.published, found, record.journal_ref)
    assert told == ARTICLES[name, place]


def test_a_broken_feed_gives_what_can_be_read_and_says_what_is_wrong(shared):
    folder = shared / "formats/feeds/broken"
    for path in sorted(folder.iterdir()):
        items = list(Feed().read(path))
        reasons = [item.reason for item in items if not isinstance(item, Record)]
        assert all(reason and not reason.endswith(".") for reason in reasons), path.name
    [record, *_], [reason] = read_of(folder / "feedparser_rss_incomplete_cdata.xml")
    assert "it is broken" in reason
    assert record.announcements[0].feed == "adcdefgh-com-can-feedparser-read-this-xml"


def read_of(path):
    items = list(Feed().read(path))
    return (
        [item for item in items if isinstance(item, Record)],
        [item.reason for item in items if not isinstance(item, Record)],
    )
