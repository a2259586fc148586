"""What may be wished for: addresses of people and of editions, in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.types import Wish
from broadsheet.kernel.errors import BadQuestion, NotFound


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+papers@Example.ORG ", "Ada.Lovelace+papers@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@日本語.jp", "ada@xn--wgv71a119e.jp"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_has_one_spelling(typed, expected):
    assert wishes.address(typed) == expected
    assert wishes.address(expected) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@@example.org",
        "ada@example..org",
        "ada@exa mple.org",
        "a da@example.org",
        "ada@example.org, bob@example.org",
        "ada@example.org\nBcc: bob@example.org",
        "ada\x00@example.org",
        "Ada <ada@example.org>",
        '"ada lovelace"@example.org',
        "ada@[127.0.0.1]",
        "ädä@example.org",
        "ada@straße.de",  # strasse.de is another house
        "ada@ex\u200bample.org",
        "ada@-example.org",
        "a" * 65 + "@example.org",
        "ada@" + "a." * 130 + "org",
        "ada@" + "ä" * 70 + ".org",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(typed):
    with pytest.raises(BadQuestion) as caught:
        wishes.address(typed)

    told = caught.value.user_message
    assert told.startswith("The mail address cannot be read: ")
    assert "name@example.org" in told or "254 characters" in told
    assert "bob" not in str(caught.value)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_an_address_or_refused(typed):
    try:
        kept = wishes.address(typed)
    except BadQuestion:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert wishes.address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "spelling", "title"),
    [
        ("/", "/latest", "the front page of Everything"),
        ("/latest", "/latest", "the front page of Everything"),
        ("latest?page=3&as_of=2026-08-01", "/latest", "the front page of Everything"),
        ("/latest?field=everything", "/latest", "the front page of Everything"),
        ("/latest?field=materials", "/latest?field=materials", "the front page of Materials"),
        (
            "/?code=yes&field=materials&category=cs.CL",
            "/latest?field=materials&category=cs.CL&code=1",
            "the front page of Materials, in cs.CL, with code",
        ),
        ("/trending", "/trending", "what is trending in Everything"),
        ("/search?q=%20soft%20%20gripper", "/search?q=soft+gripper", "the search “soft gripper”"),
        (
            "/search?from=2024&q=gripper&votes=2",
            "/search?q=gripper&from=2024&votes=2",
            "the search “gripper”, since 1 January 2024, with at least 2 votes",
        ),
        ("/search?category=cs.RO", "/search?category=cs.RO", "papers in cs.RO"),
    ],
)
def test_an_edition_has_one_spelling_and_a_name(typed, spelling, title):
    assert wishes.edition(typed) == spelling
    assert wishes.edition(spelling) == spelling
    assert wishes.title(spelling) == title


@pytest.mark.parametrize(
    ("typed", "error", "told"),
    [
        ("/daily/2026-08-14", BadQuestion, "never changes"),
        ("/daily/2026-08-14/all", BadQuestion, "never changes"),
        ("/papers/2608.13546/similar", BadQuestion, "never changes"),
        ("/search", BadQuestion, "asks for nothing"),
        ("/search?q=%20", BadQuestion, "asks for nothing"),
        ("/nowhere", NotFound, "/nowhere"),
        ("https://elsewhere.example/latest", NotFound, "no list"),
        ("/latest?field=nonsense", NotFound, "nonsense"),
        ("/latest?from=yesterday", BadQuestion, "yesterday"),
        ("/search?q=" + "x" * 2_000, BadQuestion, "2,000 characters"),
    ],
)
def test_a_list_that_cannot_be_mailed_is_refused_with_the_reason(typed, error, told):
    with pytest.raises(error) as caught:
        wishes.edition(typed)

    assert told in caught.value.user_message


@pytest.mark.parametrize("edition", ["/latest?category=Buy now", "/search?q=visit evil.example"])
def test_a_letter_to_a_stranger_repeats_nothing_that_was_typed(edition):
    bare = wishes.title(edition, bare=True)

    assert "Buy" not in bare
    assert "evil" not in bare
    assert bare.removesuffix(", shown behind the link") in (
        "the front page of Everything, with filters",
        "a search",
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cadence": "hourly"}, "“hourly”"),
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus”"),
        ({"zone": "../../etc/passwd"}, "Europe/Berlin"),
        ({"zone": "localtime"}, "Europe/Berlin"),
        ({"hour": 24}, "from 0 to 23"),
        ({"hour": -1}, "from 0 to 23"),
        ({"weekday": 7}, "from 0 to 6"),
        ({"size": 0}, "from 1 to 50"),
        ({"size": 51}, "from 1 to 50"),
        ({"cadence": "at_once"}, "only a search"),
        ({"cadence": "at_once", "edition": "/trending"}, "only a search"),
        ({"address": "ada"}, "name@example.org"),
        ({"edition": "/search"}, "asks for nothing"),
    ],
)
def test_a_wish_that_cannot_be_says_what_to_write(fields, told):
    wish = {"address": "ada@example.org"} | fields
    with pytest.raises(BadQuestion) as caught:
        wishes.checked(Wish(**wish))

    assert told in caught.value.user_message


@pytest.mark.parametrize("cadence", ["announced", "weekdays", "weekly", "monthly", "at_once"])
def test_a_search_may_come_in_every_rhythm(cadence):
    wish = Wish(address="Ada@EXAMPLE.org", edition="/search?q=a+b&page=2", cadence=cadence)

    checked = wishes.checked(wish)

    assert (checked.address, checked.edition) == ("Ada@example.org", "/search?q=a+b")


@pytest.mark.parametrize("edition", ["/search?q=like:2608.13546", "/search?q=gripper+like:2608.1"])
def test_a_search_that_cannot_be_watched_is_not_written_of_at_once(edition):
    with pytest.raises(BadQuestion, match="bad-question") as caught:
        wishes.checked(Wish(address="ada@example.org", edition=edition, cadence="at_once"))

    assert "cannot be watched for" in caught.value.user_message
    assert wishes.checked(Wish(address="ada@example.org", edition=edition, cadence="weekly"))


@pytest.mark.parametrize(("sign", "fits", "not_"), [("a", 1_988, 1_989), ("\u7d19", 220, 221)])
def test_an_edition_is_as_long_as_it_is_written(sign, fits, not_):
    assert len(wishes.edition(f"/search?q={sign * fits}")) <= 2_000
    with pytest.raises(BadQuestion):
        wishes.edition(f"/search?q={sign * (not_ + 20)}")
