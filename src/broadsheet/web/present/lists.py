"""An edition made ready for its page: fronts, whole days, trending, searches, similar papers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString

from broadsheet.editions import site, wording
from broadsheet.editions.addresses import paper_href, write
from broadsheet.editions.titles import asked
from broadsheet.editions.types import LONGEST, MODES, Edition, Hit, Neighbour, Question, What
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.kernel import mathml, words
from broadsheet.kernel.dates import Period
from broadsheet.kernel.text import plural
from broadsheet.papers.cards import Card
from broadsheet.search.contract import Filters
from broadsheet.search.language.pasted import pasted
from broadsheet.search.ranking.recipes import RECIPES
from broadsheet.sources.starter import summaries
from broadsheet.web.present import mail, menus, people
from broadsheet.web.present.cards import cards, items

_RANKED: Final = ("top", "hot", "discussed")
_LONGEST_TYPED: Final = 40
_CORRECTED: Final[Mapping[What, str]] = {
    "added": "announced that day, known here only since",
    "gone": "no longer counted to that day",
    "merged": "two of that day's papers were one: this one",
    "withdrawn": "withdrawn by its authors",
    "title": "its title has changed",
}


def common(
    edition: Edition, title: str, who: Callable[[Hit], SafeString] = people.line
) -> dict[str, Any]:
    """What every page of a list shows: cards, pages, formats, links for machines."""
    question = edition.question
    asked = edition.asked.but(page=question.page)
    more = asked.but(page=question.page + 1) if question.page < edition.pages else None
    address = write(question)
    ranked = question.place == "front" and edition.recipe in _RANKED and question.page == 1
    last = min(edition.length, question.page * question.size)
    return {
        "page_title": title if question.page == 1 else f"{title}, page {question.page}",
        "field": _field(question),
        "canonical": address,
        "cards": items(cards(edition.hits, address, front=ranked, who=who)),
        "summarised": any(hit.card.abstract in summaries() for hit in edition.hits),
        "total": plural(edition.total, "paper"),
        "formats": menus.formats(asked),
        "problems": edition.reading.problems,
        "pages": menus.pages(edition),
        "shown": f"{(question.page - 1) * question.size + 1:,} to {last:,} of {edition.length:,}",
        "next_page": write(question.but(page=more.page)) if more else "",
        "next_formats": menus.formats(more) if more else (),
        "held": menus.held(edition),
        "mail": mail.box(edition.asked),
    }


def _field(question: Question) -> str:
    """The field as addresses name it: not, where it is the site's own."""
    return question.field if question.field != site.field() else ""


def front(edition: Edition) -> dict[str, Any]:
    """The page of a day, a week, a month, a whole day or what is trending."""
    question = edition.question
    field = field_named(question.field)
    heading = wording.headline(question)
    recipe = RECIPES[edition.recipe]
    return {
        **common(edition, heading),
        "heading": heading,
        "datetime": str(question.period) if question.period else "",
        "papers": words.count(edition.total, "paper"),
        "voted": f"{edition.voted:,} with votes" if edition.voted else "",
        "field_title": field.title,
        "feeds": _feeds(field),
        "true_at": words.moment(edition.true_at),
        "as_of": question.as_of is not None,
        "periods": menus.periods(question),
        "previous": _neighbour(question, edition.previous),
        "next": _neighbour(question, edition.next),
        "recipe": recipe.label,
        "recipe_help": recipe.help,
        "orders": menus.orders(edition),
        "fields": menus.fields(question),
        "categories": menus.facets(edition, "category"),
        "organizations": menus.facets(edition, "organization"),
        "newest_day": words.day(edition.newest_day) if edition.newest_day else "",
        "nothing": wording.nothing(edition),
        "why_empty": words.coded(edition.why_empty),
        "import_hint": words.coded(_hint(edition, field)),
        "search_href": "" if edition.previous or edition.next else _searched(question),
        "sealed": _sealed(edition),
        **_whole_day(edition),
        "held_count": wording.held(edition.ledger),
        "stands": [state.why for state in edition.ledger],
    }


def _sealed(edition: Edition) -> dict[str, Any] | None:
    """The seal of a day, and what has come to light since."""
    seal = edition.sealed
    if seal is None:
        return None
    return {
        "when": words.moment(seal.true_at),
        "digest": seal.digest,
        "short": f"{seal.digest[:16]}…",
        "corrections": [
            {
                "href": paper_href(one.key),
                "title": SafeString(mathml.html(one.title)),
                "what": _CORRECTED[one.what],
            }
            for one in edition.corrections
        ],
    }


def _searched(question: Question) -> str:
    """The search of everything a field holds."""
    return write(Question(place="search", field=question.field))


def _feeds(field: FieldFile) -> str:
    """How far a field reaches: ``every feed held``, ``2 feeds, 7 categories``."""
    feeds = plural(len(field.only_feeds), "feed") if field.only_feeds else "every feed held"
    kept = plural(len(field.categories), "category", "categories") if field.categories else ""
    return ", ".join(filter(None, (feeds, kept)))


def _hint(edition: Edition, field: FieldFile) -> str:
    """Where papers of the field come from, for a field without any, unless that was said."""
    if edition.previous or edition.next or field.import_hint in edition.why_empty:
        return ""
    return field.import_hint


def week_before(edition: Edition) -> Question | None:
    """The three papers to offer on a day without any: the last week that has some."""
    question = edition.question
    if edition.previous is None or question.period is None or question.period.kind != "day":
        return None
    period = Period.week(edition.previous.period.last)
    return question.but(place="front", period=period, filters=Filters(), recipe="top", size=3)


def meanwhile(week: Edition) -> dict[str, Any]:
    """The most voted of a week, for a day without papers."""
    question = week.question
    return {
        "meanwhile": items(cards(week.hits, write(question)), level=3),
        "meanwhile_period": words.period(question.period) if question.period else "",
        "meanwhile_href": write(question),
    }


def _neighbour(question: Question, neighbour: Neighbour | None) -> menus.Way | None:
    if neighbour is None:
        return None
    href = write(question.but(period=neighbour.period))
    return menus.Way(words.period(neighbour.period), href, plural(neighbour.papers, "paper"))


def _whole_day(edition: Edition) -> dict[str, str]:
    """The way to everything a day announced, and from there back to the ranked page."""
    question = edition.question
    if question.period is None or question.period.kind != "day":
        return {"whole_day": "", "ranked_day": ""}
    bare = question.but(recipe="")
    return {
        "whole_day": write(bare.but(place="all")) if question.place == "front" else "",
        "ranked_day": write(bare.but(place="front")) if question.place == "all" else "",
    }


def search(
    edition: Edition, typed: Mapping[str, str], who: Callable[[Hit], SafeString] = people.line
) -> dict[str, Any]:
    """The page of a search, found or not; ``typed`` are the parameters as the reader wrote them."""
    question = edition.question
    filtered = "Papers that pass these filters" if menus.held(edition) else "Search"
    title = asked(question) or filtered
    return {
        **common(edition, f"{title}: {plural(edition.length, 'paper')}", who),
        "asked": title,
        "question": question.text,
        "took": f"{edition.took_ms:,.0f} ms" if edition.took_ms >= 1 else "under 1 ms",
        **_found(edition),
        "reading": edition.reading.words,
        "liked": tuple(
            (paper_href(key), SafeString(mathml.html(title)))
            for key, title in edition.reading.liked
        ),
        "modes": menus.modes(question) if _has_modes(edition) else (),
        "sorts": () if edition.from_catalogue else menus.sorts(edition),
        "years": years(edition),
        "categories": menus.facets(edition, "category"),
        "organizations": menus.facets(edition, "organization"),
        "fields": menus.fields(question),
        "narrowed": "/search",
        "hidden": _hidden(question),
        **_typed(edition, typed),
        "why_empty": edition.why_empty,
    }


def _typed(edition: Edition, typed: Mapping[str, str]) -> dict[str, Any]:
    """The filters of a form as they were written."""
    return {
        "since": typed.get("from", "")[:_LONGEST_TYPED],
        "until": typed.get("to", "")[:_LONGEST_TYPED],
        "has_code": edition.question.filters.has_code,
        "min_votes": typed.get("votes", "")[:_LONGEST_TYPED],
    }


def _has_modes(edition: Edition) -> bool:
    """Whether it makes a difference what the search goes by."""
    found = pasted(edition.question.text)
    named = found is not None and bool(found.papers[1:])
    return bool(edition.question.text) and not named and not edition.from_catalogue


def _found(edition: Edition) -> dict[str, str]:
    """How many papers match by word, and how many more by meaning."""
    total, by_meaning = edition.total, edition.by_meaning
    if edition.from_catalogue:
        return {"found": words.count(total, "paper").capitalize(), "matched": "of those looked at"}
    if not by_meaning:
        return {"found": words.count(total, "paper").capitalize(), "matched": ""}
    if not total:
        return {"found": plural(by_meaning, "paper"), "matched": "by meaning"}
    matched = f"match{'es' if total == 1 else ''} by word, {by_meaning:,} more by meaning,"
    return {"found": plural(total, "paper"), "matched": matched}


def similar(edition: Edition, like: Card | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """The page of papers like one paper; ``typed`` as in ``search``."""
    title = mathml.plain(like.title) if like else edition.question.like
    question = edition.question
    return {
        "fields": menus.fields(question),
        "narrowed": write(question.but(filters=Filters(), field=site.field(), as_of=None)),
        "hidden": _hidden(question),
        **_typed(edition, typed),
        **common(edition, f"Papers like {title}"),
        "title": SafeString(mathml.html(like.title)) if like else title,
        "href": paper_href(edition.question.like),
        "why_empty": edition.why_empty,
    }


def paste(typed: Mapping[str, str]) -> dict[str, Any]:
    """The page with room for a text."""
    return {
        "page_title": "Search by what you paste",
        "longest": f"{LONGEST:,}",
        "limit": str(LONGEST),
        "field": typed.get("field", "")[:_LONGEST_TYPED],
    }


def _hidden(question: Question) -> tuple[tuple[str, str], ...]:
    """What the filter form carries along: everything asked but what it sets itself."""
    pairs = (
        ("q", question.text),
        ("field", _field(question)),
        ("recipe", question.recipe),
        ("mode", question.mode if question.mode != MODES[0] else ""),
        ("category", ",".join(question.filters.categories)),
        ("org", ",".join(question.filters.organizations)),
        ("source", ",".join(question.filters.sources)),
        ("as_of", question.as_of.isoformat() if question.as_of else ""),
    )
    return tuple((name, value) for name, value in pairs if value)


def years(edition: Edition) -> dict[str, Any]:
    """The histogram of years as bars of an SVG 160 wide and 62 high; empty for one year."""
    counts = {int(f.value): f.count for f in edition.facets.get("year", ()) if f.value.isdigit()}
    if len(counts) < 2:
        return {}
    first, last = max(min(counts), max(counts) - 39), max(counts)
    width = 160 / (last - first + 1)
    most = max(counts.values())
    bars = []
    for year in range(first, last + 1):
        if held := counts.get(year, 0):
            at, height = (year - first) * width, max(1, round(held / most * 60))
            label = f"{year}: {plural(held, 'paper')}"
            bars.append(
                f'<a href="{escape(_year(edition.question, year))}" aria-label="{label}">'
                f'<title>{label}</title><rect class="reach" x="{at:.2f}" y="0"'
                f' width="{width:.2f}" height="62"/><rect x="{at + width * 0.1:.2f}"'
                f' y="{62 - height}" width="{width * 0.8:.2f}" height="{height}"/></a>'
            )
    return {"bars": SafeString("".join(bars)), "first": first, "last": last}


def _year(question: Question, year: int) -> str:
    filters = replace(question.filters, since=date(year, 1, 1), until=date(year, 12, 31))
    return write(question.but(filters=filters))
