"""An address is a question written down, and back."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.editions import addresses
from broadsheet.editions.types import LONGEST, Question
from broadsheet.kernel.dates import Period
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.kernel.text import clean
from broadsheet.search.contract import Filters
from broadsheet.search.language.pasted import KEPT


def read(address):
    path, _, query = address.partition("?")
    return addresses.read(unquote(path), dict(parse_qsl(query)))


QUESTIONS = [
    Question(place="front"),
    Question(place="trending", recipe="top", page=3),
    Question(place="front", period=Period.parse("2026-08-14"), field="materials"),
    Question(place="front", period=Period.parse("2026-W01")),
    Question(place="front", period=Period.parse("2026-08"), filters=Filters(has_code=True)),
    Question(place="all", period=Period.parse("2026-08-14")),
    Question(place="similar", like="math/0306266"),
    Question(place="search", text='"two words" -not & = ? # %'),
    Question(place="search", text="like:2601.00010 x", mode="meaning", page=2),
    Question(
        place="search",
        text="x",
        as_of=datetime(2026, 8, 14, 16, 30, tzinfo=UTC),
        filters=Filters(
            since=date(2024, 1, 1),
            until=date(2024, 12, 31),
            categories=("cs.CL", "math"),
            sources=("arxiv",),
            organizations=("a lab",),
            min_votes=7,
        ),
    ),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=addresses.write)
@pytest.mark.parametrize("suffix", ["", ".json", ".atom", ".bib"])
def test_what_is_written_is_read_back(question, suffix):
    assert read(addresses.write(question, suffix)) == question


@given(
    text=st.text(max_size=50).map(clean),
    page=st.integers(1, 300),
    days=st.lists(st.dates(date(1991, 1, 1), date(2100, 1, 1)), min_size=2, max_size=2),
    names=st.lists(st.from_regex(r"[a-z]+(\.[A-Z]{2})?", fullmatch=True), max_size=3, unique=True),
)
def test_any_search_survives_its_address(text, page, days, names):
    since, until = sorted(days)
    filters = Filters(since=since, until=until, categories=tuple(names))
    question = Question(place="search", text=text, page=page, filters=filters)

    assert read(addresses.write(question)) == question


def test_a_date_alone_means_its_end():
    moment = read("/trending?as_of=2026-08-14").as_of

    assert moment == datetime(2026, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("/daily/2026-8-1", BadQuestion),
        ("/daily/2026-02-30", BadQuestion),
        ("/weekly/2026-W54", BadQuestion),
        ("/weekly/2026-08-14", BadQuestion),
        ("/monthly/2026-13", BadQuestion),
        ("/daily/0000-00-00", BadQuestion),
        ("/search?page=0", BadQuestion),
        ("/search?page=x", BadQuestion),
        ("/search?page=334", BadQuestion),
        ("/daily/1899-12-31", BadQuestion),
        ("/monthly/2201-01", BadQuestion),
        ("/trending?from=2024-02-30", BadQuestion),
        ("/trending?from=2025&to=2024", BadQuestion),
        ("/trending?to=9999", BadQuestion),
        ("/trending?votes=many", BadQuestion),
        ("/trending?as_of=0001-01-01", BadQuestion),
        ("/?as_of=9999-12-30", BadQuestion),
        ("/?as_of=9999-12-31T23:59:59", BadQuestion),
        ("/trending?recipe=relevance", BadQuestion),
        ("/daily/2026-08-14?recipe=relevance", BadQuestion),
        ("/daily/2026-08-14/all?recipe=hot", BadQuestion),
        ("/search?recipe=announced", BadQuestion),
        ("/papers/2601.00010/similar?recipe=top", BadQuestion),
        ("/papers/2601.00010/similar?page=2", BadQuestion),
        ("/trending?as_of=2026-08-14T25:00", BadQuestion),
        ("/trending?as_of=9999-12-31", BadQuestion),
        ("/trending?recipe=best", BadQuestion),
        ("/trending?field=astrology", NotFound),
        ("/weekly/2026-W33/all", NotFound),
        ("/daily/2026-08-14/some", NotFound),
        ("/weekly", NotFound),
        ("/nowhere", NotFound),
    ],
)
def test_what_cannot_be_read_is_said(address, error):
    with pytest.raises(error) as raised:
        read(address)
    assert raised.value.user_message.endswith(".")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ("from=last+year", "“last year” cannot be read"),
        ("to=0001", "“0001” cannot be read"),
        ("votes=many", "votes “many” cannot be read"),
        (
            "mode=magic",
            "mode “magic” cannot be read: a search goes by one of hybrid, words, meaning",
        ),
        (
            "from=2025&to=2024-06",
            "from “2025” to “2024-06” cannot be read: the first date is after",
        ),
    ],
)
def test_a_search_goes_on_without_a_filter_that_cannot_be_read(params, said):
    question = read(f"/search?q=lichen&code=1&{params}")

    assert question == Question(place="search", text="lichen", filters=Filters(has_code=True))
    (problem,) = question.problems
    assert problem.startswith(said)
    assert problem.endswith("It was left out.")


def test_what_nobody_typed_on_purpose_is_dropped():
    assert addresses.read("/search", {"q": " a\x01\tb ", "category": "cs\x00"}) == Question(
        place="search", text="a b", filters=Filters(categories=("cs",))
    )


def test_the_site_s_own_field_is_not_written_and_any_other_is(settings):
    settings.FIELD = "materials"

    assert read("/").field == "materials"
    assert addresses.write(Question(place="front", field="materials")) == "/"
    assert addresses.write(read("/trending?field=everything")) == "/trending?field=everything"


def test_only_known_suffixes_are_cut_off():
    assert addresses.split_suffix("/papers/2026.acl-long.1") == ("/papers/2026.acl-long.1", "")
    assert addresses.split_suffix("/papers/2601.00010.json") == ("/papers/2601.00010", ".json")


def test_a_mode_is_a_search_s_alone_and_its_own_is_not_written():
    assert read("/trending?mode=magic") == Question(place="trending")
    assert addresses.write(read("/search?q=x&mode=hybrid")) == "/search?q=x"


def test_what_is_pasted_and_long_has_a_short_address():
    text = " ".join(f"word{n % 900}" for n in range(2_500))
    question = addresses.read("/search", {"q": text})
    again = read(addresses.write(question))

    assert len(question.text) <= KEPT < len(text)
    assert question.problems[0].startswith(f"Of the {len(text):,} characters pasted")
    assert (again, again.problems) == (question, ())


def test_what_is_longer_than_anything_pasted_is_refused():
    with pytest.raises(BadQuestion, match="bad-question") as raised:
        addresses.read("/search", {"q": "x" * (LONGEST + 1)})
    assert "at most 20,000 characters, this one 20,001" in raised.value.user_message


def test_an_old_style_key_keeps_its_slash_and_others_are_quoted():
    assert addresses.paper_href("math/0309136") == "/papers/math/0309136"
    assert addresses.paper_href("a b?c") == "/papers/a%20b%3Fc"
