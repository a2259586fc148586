"""Shipped with the package: the promises every search backend is held to.

Subclass ``BackendContract`` as ``TestMine`` with a ``backend`` fixture that gives an empty
backend, and a ``reader`` fixture that gives a function opening the same index a second time.
``embedding.testing`` has more for those that find papers by meaning too, ``suggesting.testing``
what is promised of suggestions.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadsheet.kernel import dates
from broadsheet.kernel.errors import BadQuestion
from broadsheet.search.contract import Backend, Document, Filters, Request
from broadsheet.search.language.parse import parse

MADE: tuple[Document, ...] = (
    Document(
        key="2401.00001",
        title="Behaviour priming in large crowds",
        abstract="We prime behaviours of crowds and measure what follows.",
        authors=("Yann LeCun", "Ada Lovelace"),
        organization="acme-lab",
        organization_name="The Acme Laboratory",
        categories=("cs.CL", "cs.AI"),
        identifiers=("arxiv:2401.00001", "doi:10.1000/xyz"),
        sources=("arxiv",),
        published=date(2024, 1, 15),
        last=date(2024, 1, 15),
        votes=7,
        comments=1,
        has_code=True,
    ),
    Document(
        key="2402.00002",
        title=r"A Gr\"onwall inequality for $\tau^2$ noise",
        abstract=r"At 95\% confidence the bound of Schr{\"o}dinger holds in MoS$_2$.",
        authors=("Schrödinger, Erwin",),
        categories=("math.AP",),
        identifiers=("arxiv:2402.00002",),
        sources=("arxiv",),
        published=date(2024, 2, 1),
        last=date(2024, 2, 29),
        votes=7,
        comments=3,
    ),
    Document(
        key="math/0306266",
        title="Crowds",
        abstract="Robot crowds prime no behaviour. Large priming follows.",
        authors=("Erwin Young",),
        categories=("math.CO", "cs.DM"),
        identifiers=("arxiv:math/0306266",),
        sources=("arxiv", "broadsheet"),
        published=date(2003, 6, 18),
        last=date(2003, 6, 18),
        votes=0,
    ),
    Document(
        key="P19-1001", title="Untitled notes on the state of the art", sources=("anthology",)
    ),
    Document(
        key="venue2024/a",
        title="The who and what of nothing",
        abstract="An abstract about young graphs.",
        sources=("conferences",),
        published=date(2024, 1, 1),
        last=date(2024, 12, 31),
        votes=2,
    ),
)


def starter(path: Path) -> tuple[Document, ...]:
    """The papers of a starter edition as Documents."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        when = row.get("published", "")
        found.append(
            Document(
                key=row["id"],
                title=row["title"],
                abstract=row.get("summary", ""),
                authors=tuple(row.get("authors", ())),
                categories=tuple(row.get("topics", ())),
                published=dates.first_day(when),
                last=dates.last_day(when),
                votes=int(row.get("upvotes", 0)),
                has_code="code_url" in row,
            )
        )
    return tuple(found)


def _equals(count: int) -> Iterator[Document]:
    """Papers that no engine can tell apart by words, over few days and with few votes."""
    for number in range(count):
        day = date(2024, 1, 1) + timedelta(days=number % 3)
        yield Document(
            key=f"k{number * 7919 % 1000:03}",
            title="Same words",
            abstract="Nothing tells these apart.",
            published=day,
            last=day,
            votes=number % 2,
        )


class BackendContract:
    """Every promise of ``contract.Backend``, on papers made for it and on real ones."""

    def keys(self, backend: Backend, query: str = "", **options: object) -> list[str]:
        request = Request(query=parse(query).tree, **options)  # type: ignore[arg-type]
        results = backend.search(request)
        assert results.total + results.by_meaning >= len(results.found)
        return [hit.key for hit in results.found if not hit.by_meaning]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("crowds", {"2401.00001", "math/0306266"}),
            ("crowd behaviour", {"2401.00001", "math/0306266"}),
            ('"behaviour priming"', {"2401.00001"}),
            ('"large priming"', {"math/0306266"}),
            ('"crowds"', {"2401.00001", "math/0306266"}),
            ('"crowd"', set()),
            ("crowds -robot", {"2401.00001"}),
            ("crowds -young", {"2401.00001", "math/0306266"}),
            ("-crowds -gronwall -young", {"P19-1001"}),
            ("title:priming", {"2401.00001"}),
            ('title:"priming in large"', {"2401.00001"}),
            ("abs:priming", {"math/0306266", "2401.00001"}),
            ("abs:nothing", set()),
            ("title:crowds abs:robots", {"math/0306266"}),
            ("author:lecun", {"2401.00001"}),
            ('author:"erwin schrodinger"', {"2402.00002"}),
            ('author:"lecun ada"', set()),
            ("Gronwall", {"2402.00002"}),
            ("tau", {"2402.00002"}),
            ("schrödinger mos2", {"2402.00002"}),
            ("cat:cs", {"2401.00001", "math/0306266"}),
            ("cat:CS.cl", {"2401.00001"}),
            ("cat:math.*", {"2402.00002", "math/0306266"}),
            ("cat:c", set()),
            ("id:https://arxiv.org/abs/math/0306266v2", {"math/0306266"}),
            ("id:10.1000/XYZ", {"2401.00001"}),
            ("org:acme-lab", {"2401.00001"}),
            ('org:"acme laboratory"', {"2401.00001"}),
            ("has:code", {"2401.00001"}),
            ("date:2024-02", {"2402.00002", "venue2024/a"}),
            ("date:2024-01..2024-02", {"2401.00001", "2402.00002", "venue2024/a"}),
            ("date:..2003", {"math/0306266"}),
            ("date:2025..", set()),
            ("robot OR gronwall", {"math/0306266", "2402.00002"}),
            ("crowds AND robot", {"math/0306266"}),
            ("crowds (robot OR follows)", {"2401.00001", "math/0306266"}),
            ("the who", {"venue2024/a"}),
            ("the of", {"P19-1001", "venue2024/a", "2402.00002"}),
            ('"state of the art"', {"P19-1001"}),
            ("young", {"venue2024/a", "math/0306266"}),
            ("absent", set()),
            ("", {paper.key for paper in MADE}),
        ],
    )
    def test_a_query_finds_exactly_these(
        self, backend: Backend, query: str, expected: set[str]
    ) -> None:
        backend.apply(MADE, (), upto=1)
        results = backend.search(Request(query=parse(query).tree))

        assert {hit.key for hit in results.found if not hit.by_meaning} == expected
        assert results.total == len(expected)

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (Filters(since=date(2024, 1, 16)), {"2402.00002", "venue2024/a"}),
            (Filters(until=date(2024, 1, 31)), {"2401.00001", "math/0306266", "venue2024/a"}),
            (
                Filters(since=date(2024, 1, 15), until=date(2024, 1, 15)),
                {"2401.00001", "venue2024/a"},
            ),
            (Filters(categories=("cs",)), {"2401.00001", "math/0306266"}),
            (Filters(categories=("math.AP", "cs.CL")), {"2401.00001", "2402.00002"}),
            (Filters(sources=("broadsheet",)), {"math/0306266"}),
            (Filters(sources=("anthology", "conferences")), {"P19-1001", "venue2024/a"}),
            (Filters(organizations=("acme-lab",)), {"2401.00001"}),
            (Filters(has_code=True), {"2401.00001"}),
            (
                Filters(not_after=date(2024, 1, 15)),
                {"2401.00001", "math/0306266", "P19-1001", "venue2024/a"},
            ),
            (Filters(not_after=date(2024, 1, 14), categories=("math",)), {"math/0306266"}),
            (Filters(min_votes=7), {"2401.00001", "2402.00002"}),
            (Filters(min_votes=2, categories=("math",)), {"2402.00002"}),
        ],
    )
    def test_filters_all_hold(self, backend: Backend, filters: Filters, expected: set[str]) -> None:
        backend.apply(MADE, (), upto=1)

        assert set(self.keys(backend, filters=filters)) == expected

    def test_each_sort_falls_back_on_newest_then_key(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)
        newest = ["2402.00002", "2401.00001", "venue2024/a", "math/0306266", "P19-1001"]

        assert self.keys(backend) == newest
        assert self.keys(backend, sort="newest") == newest
        assert self.keys(backend, sort="votes") == newest
        assert self.keys(backend, sort="comments") == newest
        assert self.keys(backend, "crowds", sort="newest") == ["2401.00001", "math/0306266"]

    def test_relevance_puts_the_better_match_first_and_shows_its_score(
        self, backend: Backend
    ) -> None:
        backend.apply(MADE, (), upto=1)
        found = backend.search(Request(query=parse("priming behaviour crowds").tree)).found

        assert found[0].words >= found[1].words > 0

    @pytest.mark.parametrize("sort", ["relevance", "newest", "votes"])
    def test_pages_join_into_one_order_however_the_papers_came(
        self, backend: Backend, sort: str
    ) -> None:
        papers = list(_equals(90))
        for number, start in enumerate(range(0, 90, 17)):
            backend.apply(papers[start : start + 17], (), upto=number)
        pages = [
            self.keys(backend, "same", sort=sort, offset=offset, limit=7)
            for offset in range(0, 98, 7)
        ]

        def place(paper: Document) -> tuple[int, int, str]:
            votes = paper.votes if sort == "votes" else 0
            return -votes, -(paper.published or date.min).toordinal(), paper.key

        expected = [paper.key for paper in sorted(papers, key=place)]
        assert [key for page in pages for key in page] == expected

    def test_pinned_papers_come_first_where_the_filters_let_them(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)
        pinned = ("P19-1001", "absent", "math/0306266")
        request = Request(query=parse("crowds").tree, pinned=pinned)
        results = backend.search(request)

        assert [(hit.key, hit.pinned) for hit in results.found if not hit.by_meaning] == [
            ("P19-1001", True),
            ("math/0306266", True),
            ("2401.00001", False),
        ]
        assert results.total == 3
        second = backend.search(replace(request, offset=1, limit=2))
        assert [hit.key for hit in second.found] == ["math/0306266", "2401.00001"]
        only = replace(request, filters=Filters(has_code=True))
        assert [hit.key for hit in backend.search(only).found] == ["2401.00001"]

    def test_facets_count_what_matches(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)
        request = Request(facets=("year", "category", "organization"))
        facets = backend.search(request).facets

        years = [(facet.value, facet.count) for facet in facets["year"]]
        assert years == [("2024", 3), ("2003", 1)]
        categories = {facet.value: facet.count for facet in facets["category"]}
        assert categories == dict.fromkeys(("cs.CL", "cs.AI", "math.AP", "math.CO", "cs.DM"), 1)
        (organization,) = facets["organization"]
        assert (organization.value, organization.label, organization.count) == (
            "acme-lab",
            "The Acme Laboratory",
            1,
        )
        narrow = replace(request, query=parse("robot").tree)
        assert [facet.value for facet in backend.search(narrow).facets["year"]] == ["2003"]

    def test_applying_replaces_removes_and_remembers(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=5)
        backend.apply([replace(MADE[0], title="Renamed")], ["P19-1001", "absent"], 9, "ninth")

        assert (backend.upto(), backend.mark()) == (9, "ninth")
        assert self.keys(backend, "renamed") == ["2401.00001"]
        assert self.keys(backend, "title:priming") == []
        assert backend.status().documents == len(MADE) - 1

    def test_applying_twice_changes_nothing(self, backend: Backend) -> None:
        backend.apply((*MADE, MADE[0]), (), upto=5)
        once = backend.search(Request(query=parse("crowds").tree))
        backend.apply(MADE, (), upto=5)
        twice = backend.search(Request(query=parse("crowds").tree))

        assert [hit.key for hit in twice.found] == [hit.key for hit in once.found]
        assert twice.total == once.total
        assert backend.status().documents == len(MADE)

    def test_a_failing_apply_leaves_everything_as_it_was(self, backend: Backend) -> None:
        backend.apply(MADE[:2], (), upto=5)

        def broken() -> Iterator[Document]:
            yield MADE[2]
            raise RuntimeError("the catalogue went away")

        with pytest.raises(RuntimeError, match="went away"):
            backend.apply(broken(), [MADE[0].key], upto=6)
        assert backend.upto() == 5
        assert set(self.keys(backend)) == {MADE[0].key, MADE[1].key}
        backend.apply(MADE[2:], (), upto=7)
        assert backend.status().documents == len(MADE)

    def test_an_empty_index_answers(self, backend: Backend) -> None:
        status = backend.status()

        assert (status.documents, status.upto, status.healthy) == (0, 0, True)
        request = Request(query=parse("crowds").tree, facets=("year",))
        results = backend.search(request)
        assert (results.found, results.total) == ((), 0)

    def test_clearing_forgets_everything(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=5)
        backend.clear()

        assert (backend.upto(), backend.mark()) == (0, "")
        assert self.keys(backend) == []

    def test_a_second_reader_sees_what_was_applied(
        self, backend: Backend, reader: Callable[[], Backend]
    ) -> None:
        backend.apply(MADE[:1], (), upto=1)
        other = reader()

        assert self.keys(other) == [MADE[0].key]
        assert other.upto() == 1

    def test_similar_papers_leave_the_paper_itself_out(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)

        assert [hit.key for hit in backend.similar(MADE[0], limit=1)] == ["math/0306266"]
        assert backend.similar(Document(key="x", title="")) == ()

    def test_similar_papers_are_those_the_filters_let_through(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)
        every = {hit.key for hit in backend.similar(MADE[0])}
        some = backend.similar(
            MADE[0], query=parse("cat:math").tree, filters=Filters(until=date(2003, 12, 31))
        )

        assert [hit.key for hit in some] == ["math/0306266"]
        assert some[0].key in every
        assert backend.similar(MADE[0], filters=Filters(since=date(2025, 1, 1))) == ()

    def test_an_explanation_adds_up_to_the_score(self, backend: Backend) -> None:
        backend.apply(MADE, (), upto=1)
        request = Request(query=parse("priming crowds crowds").tree)
        (best, *_) = backend.search(request).found
        told = backend.explain(request, best.key)

        assert told.matched
        assert told.words == pytest.approx(best.words, abs=1e-3)
        assert sum(told.terms.values()) == pytest.approx(best.words, abs=1e-3)
        assert (told.meaning, told.drawn, told.late, told.score) == pytest.approx(
            (best.meaning, best.drawn, best.late, best.score), abs=1e-3
        )
        other = backend.explain(request, "P19-1001")
        assert (other.matched, other.words, other.terms) == (False, 0.0, {})

    def test_paging_beyond_the_limit_is_refused(self, backend: Backend) -> None:
        with pytest.raises(BadQuestion):
            backend.search(Request(offset=10_000, limit=10))

    def test_real_papers_are_found_by_their_titles(
        self, backend: Backend, real_papers: tuple[Document, ...]
    ) -> None:
        backend.apply(real_papers, (), upto=1)
        sample = real_papers[::10]
        first = [
            paper.key in self.keys(backend, paper.title.replace('"', " "), limit=1)
            for paper in sample
        ]

        assert sum(first) >= 0.95 * len(sample)
        assert backend.status().documents == len(real_papers)
