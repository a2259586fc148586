"""Suggestions and offers follow the catalogue; nobody waits for learning."""

import signal
import sys
import time

import pytest

from broadsheet.editions import follow as following
from broadsheet.editions import index
from broadsheet.editions.learning import Ended, Learner, learn
from broadsheet.editions.suggesting import Offers, offers, suggestions
from broadsheet.editions.types import Question
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import actions, queries

pytestmark = pytest.mark.django_db

SEARCH = Question(place="search")


@pytest.fixture
def taught(said, follow):
    """Papers in the catalogue, in the index, and learned from."""
    actions.ingest(
        [
            said(
                title=f"Graph neural networks, part {n}",
                abstract="A graph neural network (GNN) of our own.",
                authors=["Ashish Vaswani", 'Wang "Bob" Wei'],
                categories=["cs.CL"],
            )
            for n in range(6)
        ]
    )
    follow()
    backend = index.opened(index.folder())
    learn(backend)
    backend.close()


def found(typed):
    return [(one.kind, one.text) for one in suggestions(typed, SEARCH)]


@pytest.mark.usefixtures("taught")
@pytest.mark.parametrize(
    ("typed", "kind", "question", "address"),
    [
        ("graph neu", "phrase", "Graph neural networks", "/search?q=Graph+neural+networks"),
        ("vasw", "author", 'author:"Ashish Vaswani"', "/search?q=author%3A%22Ashish+Vaswani%22"),
        ("wei wan", "author", 'author:"Wang Bob Wei"', "/search?q=author%3A%22Wang+Bob+Wei%22"),
        ("cs.", "category", "cat:cs.CL", "/search?q=cat%3Acs.CL"),
    ],
)
def test_a_suggestion_leads_to_a_search(typed, kind, question, address):
    (one,) = [one for one in suggestions(typed, SEARCH) if one.kind == kind]

    assert (one.question.lower(), one.address.lower()) == (question.lower(), address.lower())


@pytest.mark.usefixtures("taught")
def test_a_title_leads_to_its_paper_and_one_that_begins_so_comes_first(said, follow):
    actions.ingest(
        [said(title="Of networks"), said(title="Networks of neurons and their $\\alpha$")]
    )
    follow()
    titles = [one for one in suggestions("networks of", SEARCH) if one.kind == "title"]

    assert titles[0].text == "Networks of neurons and their α"
    assert titles[0].address == f"/papers/{titles[0].key}"
    assert queries.paper(titles[0].key) is not None


@pytest.mark.usefixtures("taught")
def test_no_kind_crowds_out_the_others():
    kinds = [kind for kind, _ in found("graph")]

    assert len(kinds) <= 8
    assert {"phrase", "title"} <= set(kinds)


def test_before_anything_is_learned_titles_are_there(said, follow):
    actions.ingest([said(title="Lichens of the north")])
    follow()

    assert found("lichens of") == [("title", "Lichens of the north")]


@pytest.mark.usefixtures("taught")
def test_a_misspelt_question_is_offered_in_better_spelling():
    asked = SEARCH.but(text="grpah networks cat:cs.CL", recipe="new")
    corrected = offers(asked).corrected

    assert corrected.question == asked.but(text="graph networks cat:cs.CL")
    assert offers(SEARCH.but(text="graph networks")) == Offers()


@pytest.mark.usefixtures("taught")
def test_acronyms_are_offered_with_how_many_papers_say_so():
    (other,) = offers(SEARCH.but(text="GNN")).acronyms

    assert (other.said, other.papers) == ("graph neural network", 6)
    assert other.question.text == 'GNN OR "graph neural network"'


@pytest.mark.parametrize("text", ["", "lichen", "a" * 3000])
def test_no_index_offers_nothing(text, monkeypatch):
    def gone(_question):
        raise Unavailable(what="The search index", remedy="Wait.")

    monkeypatch.setattr(index, "ask", gone)

    assert offers(SEARCH.but(text=text)) == Offers()


@pytest.fixture
def backend(said, follow):
    actions.ingest([said() for _ in range(3)])
    follow()
    backend = index.opened(index.folder())
    yield backend
    backend.close()


@pytest.fixture
def learner(backend):
    """A function that makes one whose process runs this program; all are closed behind."""
    made = []

    def make(program):
        made.append(Learner(backend, (sys.executable, "-c", program)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def looks_until_ended(learner):
    while learner.look():
        time.sleep(0.01)


def test_learning_waits_for_its_time_and_for_something_new(learner, backend, said, monkeypatch):
    monkeypatch.setattr("broadsheet.editions.learning._LEAST_REST_S", 0.0)
    monkeypatch.setattr("broadsheet.editions.learning._REST", 0)
    one = learner("")

    assert one.look()
    looks_until_ended(one)
    assert one.look(), "nothing was learned, so it is tried again"
    looks_until_ended(one)
    learn(backend)
    assert not one.look(), "nothing is new"
    actions.ingest([said()])
    following.step(backend)
    monkeypatch.setattr(one, "_again", float("inf"))
    assert not one.look(), "it is too early"
    monkeypatch.setattr(one, "_again", 0.0)
    assert one.look()


def test_nobody_waits_for_learning_and_it_ends_with_the_follower(learner):
    one = learner("import sys; sys.stdin.read()")
    assert one.look()
    assert one.look(), "it is under way"
    process = one._process

    one.close()

    assert process.returncode == -signal.SIGTERM


def test_learning_that_fails_stops_nothing(learner, caplog):
    one = learner("raise SystemExit(69)")
    looks_until_ended(one)
    assert "suggestions.failed" in caplog.text
    assert not one.look(), "it rests"


def test_learning_nobody_waits_for_is_given_up(backend):
    with pytest.raises(Ended):
        learn(backend, lambda: True)
    assert backend.learned() == -1

    learn(backend, lambda: False)
    assert backend.learned() == backend.upto()


def test_a_rebuilt_index_has_learned(said):
    actions.ingest([said(title="Lichens of the north") for _ in range(3)])
    following.rebuild()

    assert index.ask(lambda one: one.learned()) == queries.last_change()
