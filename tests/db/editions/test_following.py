"""The index and its catalogue: one follower, rebuilds, copies that were put back."""

import shutil
from datetime import timedelta

import pytest

from broadsheet.editions import follow, index
from broadsheet.editions.answer import answer
from broadsheet.editions.types import Question
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Change

pytestmark = pytest.mark.django_db

WALRUS = Question(place="search", text="walrus", mode="words")


@pytest.fixture
def backend(index_folder):
    backend = index.opened(index.folder())
    yield backend
    backend.close()


def papers(said, count):
    return [said(title=f"A walrus was counted as {number}") for number in range(count)]


def test_asking_makes_no_folder_and_removes_none(said, index_folder):
    rebuilding = index_folder / "1"
    rebuilding.mkdir(parents=True)
    actions.ingest(papers(said, 1))
    answer(WALRUS)

    assert list(index_folder.iterdir()) == [rebuilding]


def test_a_follower_begins_beside_what_is_there(said, index_folder):
    (index_folder / "1").mkdir(parents=True)
    actions.ingest(papers(said, 3))
    rounds = iter([False] * 8)
    follow.follow(lambda: next(rounds, True))

    assert index.generation() == "2"
    assert answer(WALRUS).total == 3


def test_a_follower_waits_while_the_first_index_is_being_built(index_folder):
    with follow._rebuilding():
        rounds = iter([False] * 3)
        follow.follow(lambda: next(rounds, True))

    assert index.generation() == ""


@pytest.mark.parametrize("after", [0, 5, 30])
def test_an_index_of_another_catalogue_is_made_again(said, backend, after):
    actions.ingest(papers(said, 3))
    follow.catch_up(backend)
    kept = queries.last_change()
    with clock.at(clock.now() + timedelta(hours=1)):
        actions.ingest(papers(said, 20))
    follow.catch_up(backend)
    lost = Change.objects.filter(number__gt=kept)
    numbers = list(lost.values_list("number", flat=True))
    lost.delete()
    with clock.at(clock.now() + timedelta(hours=2)):
        actions.ingest(papers(said, after))
    for change, number in zip(Change.objects.filter(number__gt=kept), numbers, strict=False):
        Change.objects.filter(pk=change.pk).update(number=number)  # as a copy put back counts

    assert any("another catalogue" in line for line in follow.check())
    follow.catch_up(backend)
    index._reader.cache_clear()
    assert backend.upto() == queries.last_change()
    assert not any("another catalogue" in line for line in follow.check())
    assert backend.status().documents == 3 + after


def test_an_index_that_is_behind_says_so_instead_of_nothing(said, follow):
    follow()
    actions.ingest([said()])
    follow()
    actions.ingest(papers(said, 3))

    assert "changes behind the catalogue" in answer(WALRUS).why_empty
    follow()
    assert answer(WALRUS).total == 3
    assert answer(WALRUS.but(text="narwhal")).why_empty == ("No paper that is held matches.")


def test_a_search_during_a_rebuild_is_asked_again(said, backend):
    actions.ingest(papers(said, 3))
    follow.catch_up(backend)
    backend.close()
    asked = []

    def question(reader):
        if not asked:
            follow.rebuild()
            reader._commits.look_again()
        asked.append(reader)
        return reader.upto()

    index.ask(lambda reader: reader.upto())
    assert index.ask(question) == queries.last_change()
    assert len(asked) == 2


def test_an_index_that_was_removed_is_not_called_empty(said, backend, index_folder):
    actions.ingest(papers(said, 3))
    follow.rebuild()
    index.ask(lambda reader: reader.upto())
    shutil.rmtree(index.folder())
    index._reader(index.folder())._commits.look_again()

    edition = answer(WALRUS)
    assert (edition.total, edition.from_catalogue) == (3, True)
    with pytest.raises(Unavailable):
        answer(Question(place="similar", like=edition.hits[0].card.key))
