"""One line of the starter edition as a Record."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.identifiers import Identifier
from broadsheet.sources import daily, values
from broadsheet.sources.contract import Measured, Record
from broadsheet.sources.values import Broken, Entry

# The day of a front page, the paper's place on it, and its votes.
FeedDay = tuple[date, int | None, int | None]

_LONGEST_ID: Final = 250
# The saved pages write a month and a day; all of them are from this year.
_PAGE_YEAR: Final = 2026


def parse(raw: bytes) -> Record:
    """Read one line. Raises Broken for a line that breaks the rules of the edition."""
    entry = values.decoded_object(raw)
    source_id = values.needed(entry, "id")
    if len(source_id) > _LONGEST_ID:
        raise Broken(f"its id is longer than {_LONGEST_ID} characters")
    feed_days = _feed_days(entry)
    days = [day for day, _, _ in feed_days] or _page_days(entry)
    if not days:
        raise Broken("it stands on no day and on no page")
    authors = values.texts(entry, "authors")
    n_authors = values.count(entry, "n_authors")
    if authors and n_authors not in (None, len(authors)):
        raise Broken(f"its n_authors is {n_authors}, but it names {len(authors)}")
    return Record(
        source="starter",
        origin="broadsheet",
        source_id=source_id,
        seen_at=values.usual_moment(max(days)),
        raw=raw,
        title=values.needed(entry, "title", values.LONGEST_TITLE),
        abstract=values.text(entry, "summary"),
        authors=authors,
        n_authors=len(authors) or n_authors,
        organization=daily.organization(entry, slug="slug", name="name"),
        identifiers=_identifiers(entry),
        published=values.partial_date(entry, "published"),
        categories=values.texts(entry, "topics"),
        keywords=values.texts(entry, "keywords"),
        code_url=values.address(entry, "code_url"),
        project_url=values.address(entry, "project_url"),
        announcements=tuple(
            daily.picked(day, rank, values.usual_moment(day)) for day, rank, _ in feed_days
        ),
        signals=tuple(_signals(entry, feed_days, days)),
    )


def _feed_days(entry: Entry) -> list[FeedDay]:
    """The front pages the paper stood on."""
    found = []
    for stood in values.objects(entry, "feed_days"):
        day = values.day(stood, "day")
        if day is None:
            raise Broken("one of its feed_days names no day")
        found.append((day, values.count(stood, "rank"), values.count(stood, "upvotes")))
    return found


def _page_days(entry: Entry) -> list[date]:
    """The days of the saved pages the paper stood on."""
    days = {values.text(page, "date") for page in values.objects(entry, "pages")}
    try:
        return sorted(date.fromisoformat(f"{_PAGE_YEAR}-{day}") for day in days)
    except ValueError:
        raise Broken("one of its pages has a date that is not MM-DD") from None


def _signals(entry: Entry, feed_days: list[FeedDay], days: list[date]) -> Iterator[Measured]:
    """Votes of each front page; comments and stars as last seen, or as each page showed them."""
    for day, _, upvotes in feed_days:
        if upvotes is not None:
            yield daily.votes(upvotes, values.usual_moment(day))
    last = values.usual_moment(max(days))
    comments = values.count(entry, "comments")
    if comments is not None:
        for day in [max(days)] if feed_days else days:
            yield daily.comments(comments, values.usual_moment(day))
    stars = values.count(entry, "github_stars")
    if stars is not None:
        yield daily.stars(stars, last)


def _identifiers(entry: Entry) -> tuple[Identifier, ...]:
    number = values.text(entry, "arxiv_id")
    if not number:
        return ()
    found = identifiers.arxiv(number)
    if not found:
        raise Broken(f"its arxiv_id “{number[:60]}” is no arXiv number")
    return (Identifier("arxiv", found[0]),)
