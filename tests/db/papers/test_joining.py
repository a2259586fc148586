"""Two held papers become one, and a person makes them two again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion
from broadsheet.papers import actions, likeness, queries, rules
from broadsheet.papers.models import Announcement, Identifier, Merge, Paper, Signal, Version
from broadsheet.sources.hf_daily.parse import envelope
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

TITLE = "Counting Sheep: Sleep and the Natural Numbers"


def standing():
    return set(Paper.objects.filter(merged_into=None).values_list("key", flat=True))


def owner(scheme, value):
    return Identifier.objects.get(scheme=scheme, value=value).paper.key


def conference(said, number, **fields):
    """A record of a list that numbers papers its own way."""
    return said(source="conf", id=str(number), published="2026", **fields)


def test_two_numbers_of_one_archive_are_not_joined_by_a_doi_that_comes_later(said):
    actions.ingest(
        [
            said(id="2601.00001", title=TITLE),
            said(id="2601.00002", title="Quite another work on goats", doi="10.1000/shared"),
            conference(said, 5, title=TITLE),
        ]
    )
    actions.ingest([conference(said, 5, title=TITLE, doi="10.1000/shared")])

    assert standing() == {"2601.00001", "2601.00002"}
    assert owner("doi", "10.1000/shared") == "2601.00002"


def test_papers_that_came_to_hold_two_numbers_by_earlier_joining_are_not_joined(said):
    actions.ingest([conference(said, 1, title="Known by DOI", doi="10.1000/a")])
    actions.ingest([said(id="2601.00001", title="First"), said(id="2601.00002", title="Second")])

    actions.ingest(
        conference(said, n, title=f"Bridge {n}", same_as=[f"arxiv:2601.0000{n}"], doi="10.1000/a")
        for n in (1, 2)
    )

    assert len(standing()) == 2
    assert queries.find("10.1000/a") == queries.find("2601.00001")
    assert queries.find("2601.00002")[1] == "2601.00002"


@pytest.mark.parametrize("first", ["doi", "acl", "arxiv"])
def test_one_record_makes_three_papers_one(said, first):
    held = {
        "doi": conference(said, 1, title="First title", doi="10.1000/a"),
        "acl": said(source="anthology", id="2026.acl-long.7", title="Second title"),
        "arxiv": said(id="2601.00001", title="Third title"),
    }
    actions.ingest([held.pop(first)])
    [oldest] = standing()
    with clock.at(clock.now() + timedelta(hours=1)):
        actions.ingest(held.values())

    same_as = ["anthology:2026.acl-long.7", "arxiv:2601.00001"]
    actions.ingest([conference(said, 9, title="Fourth", same_as=same_as, doi="10.1000/a")])

    assert standing() == {oldest}
    for name in ("10.1000/a", "2026.acl-long.7", "2601.00001"):
        assert queries.find(name)[1] == oldest


def absorbed(said):
    """A paper of a conference that absorbed one of the archive; gives the merge."""
    same = {"title": "Lazy dogs sleep under brown foxes", "doi": "10.1000/two"}
    actions.ingest([conference(said, 7, **same)])
    number = {"id": "2601.00002", "title": "Cats", "announced": "2026-01-06"}
    actions.ingest([said(**number, version=1)])
    actions.ingest([conference(said, 7, **same, same_as=["arxiv:2601.00002"])])
    return Merge.objects.get(other_key="2601.00002")


def test_an_absorbed_paper_that_is_split_off_takes_its_number_and_its_old_key_along(said):
    kept, new = actions.split(merge=absorbed(said).pk)

    assert standing() == {kept, new}
    assert new == "2601.00002-2"
    assert queries.find("2601.00002")[1] == new
    assert queries.find("arXiv:2601.00002v1")[1] == new
    assert owner("arxiv", "2601.00002") == new
    assert owner("doi", "10.1000/two") == kept
    assert queries.paper(new).versions[0].title == "Cats"
    assert queries.paper(kept).versions == ()
    assert Announcement.objects.get().paper.key == new


def test_a_key_of_words_follows_its_records_through_two_merges_and_a_split(said):
    actions.ingest([conference(said, 1, title="One two", doi="10.1000/a")])
    actions.ingest([conference(said, 2, title="Three four", doi="10.1000/b")])
    actions.ingest([conference(said, 3, title="Five six", doi="10.1000/c")])
    keys = {n: queries.find(f"10.1000/{n}")[1] for n in "abc"}
    actions.ingest([said(source="b", id="1", same_as=["arxiv:2601.00009"], doi="10.1000/c")])
    actions.ingest([said(source="c", id="1", same_as=["arxiv:2601.00009"], doi="10.1000/b")])
    actions.ingest([said(source="d", id="1", same_as=["arxiv:2601.00009"], doi="10.1000/a")])
    assert standing() == {keys["a"]}

    kept, new = actions.split(merge=Merge.objects.get(other_key=keys["b"]).pk)

    assert queries.find(keys["b"])[1] == queries.find(keys["c"])[1] == new
    assert queries.find(keys["a"])[1] == kept == keys["a"]


def test_after_a_split_the_record_that_had_joined_the_two_does_not_join_them_again(said):
    keys = actions.split(merge=absorbed(said).pk)

    actions.ingest(
        [
            conference(
                said,
                7,
                title="Lazy dogs sleep under foxes",
                doi="10.1000/two",
                same_as=["arxiv:2601.00002"],
            )
        ]
    )

    assert standing() == set(keys)


def test_what_both_sides_told_is_told_by_both_after_a_split(said, picked):
    entry = {"paper": {"id": "2608.00500", "title": TITLE, "upvotes": 40}, "numComments": 2}
    entry["paper"]["authors"] = [{"name": "Grace Hopper"}]
    moment = datetime(2026, 8, 14, 16, tzinfo=UTC)
    raw = envelope(entry, day=date(2026, 8, 14), rank=1, captured=moment)
    actions.ingest([SOURCES["hf_daily"].reread(raw, moment)])
    actions.ingest([picked(id="st1", arxiv_id=None, title=TITLE, votes=40)])
    assert Announcement.objects.count() == 1

    keys = actions.split(merge=Merge.objects.get().pk)

    for key in keys:
        page = queries.paper(key)
        assert [a.rank for a in page.announcements] == [1]
        assert page.card.votes == 40
    assert Signal.objects.filter(paper__key=keys[1], kind="comments", total=0).exists()


def test_an_absorbed_paper_leaves_no_history_of_its_own_behind(said):
    merge = absorbed(said)

    for table in (Announcement, Signal, Version):
        assert not table.objects.filter(paper__key=merge.other_key).exists()
    assert queries.paper(merge.paper.key).versions[0].title == "Cats"


def test_a_merge_whose_records_have_left_cannot_be_undone(said):
    actions.ingest([said(id="2601.00001", title=TITLE)])
    actions.ingest([conference(said, 1, title=TITLE, doi="10.1000/a")])
    weaker = Merge.objects.get()
    again = Merge.objects.create(paper=weaker.paper, how="title", evidence="", at=weaker.at)
    again.records.set(weaker.records.all())
    actions.split(merge=weaker.pk)

    with pytest.raises(BadQuestion) as caught:
        actions.split(merge=again.pk)
    assert "parted from this paper before" in caught.value.user_message


def test_merges_of_an_absorbed_paper_are_shown_with_the_one_that_stands(said):
    absorbed(said)
    actions.ingest([said(source="other", id="1", title="Cats", same_as=["arxiv:2601.00002"])])
    actions.ingest([conference(said, 1, title="Old", doi="10.1000/old")])

    shown = queries.merges(queries.find("2601.00002")[0])

    assert [line.evidence for line in shown] == ["both are arxiv:2601.00002"] * 2


def test_of_two_papers_that_fit_a_title_the_older_is_taken(said):
    actions.ingest([said(id="2601.00009", title=TITLE), said(id="2601.00001", title=TITLE)])

    actions.ingest([conference(said, 1, title=TITLE, doi="10.1000/x")])

    assert owner("doi", "10.1000/x") == "2601.00009"


def test_a_key_whose_numbered_followers_are_taken_gets_the_next_number(said):
    keys = ("2601.00001", "2601.00001-2")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for key in keys:
        Paper.objects.create(key=key, title="x", added_at=now, changed_at=now)

    actions.ingest([said(id="2601.00001")])

    assert standing() == {*keys, "2601.00001-3"}


def test_a_title_that_many_papers_carry_is_compared_with_few_of_them(said, monkeypatch):
    compared = []
    real = likeness.compare

    def compare(one, other):
        compared.append(one.title)
        return real(one, other)

    monkeypatch.setattr(likeness, "compare", compare)

    def lessons(volume):
        names = (f"A{volume} B{n}q" for n in range(200))
        title = "Lessons learned"
        return [said(source="conf", id=f"{volume}-{n}", title=title, authors=[n]) for n in names]

    assert actions.ingest(lessons(1)).new == 200
    first = len(compared)
    assert actions.ingest(lessons(2)).new == 200

    assert first == sum(range(rules.MOST_ALIKE + 1))
    assert len(compared) == first
