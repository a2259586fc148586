"""Where mail is handed to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.places import Provider, Server, anymail, place


def server(**fields):
    given = {
        "host": "mail.example.org",
        "port": 587,
        "user": "",
        "password": "",
        "is_wrapped": False,
        "is_local": False,
    }
    return Server(**given | fields)


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("smtp://mail.example.org", server()),
        ("smtps://mail.example.org", server(port=465, is_wrapped=True)),
        ("smtp://u%40x:p%2Fw@mail.example.org:25/", server(user="u@x", password="p/w", port=25)),
        ("smtp://localhost", server(host="localhost", port=25, is_local=True)),
        ("smtp://127.0.0.2:2525", server(host="127.0.0.2", port=2525, is_local=True)),
        ("smtp://[::1]", server(host="::1", port=25, is_local=True)),
        ("smtps://localhost", server(host="localhost", port=465, is_wrapped=True, is_local=True)),
        ("smtp://10.0.0.1", server(host="10.0.0.1")),
        ("postmark://", Provider(name="postmark", given={})),
        (
            "amazon_ses://?region=eu%2D1&key=",
            Provider(name="amazon_ses", given={"region": "eu-1", "key": ""}),
        ),
    ],
)
def test_what_an_address_names(raw, named):
    assert place(raw) == named


@given(st.text(alphabet="ab:/@?#[]%1=&", max_size=20), st.sampled_from(["smtp", "smtps", "x"]))
def test_anything_else_is_refused_without_quoting_it(rest, scheme):
    told = ""
    try:
        assert place(f"{scheme}://{rest}")
    except ValueError as error:
        told = str(error)

    assert len(rest) < 3 or rest not in told


@pytest.mark.parametrize(
    ("raw", "settings"),
    [
        ("postmark://?server_token=a&webhook_secret=b:c", {
            "POSTMARK_SERVER_TOKEN": "a", "WEBHOOK_SECRET": "b:c"
        }),
        ("mailgun://?api_key=a&webhook_signing_key=b&requests_timeout=5", {
            "MAILGUN_API_KEY": "a", "MAILGUN_WEBHOOK_SIGNING_KEY": "b", "REQUESTS_TIMEOUT": "5"
        }),
        ("smtp://host", {}),
        ("folder", {}),
        ("", {}),
        ("postmark://?nothing", {}),
    ],
)  # fmt: skip
def test_what_django_anymail_is_given(raw, settings):
    assert anymail(raw) == settings
