"""Papers like another, and where a score came from."""

import json
import math
from collections import Counter
from typing import Final

from tantivy import DocAddress, Query, Searcher

from broadsheet.search import analysis
from broadsheet.search.contract import Document, Explanation, Request
from broadsheet.search.engines.local import ordering, people, queries
from broadsheet.search.language.matching import stems_asked

TELLING: Final = 60  # stems of a paper that are looked for


def telling(searcher: Searcher, text: str) -> Counter[str]:
    """The stems that tell this text apart, with their counts: highest count x rarity first."""
    counts = Counter(analysis.stems(analysis.words(text)))
    held = searcher.num_docs
    weights = {}
    for stem, count in counts.items():
        if papers := searcher.doc_freq("text", stem):
            weights[stem] = count * math.log(1 + held / papers)
    best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TELLING]
    return Counter({stem: counts[stem] for stem in best})


def like(searcher: Searcher, document: Document) -> Query | None:
    """Papers that share telling words with this one, itself left out; None if it has none."""
    counts = telling(searcher, f"{document.title} {document.abstract}")
    if not counts:
        return None
    return queries.without(queries.ranked(counts, least=1), [document.key])


def explained(searcher: Searcher, request: Request, asked: Query, key: str) -> Explanation:
    """What each stem adds to a paper's score (``bert``, ``title: bert``), and what they come to."""
    hits = searcher.search(queries.every(asked, queries.named("key", key)), limit=1).hits
    if not hits:
        return Explanation()
    score, address = hits[0]
    parts: dict[str, float] = {}
    if request.query is not None:
        for stem, weight in stems_asked(request.query).items():
            for field, share in (("text", 1.0), ("title", queries.TITLE_WEIGHT)):
                if points := _points(searcher, field, stem, address):
                    label = stem if field == "text" else f"title: {stem}"
                    parts[label] = points * share * weight
    if (by_name := score - sum(parts.values())) > people.POINTS / 2:
        parts["author"] = round(by_name, 4)
    return Explanation(terms=parts, words=ordering.rounded(score), matched=True)


def _points(searcher: Searcher, field: str, stem: str, address: DocAddress) -> float:
    query = queries.term(field, stem)
    try:
        return float(json.loads(query.explain(searcher, address).to_json())["value"])
    except ValueError:  # the paper does not hold it
        return 0.0
