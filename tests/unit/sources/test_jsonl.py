"""The neutral format: facts, names, rules, withdrawals and the tricky lines."""

import gzip
from datetime import UTC, date, datetime

import orjson
import pytest
import zstandard

from broadsheet.sources.contract import Announced, Record, Trouble
from broadsheet.sources.jsonl.parse import UNDATED, parse
from broadsheet.sources.jsonl.withdrawn import says_withdrawn
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.values import Broken

ARXIV = {"source": "arxiv", "id": "2401.00010", "title": "How Bees Count"}
CONFERENCE = {"source": "conferences", "id": "pond2020/7", "title": "On Moss"}


def line(of=ARXIV, **facts):
    return orjson.dumps({name: value for name, value in (of | facts).items() if value is not None})


def named(record):
    return [str(identifier) for identifier in record.identifiers]


def test_a_line_says_all_of_these():
    record = parse(
        line(
            abstract="Bees  count.",
            authors=["Ada Comb", "B. Honey"],
            n_authors=2,
            categories=["q-bio.NC", "cs.AI"],
            primary_category="cs.AI",
            published="2024-01-02",
            updated="2024-03-04",
            announced="2024-01-03",
            version=3,
            doi="10.1000/BEES",
            journal_ref="J. Bees 1",
            comment="4 pages",
            url="https://arxiv.org/abs/2401.00010",
            code_url="https://github.com/comb/bees",
        )
    )
    assert (record.source, record.origin) == ("jsonl", "arxiv")
    assert record.source_id == "arxiv:2401.00010"
    assert record.abstract == "Bees count."
    assert (record.authors, record.n_authors) == (("Ada Comb", "B. Honey"), 2)
    assert named(record) == ["arxiv:2401.00010", "doi:10.1000/bees"]
    assert record.categories == ("cs.AI", "q-bio.NC")
    assert (record.published, record.updated, record.version) == ("2024-01-02", "2024-03-04", 3)
    assert record.seen_at == datetime(2024, 3, 4, tzinfo=UTC)
    assert record.announcements == (
        Announced(
            feed="arxiv",
            day=date(2024, 1, 3),
            rank=None,
            kind="new",
            seen_at=datetime(2024, 1, 3, 16, tzinfo=UTC),
        ),
    )
    assert (record.journal_ref, record.comment) == ("J. Bees 1", "4 pages")
    assert record.code_url == "https://github.com/comb/bees"
    assert not record.withdrawn


@pytest.mark.parametrize(
    ("facts", "seen_at"),
    [
        ({"published": "2020"}, datetime(2020, 1, 1, tzinfo=UTC)),
        ({"published": "2020-05", "announced": "2020-06-01"}, datetime(2020, 5, 1, tzinfo=UTC)),
        ({"announced": "2020-06-01"}, datetime(2020, 6, 1, tzinfo=UTC)),
        ({}, UNDATED),
    ],
)
def test_a_line_is_as_old_as_it_says(facts, seen_at):
    assert parse(line(**facts)).seen_at == seen_at


@pytest.mark.parametrize("number", ["2401.00010", "0704.0020", "math/0306260", "cs/0001001"])
def test_numbers_stay_text(number):
    record = parse(line(id=number))
    assert (record.source_id, named(record)) == (f"arxiv:{number}", [f"arxiv:{number}"])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (line(source="anthology", id="P19-1001"), ["acl:P19-1001"]),
        (
            line(source="anthology", id="2022.acl-long.1", doi="10.18653/v1/x"),
            ["acl:2022.acl-long.1", "doi:10.18653/v1/x"],
        ),
        (line(CONFERENCE), []),
        (
            line(CONFERENCE, same_as=["arxiv:1704.00138"], url="https://x.example"),
            ["arxiv:1704.00138"],
        ),
        (line(CONFERENCE, same_as=["anthology:2021.acl-long.79"]), ["acl:2021.acl-long.79"]),
        (line(CONFERENCE, doi="10.1000/x", url="https://x.example/7"), ["doi:10.1000/x"]),
        (
            line(CONFERENCE, doi="https://link.springer.com/chapter/10.1007/978-3-031-19818-2_24"),
            ["doi:10.1007/978-3-031-19818-2_24"],
        ),
        (line(CONFERENCE, url="https://x.example/7"), ["url:https://x.example/7"]),
        (
            line(CONFERENCE, url="https://openreview.net/forum?id=B1NKuC6SG"),
            ["openreview:B1NKuC6SG"],
        ),
        (line(CONFERENCE, doi="nowhere", url="x"), []),
        (line(source="our-lab", id="7", doi="10.1000/x"), ["doi:10.1000/x"]),
    ],
)
def test_a_paper_has_the_names_its_line_states(entry, expected):
    assert named(parse(entry)) == expected


def test_what_names_nobody_is_left_out_of_names_and_number():
    record = parse(line(authors=["The Comb Collaboration", ":", "A. Comb"], n_authors=3))
    assert (record.authors, record.n_authors) == (("The Comb Collaboration", "A. Comb"), 2)
    assert b'":"' in record.raw


def test_authors_may_be_known_by_number_only():
    assert parse(line(n_authors=12)).n_authors == 12
    assert parse(line()).n_authors is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[1]", "a list and no object"),
        (b"[" * 200_000, "no JSON"),
        (b'{"\\u0061":' * 50_000, "no JSON"),
        (b'{"id": NaN, "title": "\\u0061"}', "no JSON"),
        (line(title=None), "no title"),
        (line(title=" \u200b "), "no title"),
        (line(title=["a"]), "title is a list"),
        (line(id=None), "no id"),
        (b'{"source":"arxiv","id":2401.00010,"title":"x"}', "id is a number, not text"),
        (line(source=None), "no source"),
        (line(source="Our Lab"), "“Our Lab”"),
        (line(id="2401.1"), "“2401.1” is no arXiv number"),
        (line(source="anthology", id="acl"), "no ACL Anthology number"),
        (line(CONFERENCE, id="x" * 300), "longer than 250"),
        (line(CONFERENCE, same_as=["doi:10.1000/x"]), "same_as"),
        (line(published="May 2020"), "“May 2020”"),
        (line(published="2020-02-30"), "“2020-02-30”"),
        (line(announced="2020-05"), "announced is “2020-05”"),
        (line(authors="A. Comb"), "authors is text"),
        (line(authors=[7]), "authors hold a number"),
        (line(authors=["A", "B"], n_authors=3), "n_authors is 3, but it names 2"),
        (line(version="2"), "version is text"),
        (line(version=40_000), "version is 40000"),
        (line(abstract=False), "abstract is true or false"),
    ],
)
def test_a_line_against_the_rules_is_refused_with_its_reason(entry, reason):
    with pytest.raises(Broken, match=reason):
        parse(entry)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["", "gz", "zst"])
def test_broken_lines_are_told_by_number_and_the_rest_is_read(tmp_path, pack):
    content = [line(), b"", b"{", line(id="2401.00020"), line(title=7), line(id="2401.00030")]
    path = tmp_path / "papers"
    path.write_bytes(pack(b"\xef\xbb\xbf" + b"\r\n".join(content)))
    found = list(SOURCES["jsonl"].read(path))
    assert [i.source_id[-5:] for i in found if isinstance(i, Record)] == ["00010", "00020", "00030"]
    troubles = [i for i in found if isinstance(i, Trouble)]
    assert [(t.line, t.source_id, t.path) for t in troubles] == [
        (3, "", str(path)),
        (5, "2401.00010", str(path)),
    ]
    assert troubles[1].raw == line(title=7)


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial sign error",
        "withdrawn",
        "*withdrawn*",
        "Paper withdrawn. Error in Lemma 4.1",
        "v3, withdrawn",
        "12 pages. This paper has been withdrawn",
        "10 pages (Withdrawn due to error. See D. Lowe)",
        "arXiv admin note: This submission has been withdrawn by arXiv administrators",
        "The manuscript was withdrawn since it was merged into arXiv:1003.5172",
        "The paper is taken out with immediate effect",
        "The paper was retracted",
        "We have decided to withdraw this paper because the baselines are outdated",
        "The paper is withdrawn from the arXiv. Author doesnot want circulation",
    ],
)
def test_arxivs_words_for_a_withdrawn_paper(comment):
    assert says_withdrawn("How Bees Count", "Bees count.", comment)
    assert parse(line(comment=comment)).withdrawn
    assert not parse(line(CONFERENCE, comment=comment)).withdrawn


@pytest.mark.parametrize(
    ("title", "abstract", "comment"),
    [
        ("Thick films on a plate withdrawn from a bath", "A plate is withdrawn from a bath.", ""),
        ("Moss", "", "v3: Prop 3.1 is withdrawn, without affecting any other result in the paper"),
        ("Moss", "", "37 pages; replaces an earlier paper that was withdrawn (arXiv:1002.3451)"),
        ("Moss", "", "This paper supersedes hep-th/9403072 which has been withdrawn"),
        ("Moss", "", "Accepted but withdrawn from AIAA Scitech 2017"),
        ("Moss", "", "The paper has been withdrawn from the XX International Conference"),
        ("Moss", "", "Withdrawn from ENTCS in 2014 in virtue to submission to other venue"),
        ("Moss", "", "A previous version of this paper was withdrawn"),
        ("Value Withdrawal Explanation in CSP", "Withdrawal of values is explained.", ""),
    ],
)
def test_other_withdrawals_are_not_the_papers(title, abstract, comment):
    assert not says_withdrawn(title, abstract, comment)


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Algorithms for Groups (withdrawn)", ""),
        ("Moss", "This paper has been withdrawn"),
        ("Moss", "None. This paper has been withdrawn by the authors."),
        ("Moss", "Why withdrawn: Main theorem can only be proved"),
        ("Moss", "(withdrawn.) For every lambda we give an explicit construction"),
    ],
)
def test_title_and_abstract_can_say_it_too(title, abstract):
    assert says_withdrawn(title, abstract, "")


@pytest.fixture(scope="session")
def tricky(shared):
    return list(SOURCES["jsonl"].read(shared / "corpus/tricky.jsonl"))


def test_the_tricky_lines_are_all_read(tricky):
    assert [item.source_id for item in tricky if isinstance(item, Trouble)] == []
    assert len(tricky) == 293


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (1, 40, lambda r: "/" in r.identifiers[0].value),
        (45, 50, lambda r: r.identifiers[0].value.endswith("0")),
        (51, 56, lambda r: r.n_authors > 1_000 and len(r.authors) == r.n_authors),
        (61, 68, lambda r: len(r.authors) == 1),
        (69, 80, lambda r: ":" not in r.authors and r.n_authors == len(r.authors)),
        (101, 116, lambda r: not r.title.isascii()),
        (125, 134, lambda r: not r.abstract),
        (135, 140, lambda r: r.authors == () and r.n_authors is None),
        (141, 144, lambda r: r.categories == ()),
        (145, 148, lambda r: not r.published and r.announcements),
        (149, 152, lambda r: not r.published and not r.announcements and r.seen_at == UNDATED),
        (153, 164, lambda r: r.withdrawn),
        (165, 175, lambda r: r.version > 1),
        (276, 280, lambda r: any(i.scheme == "doi" for i in r.identifiers)),
        (281, 284, lambda r: r.journal_ref),
        (285, 288, lambda r: r.code_url.startswith("http")),
    ],
)
def test_each_tricky_line_shows_what_it_should(tricky, first, last, holds):
    failing = [n for n, r in enumerate(tricky, start=1) if first <= n <= last and not holds(r)]
    assert failing == []


def test_the_longest_list_of_authors_is_never_cut(tricky):
    assert max(record.n_authors or 0 for record in tricky) == 3_435


def test_withdrawals_elsewhere_among_the_tricky_lines_are_real(tricky):
    others = [n for n, r in enumerate(tricky, start=1) if r.withdrawn and not 153 <= n <= 164]
    # Their whole abstract, or all of their comment, says so.
    assert others == [65, 68, 218, 220, 221, 222, 224, 247]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"title": "m" * 2_001}, "its title has 2,001 characters; 2,000 are the most"),
        ({"abstract": "m" * 100_001}, "its abstract has 100,001 characters; 100,000 are the most"),
        ({"comment": "m" * 100_001}, "its comment has 100,001 characters; 100,000 are the most"),
        ({"authors": ["Ada", "m" * 1_001]}, "one of its authors has 1,001 characters"),
        ({"categories": ["m" * 1_001]}, "one of its categories has 1,001 characters"),
    ],
)
def test_what_is_longer_than_any_text_is_refused(facts, reason):
    with pytest.raises(Broken) as caught:
        parse(line(**facts))
    assert str(caught.value) == reason


def test_the_longest_texts_are_read():
    record = parse(line(title="m" * 2_000, abstract="m" * 100_000, authors=["m" * 1_000]))

    assert (len(record.title), len(record.abstract)) == (2_000, 100_000)
