"""Which address counts as a stranger's."""

import pytest
from django.test import RequestFactory

from broadsheet.web.visitor import network

DIRECT = "203.0.113.9"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "found"),
    [
        (False, None, DIRECT),
        (False, "198.51.100.7", DIRECT),
        (True, None, DIRECT),
        (True, "", DIRECT),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "10.0.0.1, 192.0.2.66 , 198.51.100.7", "198.51.100.7"),
        (True, "192.0.2.66,2001:db8::7", "2001:db8::7"),
        (True, "192.0.2.66,", DIRECT),
    ],
)
def test_only_what_a_trusted_proxy_wrote_itself_is_believed(settings, trusted, forwarded, found):
    settings.TRUST_PROXY = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory(headers=headers).get("/subscribe", REMOTE_ADDR=DIRECT)

    assert network(request) == found


def test_a_server_that_knows_no_address_tells_none(settings):
    settings.TRUST_PROXY = False
    request = RequestFactory().get("/subscribe")
    del request.META["REMOTE_ADDR"]

    assert network(request) == ""
