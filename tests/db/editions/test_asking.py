"""What is typed and pasted, from the question to the papers found."""

import pytest

from broadsheet.editions import addresses, index
from broadsheet.editions.answer import answer, receipt
from broadsheet.editions.types import Question
from broadsheet.papers import actions
from broadsheet.search.contract import Filters, Found, Results
from broadsheet.search.engines.local.backend import LocalBackend

pytestmark = pytest.mark.django_db

DOI = "10.1000/182"


def ask(text, mode="words", **more):
    return answer(Question(place="search", text=text, mode=mode, **more))


def keys(edition):
    return [hit.card.key for hit in edition.hits]


@pytest.fixture
def papers(said, follow):
    actions.ingest(
        [
            said(abstract=None, **fields)
            for fields in (
                {"id": "2601.00001", "title": "Perovskite crystals grown from vapour"},
                {"id": "2601.00002", "title": "Perovskite crystals grown in space by robots"},
                {"id": "2601.00003", "title": "Crystals of perovskite, a survey", "doi": DOI},
                {"id": "2601.00004", "title": "Lichen on bark", "code_url": "https://example.org"},
                {"id": "W7", "source": "conferences", "title": "Moss and lichen in cities"},
            )
        ]
    )
    follow()


def test_papers_like_one_are_composed_with_words_and_filters(papers):
    like = ask("like:2601.00001")
    assert set(keys(like)) == {"2601.00002", "2601.00003"}
    assert (like.total, like.reading.problems) == (2, ())
    assert like.reading.words == "papers like 2601.00001"
    assert like.reading.liked == (("2601.00001", "Perovskite crystals grown from vapour"),)
    assert "Shares" in like.hits[0].reason

    assert keys(ask("like:2601.00001 -robots")) == ["2601.00003"]
    assert keys(ask("like:10.1000/182 robots")) == ["2601.00002"]
    assert keys(ask("like:2601.00001", filters=Filters(has_code=True))) == []
    assert set(keys(ask("like:2601.00001 like:2601.00004"))) >= {"2601.00002", "2601.00003"}
    assert "2601.00004" not in keys(ask("like:2601.00001 like:2601.00004"))


@pytest.mark.parametrize("recipe", ["relevance", "new", "top"])
def test_papers_like_one_are_paged_in_any_order(papers, recipe):
    whole = keys(ask("like:2601.00001", recipe=recipe))
    pages = [keys(ask("like:2601.00001", recipe=recipe, size=1, page=n)) for n in (1, 2, 3)]

    assert [key for page in pages for key in page] == whole
    edition, hit = receipt(
        Question(place="search", text="like:2601.00001", mode="words", recipe=recipe, size=1),
        whole[1],
    )
    assert (edition.question.page, hit.rank) == (2, 2)


def test_a_paper_that_is_not_held_is_a_problem_not_an_error(papers):
    edition = ask("like:2601.99999 lichen")

    assert len(keys(edition)) == 2
    (problem,) = edition.reading.problems
    assert problem == "No paper called 2601.99999 is held, so like:2601.99999 was left out."
    assert "like" not in edition.reading.words


def test_pasted_identifiers_come_in_their_order_and_those_missing_are_told(papers):
    edition = ask("10.1000/182, 2601.00004 2601.99999 arXiv:2601.00001v2 [cs.CL]")

    assert keys(edition) == ["2601.00003", "2601.00004", "2601.00001"]
    assert {hit.found_by for hit in edition.hits} == {"name"}
    assert edition.total == 3
    assert edition.reading.words == "4 papers that were pasted, in their order"
    assert edition.reading.problems == (
        "1 of the 4 papers that were pasted are not held: 2601.99999.",
    )
    only = ask("10.1000/182, 2601.00004", filters=Filters(has_code=True))
    assert keys(only) == ["2601.00004"]


def test_a_pasted_bibliography_finds_papers_by_identifier_and_title(papers):
    edition = ask(
        "@inproceedings{m, title={Moss and {Lichen} in Cities}}"
        " @article{p, title={Under another title}, eprint={2601.00001}}"
        " @misc{n, title={Nobody holds this}}"
    )

    assert edition.total == 2
    assert [hit.card.title for hit in edition.hits] == [
        "Moss and lichen in cities",
        "Perovskite crystals grown from vapour",
    ]
    assert "“Nobody holds this”" in edition.reading.problems[0]


def test_one_pasted_entry_finds_its_paper_first_and_others_by_its_title(papers):
    edition = ask("@misc{p, title={Crystals of perovskite: a survey}}")

    assert keys(edition)[0] == "2601.00003"
    assert edition.total == 3
    missing = ask("@misc{p, title={Crystals of nothing else}}")
    assert missing.reading.problems[0] == (
        "The paper that was pasted, “Crystals of nothing else”, is not held."
    )
    assert missing.total == 3


def test_a_pasted_text_is_read_as_a_text(papers):
    text = "We grow -perovskite (crystals) NOT from vapour. " + "Filling words follow here. " * 20
    edition = ask(text)

    assert keys(edition)[0] == "2601.00001"
    assert edition.reading.problems == ()
    assert edition.reading.words.startswith("a text of ")


def test_a_long_paste_has_a_short_address(papers):
    text = "perovskite crystals " * 900
    question = addresses.read("/search", {"q": text})

    assert len(addresses.write(question)) < 4_000
    edition = answer(question)
    assert edition.total == 3
    assert "17,999 characters pasted" in edition.reading.problems[0]


@pytest.fixture
def by_meaning(monkeypatch):
    """An engine that finds one paper by its words and two by their meaning alone."""
    asked = []

    def search(self, request):
        asked.append(request)
        found = (
            Found(key="2601.00004", words=2.0, score=2.0),
            Found(key="2601.00001", words=0.0, meaning=0.4, score=0.4, by_meaning=True),
            Found(key="2601.00002", words=0.0, meaning=0.3, score=0.3, by_meaning=True),
        )
        page = found[request.offset : request.offset + request.limit]
        return Results(found=page, total=1, by_meaning=2)

    monkeypatch.setattr(LocalBackend, "search", search)
    return asked


def test_what_is_found_by_meaning_is_counted_apart_and_marked(papers, by_meaning):
    edition = ask("lichen", "hybrid", size=2)

    assert (edition.total, edition.by_meaning, edition.length, edition.pages) == (1, 2, 3, 2)
    assert [hit.found_by for hit in edition.hits] == ["words", "meaning"]
    assert edition.hits[1].reason.startswith("Found by its meaning alone")
    assert keys(ask("lichen", "hybrid", size=2, page=2)) == ["2601.00002"]


@pytest.mark.parametrize("mode", ["hybrid", "words", "meaning"])
def test_the_mode_reaches_the_engine(papers, by_meaning, mode):
    ask("lichen", mode=mode)

    assert [request.mode for request in by_meaning] == [mode]


def test_similar_papers_leave_out_other_forms_and_have_reasons(said, follow):
    title = "Perovskite crystals grown from vapour"
    actions.ingest(
        [
            said(id="2601.00001", title=title, abstract="First form."),
            said(id="2601.00002", title=title.upper(), authors=["Somebody Else"]),
            said(id="2601.00003", title="Vapour and perovskite", authors=["A B"]),
            said(id="2601.00004", title="Vapour and Perovskite!", authors=["C D"]),
            said(id="2601.00005", title="Crystals of another kind"),
        ]
    )
    follow()
    edition = answer(Question(place="similar", like="2601.00001"))

    assert len({hit.card.title.lower().strip("!") for hit in edition.hits}) == edition.total == 2
    assert [hit.rank for hit in edition.hits] == [1, 2]
    assert edition.hits[0].reason == "Shares “perovskite”, “vapour”."
    assert index.ask(lambda backend: backend.upto()) == edition.changed
