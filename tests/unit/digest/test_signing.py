"""Signatures and waits, held against the vectors and the table of Standard Webhooks."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.hooks import signing

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NAME = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = 1614265330
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_is_signed_as_published():
    assert signing.signature(KEY, NAME, AT, BODY) == SIGNED


def test_a_secret_is_good_with_and_without_its_prefix():
    assert signing.signature(KEY.removeprefix("whsec_"), NAME, AT, BODY) == SIGNED


@pytest.mark.parametrize(
    "other",
    [
        {"secret": "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()},
        {"name": NAME + "x"},
        {"timestamp": AT + 1},
        {"body": BODY + b" "},
    ],
)
def test_anything_else_signs_otherwise(other):
    told = {"secret": KEY, "name": NAME, "timestamp": AT, "body": BODY} | other

    assert signing.signature(**told) != SIGNED


@given(body=st.binary(max_size=300), at=st.integers(min_value=0, max_value=2**40))
def test_whoever_knows_the_secret_finds_the_same(body, at):
    secret = signing.new_secret()

    key = base64.b64decode(secret[len("whsec_") :])
    told = b"%b.%d.%b" % (NAME.encode(), at, body)
    expected = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    assert signing.signature(secret, NAME, at, body) == f"v1,{expected}"


def test_secrets_are_long_random_and_readable_by_every_library():
    secrets = {signing.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {secret[:6] for secret in secrets} == {"whsec_"}
    assert {len(base64.b64decode(secret[6:], validate=True)) for secret in secrets} == {32}


def test_while_a_secret_changes_both_sign():
    other = signing.new_secret()

    told = signing.headers((other, KEY), NAME, AT, BODY)

    assert told["webhook-id"] == NAME
    assert told["webhook-timestamp"] == str(AT)
    first, second = told["webhook-signature"].split(" ")
    assert first == signing.signature(other, NAME, AT, BODY)
    assert second == SIGNED


def test_ten_attempts_are_made_in_75_hours():
    waits = [signing.wait_s(attempts, draw=0.0) for attempts in range(1, 11)]

    assert waits == [
        *(5, 5 * 60, 30 * 60),
        *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)),
        None,
    ]
    assert sum(wait for wait in waits if wait) == 75 * 3600 + 35 * 60 + 5


@given(
    attempts=st.integers(min_value=1, max_value=9),
    draw=st.floats(min_value=0, max_value=1, exclude_max=True),
    asked=st.none() | st.floats(min_value=1, max_value=86_400),
)
def test_chance_adds_a_tenth_at_most_and_an_endpoint_is_not_asked_sooner_than_it_wants(
    attempts, draw, asked
):
    wait = signing.wait_s(attempts, draw=draw, asked_s=asked)

    least = max(signing.WAITS_S[attempts - 1], asked or 0)
    assert least <= wait <= max(signing.WAITS_S[attempts - 1] * 1.1, asked or 0)
