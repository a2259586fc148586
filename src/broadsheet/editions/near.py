"""Papers near to others, by what the index tells of one paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from broadsheet.editions import index
from broadsheet.papers.queries.changes import Indexable
from broadsheet.search import analysis
from broadsheet.search.contract import Document, Found, Request

NEAREST: Final = 100
"""How far a list of papers near to others goes."""

_SHARED: Final = 4  # words that are named
# Of every second abstract: they tell no paper apart.
_COMMON: Final = frozenset(
    analysis.stems(
        analysis.words("""
            ability able achieve all analysis approach available based benchmark best better both
            can challenge code compare compared complex consistent data dataset demonstrate design
            different direct effective efficient evaluate evaluation existing experiment extensive
            first framework further general high however improve improvement information introduce
            investigate key large learn level limited make many method methods model more most
            multiple new novel number often one only other our over outperform paper performance
            possible present previous problem propose proposed provide reach recent require research
            result results same set several show shown significant simple single strong study such
            system task tasks technique test than through time two under use used using various very
            way well what when which while whole without work
        """)
    )
)


def nearest(papers: Sequence[Indexable], request: Request, limit: int) -> tuple[Found, ...]:
    """The papers nearest to all of these, of those that query and filters let through.

    They themselves are left out.
    """
    keys = {paper.key for paper in papers}
    found = index.ask(
        lambda backend: backend.similar(
            _one(papers),
            query=request.query,
            filters=request.filters,
            mode=request.mode,
            limit=limit + len(keys),
        )
    )
    return tuple(one for one in found if one.key not in keys)[:limit]


def _one(papers: Sequence[Indexable]) -> Document:
    """Several papers as if they were one."""
    first = index.document(papers[0])
    if len(papers) == 1:
        return first
    return replace(
        first,
        key="",  # the text of all is compared, not the vector of one
        title=" ".join(paper.title for paper in papers),
        abstract="\n".join(paper.abstract for paper in papers),
    )


def reason(found: Found, title: str, abstract: str, papers: Sequence[Indexable]) -> str:
    """Why a paper is near to these: telling words that both hold, those of titles first."""
    if found.by_meaning:
        return "Near in meaning: it shares no telling word."
    titled, theirs = _told(tuple((paper.title, paper.abstract) for paper in papers))
    own = Counter(_stems(f"{title} {abstract}"))
    in_title = set(_stems(title))
    shared = {
        stem: (stem in titled) + (stem in in_title) + min(2, own[stem], theirs[stem]) / 2
        for stem in own.keys() & theirs.keys() - _COMMON
        if len(stem) > 2
    }
    best = sorted(shared, key=lambda stem: (-shared[stem], -len(stem), stem))[:_SHARED]
    if not best:
        return ""
    as_said = {analysis.stem(w): w for w in reversed(analysis.words(f"{title} {abstract}"))}
    return f"Shares {', '.join(f'“{as_said[stem]}”' for stem in best)}."


@lru_cache(maxsize=4)
def _told(papers: tuple[tuple[str, str], ...]) -> tuple[frozenset[str], Counter[str]]:
    """The stems of some titles, and of titles and abstracts: the same for a whole page."""
    titled = frozenset(_stems(" ".join(title for title, _ in papers)))
    return titled, Counter(_stems(" ".join(f"{title} {said}" for title, said in papers)))


def _stems(text: str) -> list[str]:
    return analysis.stems(analysis.words(text))
