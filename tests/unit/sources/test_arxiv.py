"""What all of arXiv's services share: numbers and lists of authors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv
from broadsheet.sources.values import Broken


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Comb", ["Ada Comb"]),
        ("Ada Comb, B. Honey and C. Wax", ["Ada Comb", "B. Honey", "C. Wax"]),
        ("Ada Comb, B. Honey, and C. Wax", ["Ada Comb", "B. Honey", "C. Wax"]),
        ("A. Comb and B. Honey and C. Wax", ["A. Comb", "B. Honey", "C. Wax"]),
        ("A. Comb & B. Honey; C. Wax", ["A. Comb", "B. Honey", "C. Wax"]),
        ("A. Comb (Hive, Bonn), B. Honey (Pond)", ["A. Comb", "B. Honey"]),
        ("A. Comb (1), B. Honey (1 and 2) ((1) Hive, (2) Pond (old))", ["A. Comb", "B. Honey"]),
        ("HIVE Collaboration: A. Comb, et al.", ["HIVE Collaboration", "A. Comb"]),
        ("A. Comb et al", ["A. Comb"]),
        ("A. Comb, Jr., B. Honey III", ["A. Comb Jr.", "B. Honey III"]),
        (r"Jos\'e Mu\~noz, S{\o}ren \v{Z}uk", ["José Muñoz", "Søren Žuk"]),
        ("A. Comb, , :, B. Honey", ["A. Comb", "B. Honey"]),
        ("Anderson Sandberg, Andy And", ["Anderson Sandberg", "Andy And"]),
        ("A. Comb (never closed, B. Honey", ["A. Comb", "never closed", "B. Honey"]),
        ("A.\n  Comb", ["A. Comb"]),
        ("", []),
    ],
)
def test_a_free_list_of_authors_gives_names(text, names):
    assert list(arxiv.authors(text)) == names


@given(st.text(alphabet="ab .,;&()\\'{}~:", max_size=60))
def test_any_text_gives_clean_names(text):
    for name in arxiv.authors(text):
        assert name == clean(name)
        assert name not in arxiv.NOBODY


@pytest.mark.parametrize(
    ("number", "month"),
    [
        ("2604.00010", "2026-04"),
        ("0704.0001", "2007-04"),
        ("hep-th/9110025", "1991-10"),
        ("math/0309136", "2003-09"),
    ],
)
def test_a_number_tells_its_month(number, month):
    assert arxiv.month(number) == month


def test_a_text_that_is_no_number_says_so():
    with pytest.raises(Broken, match="“moss” is no arXiv number"):
        arxiv.number("moss")


def test_every_doi_of_a_paper_is_one_of_its_identifiers():
    stated = arxiv.named("2604.00010", "10.1000/BEES 10.1000/wasps nonsense 10.1000/bees")
    assert [str(one) for one in stated] == [
        "arxiv:2604.00010",
        "doi:10.1000/bees",
        "doi:10.1000/wasps",
    ]


def test_dois_are_parted_however_they_are_joined_but_never_in_their_middle():
    stated = arxiv.named("2604.00010", "10.1000/A, 10.1000/b;10.1000/c 10.1002/3.0.CO;2-7;10.1/d")
    assert [one.value for one in stated[1:]] == [
        "10.1000/a",
        "10.1000/b",
        "10.1000/c",
        "10.1002/3.0.co;2-7;10.1/d",
    ]
