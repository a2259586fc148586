"""One paper from many sources: by the rules in any order, and by the word of a person."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Merge, NearMiss, Paper, Record

pytestmark = pytest.mark.django_db

TITLE = "Counting Sheep: Sleep and the Natural Numbers"
LONG = " ".join(f"lichen{n} grows slowly over stone{n}" for n in range(12))
PEOPLE = ["Ada Lovelace", "Grace Hopper"]


def standing():
    return set(Paper.objects.filter(merged_into=None).values_list("key", flat=True))


def preprint(said, **fields):
    facts = {"id": "2601.00001", "title": TITLE, "authors": PEOPLE, "abstract": LONG}
    return said(**facts | fields)


def printed(said, number="ICML2026/7", **fields):
    facts = {"source": "conferences", "id": number, "title": TITLE, "authors": PEOPLE}
    return said(**facts | {"abstract": LONG, "published": "2026"} | fields)


def journal(said, **fields):
    facts = {"source": "journal", "id": "J7", "title": TITLE, "authors": PEOPLE, "abstract": LONG}
    return said(**facts | {"published": "2028", "doi": "10.1000/j7"} | fields)


def test_preprint_proceedings_and_journal_become_one_paper_with_every_record(said):
    actions.ingest([preprint(said), printed(said), journal(said)])

    assert standing() == {"2601.00001"}
    page = queries.paper("10.1000/j7")
    assert {record.origin for record in page.records} == {"arxiv", "conferences", "journal"}
    assert page.card.published == "2026-01-05"


def test_a_new_title_by_the_same_authors_with_the_same_abstract_is_the_same_paper(said):
    actions.ingest([preprint(said)])

    report = actions.ingest([printed(said, title="Towards counting sheep: sleep and the numbers")])

    assert (report.new, report.merged) == (0, 1)
    assert Merge.objects.get().how == "abstract"


def test_a_record_under_a_former_title_joins_the_paper(said):
    actions.ingest([preprint(said, abstract="")])
    actions.ingest([preprint(said, abstract="", title="Sheep, and how to count them at night")])

    actions.ingest([printed(said, abstract="")])

    assert standing() == {"2601.00001"}


def test_a_record_that_an_identifier_brings_joins_two_papers_by_its_title(said):
    actions.ingest([printed(said), preprint(said, title="Quite another name", abstract="")])
    assert len(standing()) == 2

    actions.ingest([journal(said, same_as=["arxiv:2601.00001"])])

    assert len(standing()) == 1


# What a source of these facts says: a year, authors, and whether the title is a new one.
facts = st.fixed_dictionaries(
    {
        "published": st.sampled_from(["2024", "2026", "2028", ""]),
        "authors": st.sampled_from(
            [PEOPLE, PEOPLE[:1], ["A. Lovelace", "G. Hopper"], ["Alan Turing"]]
        ),
        "title": st.sampled_from([TITLE, f"Towards {TITLE}"]),
    }
)
arrivals = st.lists(facts, min_size=2, max_size=6).flatmap(
    lambda said: st.tuples(st.just(said), st.permutations(range(len(said))))
)


@pytest.mark.parametrize("size", [1, 9])
@given(arrivals=arrivals)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it makes records, no more
)
def test_the_same_records_in_any_order_give_the_same_papers(said, size, arrivals):
    told, order = arrivals
    records = [
        printed(said, source=f"s{number}", **facts) if number else preprint(said, **facts)
        for number, facts in enumerate(told)
    ]

    def papers(arrivals):
        with transaction.atomic():
            for batch in _batches(arrivals, size):
                actions.ingest(batch)
            together = {}
            for name, paper in Record.objects.values_list("source_id", "paper"):
                together.setdefault(paper, set()).add(name)
            transaction.set_rollback(True)
        return {frozenset(names) for names in together.values()}

    assert papers(records) == papers([records[place] for place in order])


def _batches(records, size):
    return [records[at : at + size] for at in range(0, len(records), size)]


def test_a_person_makes_two_papers_one_and_two_again(said):
    actions.ingest([preprint(said), said(id="2601.00002", title="Quite another name")])

    assert actions.merge("2601.00002", "arXiv:2601.00001") == ("2601.00001", "2601.00002")
    assert standing() == {"2601.00001"}
    assert queries.paper("2601.00002").redirect_to == "2601.00001"
    assert actions.merge("2601.00001", "2601.00002") == ("2601.00001", "2601.00001")
    merge = Merge.objects.get()
    assert (merge.how, merge.evidence) == ("person", "a person says so")

    kept, new = actions.split(merge=merge.pk)
    assert kept == "2601.00001"
    assert queries.paper("2601.00002").redirect_to == new


def test_nothing_is_merged_with_a_paper_that_is_not_held(said):
    actions.ingest([preprint(said)])

    with pytest.raises(NotFound):
        actions.merge("2601.00001", "2601.99999")


def near(said):
    """Two papers of one title and one author, years apart."""
    one = {"authors": PEOPLE[:1], "abstract": ""}
    actions.ingest([preprint(said, **one), printed(said, published="2029", **one)])
    return queries.near_misses()


def test_what_may_be_one_waits_for_a_person_with_its_evidence(said):
    [pair] = near(said)

    assert {pair.one.title, pair.other.title} == {TITLE}
    assert pair.evidence == "equal title, 1 of 1 authors shared; years 2026 and 2029"

    actions.merge(pair.one.key, pair.other.key)
    assert queries.near_misses() == ()


def test_a_persons_no_is_remembered_against_everything_that_comes(said):
    [pair] = near(said)
    for _ in range(2):
        actions.tell_apart(pair.other.key, pair.one.key)

    assert queries.near_misses() == ()
    actions.ingest([printed(said, authors=PEOPLE, same_as=["arxiv:2601.00001"])])
    actions.ingest([printed(said, authors=PEOPLE[:1], doi="10.1000/7")])
    actions.ingest([preprint(said, doi="10.1000/7")])
    assert len(standing()) == 2
    assert NearMiss.objects.count() == 1


def test_a_split_is_a_no_too(said):
    actions.ingest([preprint(said), printed(said)])

    actions.split(merge=Merge.objects.get().pk)
    actions.ingest([printed(said, abstract=f"{LONG} again")])

    assert len(standing()) == 2
    assert queries.near_misses() == ()


def test_one_paper_cannot_be_told_apart_from_itself(said):
    actions.ingest([preprint(said)])

    with pytest.raises(BadQuestion) as caught:
        actions.tell_apart("2601.00001", "arXiv:2601.00001")
    assert "both are 2601.00001" in caught.value.user_message


def test_numbers_of_one_archive_are_no_near_miss(said):
    actions.ingest([preprint(said), preprint(said, id="2601.00002", authors=PEOPLE[:1])])

    assert len(standing()) == 2
    assert queries.near_misses() == ()
