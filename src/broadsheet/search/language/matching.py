"""What free words look for: which of them count, and how many of those a paper must hold.

Measured on the development tasks (mean nDCG@10 of seven; known items among 178,000 papers:
nDCG@10 and median number of matches for 4 to 6 words of a title):

    any word is enough                        0.578   0.962   53,700
    all of one or two, two of three to five   0.578   0.964   14,600   <- this, with the asides
    all of one or two, else two               0.572   0.962    7,100
    half of them                              0.472
    three quarters of them                    0.291

That a paper holds "method" or "results" is no match: one of the words must be other than generic.
It leaves half of the matches of sentences, and the scores as they are (-0.0002).

So short queries, where a reader counts on every word, are read strictly, and sentences loosely:
there the order does the work. Words of asking ("which papers discuss ...") are left out of
sentences; they cost 0.002 where they stay.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from broadsheet.search import analysis
from broadsheet.search.language.tree import And, Node, Words, either, wanted

_LONGEST_NAME: Final = 4  # words
_SHORT: Final = 5  # different stems
_FEWEST_LEFT: Final = 4  # a query keeps its words of asking if fewer others remain

ASKING: Final = frozenset(
    (
        *("what", "which", "who", "whom", "whose", "how", "when", "where", "why", "does", "do"),
        *("did", "can", "could", "may", "might", "must", "shall", "should", "would", "has", "have"),
        *("had", "been", "being", "am", "were", "we", "our", "us", "you", "your", "i", "he", "she"),
        *("its", "his", "her", "from", "than", "also", "about", "please", "give", "describe"),
        *(
            "discuss",
            "articles",
            "article",
            "paper",
            "papers",
            "work",
            "interested",
            "list",
            "find",
        ),
    )
)


# Of the stems that a tenth of all papers hold those that belong to no field.
GENERIC: Final = frozenset(
    (
        *("1", "2", "3", "achiev", "across", "addit", "address", "all", "also", "analysi"),
        *("appli", "applic", "approach", "art", "base", "been", "between", "both", "can", "case"),
        *("challeng", "combin", "compar", "condit", "consist", "demonstr", "depend", "develop"),
        *("differ", "direct", "e", "each", "effect", "effici", "enabl", "enhanc", "evalu"),
        *("exist", "experi", "extens", "find", "first", "framework", "from", "further"),
        *("general", "has", "have", "high", "how", "howev", "improv", "includ", "increas"),
        *("introduc", "it", "larg", "level", "limit", "low", "make", "measur", "method", "model"),
        *("more", "most", "multi", "multipl", "natur", "new", "non", "novel", "number", "observ"),
        *("often", "one", "onli", "order", "other", "our", "outperform", "over", "paper"),
        *("particular", "perform", "potenti", "present", "problem", "properti", "propos"),
        *("provid", "real", "recent", "reduc", "relat", "remain", "requir", "result", "robust"),
        *("s", "scale", "set", "show", "signific", "singl", "specif", "state", "studi", "task"),
        *("than", "three", "through", "time", "two", "under", "use", "via", "we", "well", "when"),
        *("where", "which", "while", "without", "work"),
    )
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a set of free words comes to.

    ``stems`` with how often each was given, ``least`` how many of them a paper must hold, one of
    them among the ``telling``.
    Where only stop words were given ``stems`` is empty and every one of ``exact`` must stand in
    the paper. ``name`` is what could be a person's name, a paper by whom matches too; () if none.
    """

    stems: Counter[str]
    telling: frozenset[str]
    exact: tuple[str, ...]
    least: int
    name: tuple[str, ...]


@lru_cache(maxsize=4096)  # asked anew for every paper that is held against a query
def sought(node: Words) -> Sought:
    """What a paper must hold to match these free words; to be read, not changed."""
    typed = [word for given in node.words for word in analysis.words(given)]
    stems = analysis.stems(word for word in typed if word not in ASKING)
    if len(stems) < _FEWEST_LEFT:
        stems = analysis.stems(typed)
    counts = Counter(stems)
    return Sought(
        stems=counts,
        telling=frozenset(counts.keys() - GENERIC) or frozenset(counts),
        exact=() if stems else tuple(dict.fromkeys(typed)),
        least=needed(len(counts)),
        name=tuple(typed) if stems and len(typed) <= _LONGEST_NAME else (),
    )


def needed(stems: int) -> int:
    """How many of so many different stems must be there."""
    return min(stems, 2) if stems <= _SHORT else 1


def loosened(node: Node) -> Node:
    """The same query with any one of its free words enough: for when no paper holds them all.

    What is generic, asks, or is a stop word is left out, as far as other words remain.
    """
    if isinstance(node, And):
        return And(tuple(loosened(part) for part in node.nodes))
    if not isinstance(node, Words) or len(node.words) < 2:
        return node
    return either([Words((word,)) for word in telling(node.words)])


def telling(words: Sequence[str]) -> list[str]:
    """The words, each once, but what is generic, asks or is a stop word; all where none remain."""
    words = list(dict.fromkeys(words))
    for left_out in (ASKING | GENERIC, frozenset[str]()):
        if kept := [word for word in words if _stems_but(word, left_out)]:
            return kept
    return words


def _stems_but(given: str, left_out: frozenset[str]) -> bool:
    found = analysis.words(given)
    return any(stem not in left_out for word in found if (stem := analysis.stem(word)))


def stems_asked(node: Node | None) -> Counter[str]:
    """The stems that score, with how often each was asked for."""
    counts: Counter[str] = Counter()
    for part in wanted(node) if node else ():
        typed = part.words if isinstance(part, Words) else (part.text,)
        if isinstance(part, Words) or part.field != "author":
            counts.update(analysis.stems(w for text in typed for w in analysis.words(text)))
    return counts
