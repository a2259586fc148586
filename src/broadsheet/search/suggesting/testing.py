"""Shipped with the package: what every search backend promises of suggestions.

Subclass ``SuggestingContract`` with the fixtures of ``search.testing``.
"""

from collections.abc import Callable, Iterator

import pytest

from broadsheet.search.contract import Backend, Document
from broadsheet.search.language.parse import parse

_WORDS = ("graph neural networks", "retrieval-augmented generation", "black holes")
PAPERS: tuple[Document, ...] = (
    *(
        Document(
            key=f"{topic[:2]}{number}",
            title=f"On {topic} and the number {number}",
            abstract=f"We look at {topic} (number {number}). It is about {topic}, after all.",
            authors=("Ashish Vaswani", f"Ludwig van der Author{number}", "Schrödinger, Erwin"),
            categories=("cs.CL", "cs.LG", "astro-ph.HE"),
        )
        for topic in _WORDS
        for number in range(8)
    ),
    Document(
        key="1706.03762",
        title="Attention Is All You Need",
        abstract="We use retrieval-augmented generation (RAG) and light-emitting diodes (LED).",
    ),
    Document(
        key="2005.11401",
        title="Attention is hard to direct",
        abstract=(
            "Retrieval-augmented generation (RAG) led to light-emitting diodes (LED). This led on,"
            " and what it led to led to more."
        ),
        categories=("cs.IR",),
    ),
)

HOSTILE = (
    "",
    " ",
    "\x00",
    "\x07\x1b[2J\x7f",
    "a" * 10_000,
    "attention " * 1_000,
    "((((" * 2_000,
    "?!.,;:-–—…",
    '"',
    "\u202eattention\u202c",
    "שלום עולם",
    "注意力机制",
    "🦙🔥👩‍🔬",
    "\ud800",
    "e\u0301" * 300,
    "ſ" * 50 + "ﬁ" * 50,
    "%_*?[]{}\\",
    "$\\alpha^2$ \\frac{",
    "\n\t\r",
)


class SuggestingContract:
    """Every promise about suggestions, corrections and acronyms."""

    @pytest.fixture
    def taught(self, backend: Backend) -> Backend:
        backend.apply(PAPERS, (), upto=3)
        backend.learn(PAPERS, upto=3)
        return backend

    @pytest.mark.parametrize(
        ("typed", "kind", "expected"),
        [
            ("graph neu", "phrase", "graph neural networks"),
            ("GRAPH", "phrase", "graph neural networks"),
            ("retrieval aug", "phrase", "retrieval-augmented generation"),
            ("retrieval-aug", "phrase", "retrieval-augmented generation"),
            ("vaswa", "author", "Ashish Vaswani"),
            ("ashish vas", "author", "Ashish Vaswani"),
            ("van der au", "author", "Ludwig van der Author0"),
            ("schrod", "author", "Schrödinger, Erwin"),
            ("erwin s", "author", "Schrödinger, Erwin"),
            ("cs.c", "category", "cs.CL"),
            ("astro", "category", "astro-ph.HE"),
            ("attention is", "title", "1706.03762"),
            ("attention is al", "title", "1706.03762"),
            ("is all you need", "title", "1706.03762"),
            ("atten", "title", "2005.11401"),
            # one typo
            ("grahp neu", "phrase", "graph neural networks"),
            ("retreival aug", "phrase", "retrieval-augmented generation"),
            ("black hloe", "phrase", "black holes"),
            ("vsawani", "author", "Ashish Vaswani"),
            ("baswani", "author", "Ashish Vaswani"),
            ("aswani", "author", "Ashish Vaswani"),
            ("atention is all", "title", "1706.03762"),
        ],
    )
    def test_what_was_typed_goes_on(
        self, taught: Backend, typed: str, kind: str, expected: str
    ) -> None:
        found = taught.suggest(typed)

        assert (kind, expected) in [(one.kind, one.text or one.key) for one in found]

    def test_a_title_is_suggested_as_soon_as_it_is_applied(self, backend: Backend) -> None:
        backend.apply(PAPERS[-2:-1], (), upto=1)

        assert [one.key for one in backend.suggest("attention is all")] == ["1706.03762"]
        assert backend.learned() == -1

    def test_the_limit_is_that_of_each_kind(self, taught: Backend) -> None:
        kinds = [one.kind for one in taught.suggest("graph", limit=2)]

        assert kinds.count("title") == 2
        assert taught.suggest("graph", limit=0) == ()

    @pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
    def test_nothing_typed_is_an_error(self, taught: Backend, typed: str) -> None:
        assert isinstance(taught.suggest(typed), tuple)
        assert isinstance(taught.acronyms(typed), tuple)
        if tree := parse(typed).tree:
            taught.corrected(tree)

    @pytest.mark.parametrize(
        ("asked", "meant"),
        [
            ("grpah networks", "graph networks"),
            ("Neurla networks", "Neural networks"),
            ("retreival", "retrieval"),
            ('"neurla networks"', '"neural networks"'),
            ("title:atention", "title:attention"),
            ("attention OR genration", "attention OR generation"),
            ("netwroks cat:cs.CL", "networks cat:cs.CL"),
            ("retrieval-augmentde", "retrieval-augmented"),
            ("genreatoin", "generation"),  # two edits
        ],
    )
    def test_a_misspelt_word_is_put_right(self, taught: Backend, asked: str, meant: str) -> None:
        tree = parse(asked).tree
        assert tree is not None

        assert str(taught.corrected(tree)) == meant

    @pytest.mark.parametrize(
        "asked",
        [
            "graph neural networks",
            "graphs",
            "vaswani",
            "author:vaswanu",
            "-netwroks graph",
            "id:2401.00001",
            "cat:cs.CX",
            "lichen",
            "gpt4",
            "сеть",
            "hlo",
        ],
    )
    def test_what_is_fine_or_far_from_everything_stays(self, taught: Backend, asked: str) -> None:
        tree = parse(asked).tree
        assert tree is not None

        assert taught.corrected(tree) is None

    def test_acronyms_go_both_ways(self, taught: Backend) -> None:
        (found,) = taught.acronyms("RAG")

        assert found.long.lower() == "retrieval-augmented generation"
        assert found.papers == 2
        assert taught.acronyms("rag") == (found,)
        assert taught.acronyms("Retrieval augmented generations") == (found,)
        assert taught.acronyms("generation") == ()

    def test_a_word_of_its_own_is_no_acronym_in_small_letters(self, taught: Backend) -> None:
        assert [one.long for one in taught.acronyms("LED")] == ["light-emitting diodes"]
        assert taught.acronyms("led") == ()

    def test_nothing_is_known_before_it_was_learned(self, backend: Backend) -> None:
        tree = parse("grpah").tree
        assert tree is not None

        assert backend.learned() == -1
        assert (backend.suggest("graph neu"), backend.acronyms("RAG")) == ((), ())
        assert backend.corrected(tree) is None

    def test_another_reader_sees_what_was_learned(
        self, taught: Backend, reader: Callable[[], Backend]
    ) -> None:
        other = reader()

        assert taught.learned() == other.learned() == 3
        assert [one.text for one in other.suggest("vaswa")] == ["Ashish Vaswani"]

    def test_learning_that_fails_leaves_what_was_learned(self, taught: Backend) -> None:
        def broken() -> Iterator[Document]:
            yield PAPERS[0]
            raise RuntimeError("the catalogue went away")

        with pytest.raises(RuntimeError, match="went away"):
            taught.learn(broken(), upto=9)
        assert taught.learned() == 3
        assert taught.suggest("vaswa")

    def test_papers_may_come_while_it_learns(self, taught: Backend) -> None:
        def going_on() -> Iterator[Document]:
            taught.apply(PAPERS[:1], (), upto=4)
            yield from PAPERS

        taught.learn(going_on(), upto=5)

        assert (taught.upto(), taught.learned()) == (4, 5)

    def test_clearing_forgets_what_was_learned(self, taught: Backend) -> None:
        taught.clear()
        taught.apply((), (), upto=0)

        assert taught.acronyms("RAG") == ()
