"""Sealed days: what is kept, how it is shown, what is found to have changed."""

import hashlib
from datetime import date, timedelta

import orjson
import pytest

from broadsheet.editions import sealed as of_day
from broadsheet.editions import seals
from broadsheet.editions.answer import answer, receipt, standings
from broadsheet.editions.models import Seal, SealedHit
from broadsheet.editions.types import Question
from broadsheet.kernel import clock
from broadsheet.kernel.dates import Period
from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.papers import actions
from broadsheet.papers.models import Paper

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 14)
FRIDAY = Question(place="front", period=Period.day(DAY))


def keys(edition):
    return [hit.card.key for hit in edition.hits]


@pytest.fixture
def sealed(starter):
    return seals.seal(DAY, "everything")


def test_a_sealed_day_shows_what_it_showed_when_it_was_sealed(starter):
    before = answer(FRIDAY)
    sealed = seals.seal(DAY, "everything")
    after = answer(FRIDAY)

    assert before.sealed is None
    assert after.sealed == sealed
    assert (after.hits, after.total, after.recipe) == (before.hits, before.total, before.recipe)


def test_votes_that_come_later_change_no_sealed_place(sealed, picked):
    last = answer(FRIDAY).hits[-1]
    number = last.card.arxiv
    with clock.at(clock.now() + timedelta(days=1)):
        later = picked(
            votes=9_999,
            rank=1,
            id=f"arxiv:{number}",
            arxiv_id=number,
            title=last.card.title,
        )
        actions.ingest([later])
        edition = answer(FRIDAY)

    assert keys(edition)[-1] == last.card.key
    assert edition.hits[-1].receipt == last.receipt
    assert receipt(FRIDAY, last.card.key)[1] == edition.hits[-1]
    assert [s.rank for s in standings(last.card.key) if s.question.period == FRIDAY.period] == [
        edition.total
    ]


def test_the_digest_is_made_of_the_lines_as_anybody_can_make_it(sealed):
    head = {
        "field": "everything",
        "day": DAY,
        "recipe": sealed.recipe,
        "recipe_version": sealed.recipe_version,
        "true_at": sealed.true_at,
        "total": sealed.total,
    }
    lines = [orjson.dumps(head, option=orjson.OPT_SORT_KEYS).decode()]
    lines += SealedHit.objects.order_by("rank").values_list("said", flat=True)

    assert sealed.digest == hashlib.sha256("".join(f"{x}\n" for x in lines).encode()).hexdigest()
    assert seals.verify(DAY, "everything").whole


def test_sealing_twice_keeps_the_first(sealed, picked):
    actions.ingest([picked()])

    assert seals.seal(DAY, "everything") == sealed
    assert Seal.objects.count() == 1
    assert SealedHit.objects.count() == sealed.total


@pytest.mark.parametrize(
    "changed",
    [
        {"said": '{"key": "a made-up line"}'},
        {"said": "no line at all"},
        {"rank": 10_000},
        {"key": "2608.99999"},
    ],
    ids=str,
)
def test_a_changed_row_is_found(sealed, changed):
    last = SealedHit.objects.order_by("rank").last()
    SealedHit.objects.filter(pk=last.pk).update(**changed)

    assert not seals.verify(DAY, "everything").whole


def test_a_lost_row_is_found(sealed):
    SealedHit.objects.order_by("rank").first().delete()

    assert not seals.verify(DAY, "everything").whole


def test_corrections_say_what_came_to_light(sealed, picked):
    first = answer(FRIDAY).hits[0].card
    late = picked(title="A paper that was late")
    renamed = picked(
        id=f"arxiv:{first.arxiv}",
        arxiv_id=first.arxiv,
        title="A title that has changed",
        authors=["Grace Hopper"],
    )
    with clock.at(clock.now() + timedelta(days=1)):
        actions.ingest([late, renamed])
        found = {one.what: one for one in answer(FRIDAY).corrections}

    assert found["added"].title == "A paper that was late"
    assert found["title"].key == first.key
    assert seals.verify(DAY, "everything").whole


@pytest.mark.parametrize(
    ("day", "why"), [(date(2026, 8, 15), "not over"), (date(2026, 8, 9), "no papers")]
)
def test_what_cannot_be_sealed_is_refused(starter, day, why):
    with pytest.raises(Refused, match=why):
        seals.seal(day, "everything")


def test_a_day_without_a_seal_cannot_be_verified(starter):
    with pytest.raises(NotFound):
        seals.verify(DAY, "everything")


def test_other_orders_and_other_moments_are_not_sealed(sealed):
    assert answer(FRIDAY.but(recipe="new")).sealed is None
    assert answer(FRIDAY.but(as_of=clock.now())).sealed is None
    assert answer(Question(place="all", period=FRIDAY.period)).sealed is None
    assert answer(Question(place="front")).sealed == sealed  # the latest is that day


def test_pages_of_a_sealed_day_hold_every_place_once(sealed):
    pages = [answer(FRIDAY.but(page=page, size=10)) for page in (1, 2, 3)]

    assert [hit.rank for page in pages for hit in page.hits] == list(range(1, sealed.total + 1))


def test_of_two_that_become_one_a_sealed_day_shows_one_at_its_place(sealed):
    first, second = keys(answer(FRIDAY))[:2]
    with clock.at(clock.now() + timedelta(days=1)):
        kept, gone = actions.merge(first, second)
        edition = answer(FRIDAY)
        small = [answer(FRIDAY.but(page=page, size=1)) for page in (1, 2)]

    assert keys(edition).count(kept) == 1
    assert gone not in keys(edition)
    assert sum(keys(page) == [kept] for page in small) == 1
    assert ("merged", kept) in {(one.what, one.key) for one in edition.corrections}
    assert seals.verify(DAY, "everything").whole
    assert receipt(FRIDAY, kept)[1].card.key == kept


def test_a_paper_that_became_another_keeps_its_sealed_place(sealed, said):
    """What was sealed under a key that leads elsewhere now is found under that of today."""
    number = answer(FRIDAY).hits[3].card.key
    older = said(title="An older paper, found to be the same")
    actions.ingest([older])
    Paper.objects.filter(key=number).update(
        merged_into=Paper.objects.get(title="An older paper, found to be the same")
    )
    kept = Paper.objects.get(title="An older paper, found to be the same").key

    edition, hit = receipt(FRIDAY, kept)
    assert (hit.rank, hit.card.key) == (4, kept)
    assert of_day.places(edition.sealed)[kept] == 4
    assert keys(answer(FRIDAY))[3] == kept
