"""``merge`` and ``split``: a person's word on which papers are one."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import BadQuestion
from broadsheet.kernel.text import plural

if TYPE_CHECKING:
    from broadsheet.papers.queries.near import NearMiss, Side

_NAMED = 6


def merge(  # a row of options is its signature
    one: Annotated[str, typer.Argument(help="A key, arXiv number, DOI or address.")] = "",
    other: Annotated[str, typer.Argument(help="The same of another paper.")] = "",
    *,
    different: Annotated[
        bool, typer.Option("--different", help="Say that the two are two, for good.")
    ] = False,
    near_misses: Annotated[
        bool, typer.Option("--near-misses", help="List the pairs that wait for a decision.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many pairs to list.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Make two papers one, or tell them apart; list what may be one."""
    if near_misses == bool(one or other) or bool(one) != bool(other):
        reason = "it takes two papers, or --near-misses and none"
        raise BadQuestion(what="The command", reason=reason)
    ready()
    if near_misses:
        _list(limit, as_json=as_json)
    elif different:
        _tell_apart(one, other, as_json=as_json)
    else:
        _merge(one, other, as_json=as_json)


def _merge(one: str, other: str, *, as_json: bool) -> None:
    from broadsheet.cli.follower import alongside
    from broadsheet.papers import actions

    with alongside():
        kept, gone = actions.merge(one, other)
    if as_json:
        give({"kept": kept, "merged": gone if gone != kept else None})
    elif kept == gone:
        say(f"Both are {kept} already.")
    else:
        say(f"{kept} holds the records of both; {gone} leads to it.")


def _tell_apart(one: str, other: str, *, as_json: bool) -> None:
    from broadsheet.papers import actions

    keys = actions.tell_apart(one, other)
    if as_json:
        give({"different": keys})
    else:
        say(f"{keys[0]} and {keys[1]} stay two papers.")


def _list(limit: int, *, as_json: bool) -> None:
    from broadsheet.papers import queries

    found = queries.near_misses(limit=limit)
    if as_json:
        give([asdict(pair) for pair in found])
        return
    if not found:
        say("No pair of papers waits for a decision.")
        return
    for pair in found:
        _tell(pair)
    say("For each: broadsheet merge ONE OTHER, with --different if they are two.")


def _tell(pair: "NearMiss") -> None:
    say(f"{pair.one.key} {pair.other.key}: {pair.evidence}")
    for side in (pair.one, pair.other):
        say(f"    {side.title}\n        {_authors(side)}; {side.published or 'no date'}")


def _authors(side: "Side") -> str:
    names = ", ".join(side.authors[:_NAMED]) or "no authors named"
    more = len(side.authors) - _NAMED
    return f"{names} and {plural(more, 'other')}" if more > 0 else names


def split(
    merge: Annotated[
        int, typer.Argument(help="The number of a merge, as broadsheet show tells it.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the two keys as JSON.")] = False,
) -> None:
    """Undo a merge: what was taken for one paper becomes two."""
    ready()
    from broadsheet.cli.follower import alongside
    from broadsheet.papers import actions

    with alongside():
        kept, new = actions.split(merge=merge)
    if as_json:
        give({"kept": kept, "new": new})
    else:
        say(f"{kept} keeps its key; what merge {merge} had joined to it is now {new}.")
