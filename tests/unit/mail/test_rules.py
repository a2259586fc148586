"""Slots, domains, waits, and what a refusal means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.text import clean
from broadsheet.mail import rules

names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
words = st.text(st.characters(exclude_characters="\x02\x03", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(words, names)), words, words)
def test_every_slot_is_filled_where_it_stands_and_nothing_else_changes(parts, end, fill):
    text = "".join(word + rules.slot(name) for word, name in parts) + end
    fills = {name: f"{fill}{name}" for _, name in parts}

    assert rules.slots(text) == fills.keys()
    assert rules.filled(text, fills) == "".join(w + fills[n] for w, n in parts) + end


@given(names, names)
def test_a_fill_is_never_taken_for_a_slot(one, other):
    assert rules.filled(rules.slot(one), {one: rules.slot(other)}) == rules.slot(other)


@given(names)
def test_no_cleaned_text_holds_a_slot(name):
    assert not rules.slots(clean(f"A title with {rules.slot(name)}"))


def test_a_slot_without_a_fill_or_a_name_is_a_mistake():
    with pytest.raises(KeyError):
        rules.filled(rules.slot("leave"), {})
    for name in ("", "Leave", "a b", "a\x03"):
        with pytest.raises(ValueError, match="slot"):
            rules.slot(name)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ada@Example.ORG", "example.org"),
        ("ada@bücher.example", "xn--bcher-kva.example"),
        ('"a@b"@example.org', "example.org"),
        (f"ada@{'x' * 70}.org", f"{'x' * 70}.org"),
        ("nobody", ""),
    ],
)
def test_the_domain_of_an_address(address, domain):
    assert rules.domain(address) == domain


@given(st.integers(1, 30), st.floats(0, 1, exclude_max=True))
def test_waits_grow_and_end(attempt, draw):
    wait = rules.wait_s(attempt, draw=draw)

    if attempt >= rules.ATTEMPTS:
        assert wait is None
    else:
        assert 300 * 0.75 <= wait <= 12 * 3600
        assert attempt == 1 or wait >= rules.wait_s(attempt - 1, draw=draw)


def test_all_waits_together_are_about_three_days():
    waits = [rules.wait_s(n, draw=0.5) for n in range(1, rules.ATTEMPTS)]

    assert 2 <= sum(waits) / 86_400 <= 4


@pytest.mark.parametrize(
    ("said", "is_gone"),
    [
        ("550 5.1.1 no such user", True),
        ("550-5.1.10 domain takes no mail", True),
        ("550 no such user", True),
        ("550 No such user here", True),
        ("550 5.0.0 <a@example.org>: User unknown", True),
        ("550 Mailbox (address) does not exist", True),
        ("550 Recipient address rejected: blocked by policy", False),
        ("550 5.7.1 sender unknown user", False),
        ("550 Sender address rejected: domain does not exist", False),
        ("552 mailbox full", False),
        ("554 5.7.1 relay denied", False),
        ("550 5.1.8 bad sender", False),
        ("550 5.1.100 strange", False),
        ("", False),
    ],
)
def test_only_what_says_so_means_that_nobody_is_there(said, is_gone):
    assert rules.is_no_mailbox(said) == is_gone


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 no such user", "550 5.1.1"),
        ("450 try later", "450"),
        ("The connection was lost", "The connection was lost"),
        ("x" * 90, "x" * 60),
        ("", "no word"),
    ],
)
def test_reasons_are_what_refusals_have_in_common(said, reason):
    assert rules.reason(said) == reason
