"""Which addresses may be asked, and how an address is taken apart."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.errors import NotAsked
from broadsheet.net.addresses import Checks, refusal
from broadsheet.net.targets import redirected, shown, target

LOOPBACK, LOCAL, PRIVATE = "a loopback address", "a link-local address", "a private address"
MULTICAST, RESERVED = "a multicast address", "a reserved address"


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("127.0.0.1", LOOPBACK),
        ("127.255.255.254", LOOPBACK),
        ("::1", LOOPBACK),
        ("::ffff:127.0.0.1", LOOPBACK),
        ("10.1.2.3", PRIVATE),
        ("172.16.0.1", PRIVATE),
        ("192.168.0.1", PRIVATE),
        ("fd00::1", PRIVATE),
        ("::ffff:10.0.0.1", PRIVATE),
        ("169.254.169.254", LOCAL),
        ("fe80::1", LOCAL),
        ("fe80::1%eth0", LOCAL),
        ("fd00:ec2::254", PRIVATE),
        ("100.100.100.200", RESERVED),
        ("168.63.129.16", RESERVED),
        ("224.0.0.1", MULTICAST),
        ("ff02::1", MULTICAST),
        ("0.0.0.0", RESERVED),  # noqa: S104  # a text, nobody listens there
        ("0.1.2.3", RESERVED),
        ("::", RESERVED),
        ("255.255.255.255", RESERVED),
        ("240.0.0.1", RESERVED),
        ("192.0.0.8", RESERVED),
        ("192.88.99.1", RESERVED),
        ("192.0.2.1", PRIVATE),
        ("198.18.0.1", PRIVATE),
        ("64:ff9b::7f00:1", RESERVED),
        ("64:ff9b:1::1", RESERVED),
        ("2002:7f00:1::", RESERVED),
        ("2001:0:7f00:1::", RESERVED),
        ("2001:db8::1", PRIVATE),
        ("::7f00:1", RESERVED),
        ("3fff::1", RESERVED),
        ("93.184.215.14", ""),
        ("::ffff:93.184.215.14", ""),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", ""),
        ("2a00:1450:4001:81b::200e", ""),
    ],
)
def test_only_addresses_of_the_public_web_may_be_asked(address, what):
    assert refusal(address) == what


@given(st.ip_addresses())
def test_no_address_that_python_calls_local_passes_and_a_mapped_one_is_judged_alike(address):
    if not address.is_global or address.is_multicast:
        assert refusal(str(address)) or getattr(address, "ipv4_mapped", None)
    if isinstance(address, IPv4Address):
        mapped = IPv6Address(int(address) | 0xFFFF << 32)
        assert ip_address(str(mapped)) == mapped
        assert refusal(str(mapped)) == refusal(str(address))


@pytest.mark.parametrize(
    ("host", "port", "allows"),
    [
        ("127.0.0.1", 8000, True),
        ("papers.lab", 8080, True),
        ("papers.lab.", 8080, True),
        ("papers.lab", 5432, False),
        ("evil.papers.lab", 8080, False),
        ("::1", 9000, True),
        ("::1", 9001, False),
    ],
)
def test_the_operator_names_hosts_or_single_ports(host, port, allows):
    checks = Checks(allowed=("127.0.0.1", "papers.lab:8080", "::1:9000"))

    assert checks.allows(host, port) is allows


@pytest.mark.parametrize(
    ("url", "place", "path"),
    [
        ("https://Export.arXiv.org", "export.arxiv.org", "/"),
        ("http://a.org:80/x?b=1#part", "a.org", "/x?b=1"),
        ("http://a.org:443/", "a.org:443", "/"),
        ("https://a.org:8443/%41 b/ü", "a.org:8443", "/%41%20b/%C3%BC"),
        ("http://[::1]:8000/", "[::1]:8000", "/"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
        ('http://a.org?q="<>\r\nX: y', "a.org", "/?q=%22%3C%3EX:%20y"),
    ],
)
def test_an_address_is_taken_apart_and_made_safe_to_send(url, place, path):
    taken = target(url)

    assert (taken.place, taken.path) == (place, path)


def test_parameters_are_added_to_those_that_are_there():
    params = {"b": "c d/e", "é": "+"}

    assert target("http://a.org/x?a=1", params).path == "/x?a=1&b=c%20d%2Fe&%C3%A9=%2B"
    assert target("http://a.org/x", {}).path == "/x"


def test_a_name_in_messages_is_without_its_query():
    assert target("https://a.org/x/y", {"key": "secret"}).shown == "https://a.org/x/y"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://a.org/x/y", "https://a.org/x/y"),
        ("https://a.org/feed?key=s3cret&cat=2", "https://a.org/feed?key=…&cat=…"),
        ("https://a.org/feed?s3cret#s3cret", "https://a.org/feed?…"),
        ("https://ada:s3cret@a.org:8000/x#s3cret", "https://a.org:8000/x"),
        ("https://s3cret@a.org?s3cret=a=b", "https://a.org?s3cret=…"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_key(url, told):
    assert shown(url) == told


@pytest.mark.parametrize(
    ("location", "to"),
    [
        ("/y", "https://a.org/y"),
        ("y?z=1", "https://a.org/x/y?z=1"),
        ("//b.org", "https://b.org/"),
        ("https://b.org/ü".encode().decode("latin-1"), "https://b.org/%C3%BC"),
        ("", "https://a.org/x/"),
    ],
)
def test_a_redirect_leads_on_from_where_it_was_said(location, to):
    assert redirected(target("https://a.org/x/"), location).url == to


@pytest.mark.parametrize("location", ["http://a.org/", "ftp://a.org/", "javascript:alert(1)"])
def test_a_redirect_leads_to_nothing_less_safe(location):
    with pytest.raises(NotAsked):
        redirected(target("https://a.org/"), location)


@given(st.text(max_size=60))
def test_any_text_is_an_address_that_can_be_sent_or_is_refused(text):
    for url in (text, f"http://{text}", f"http://a.org/{text}"):
        with suppress(NotAsked):
            taken = target(url)
            assert taken.url.isascii()
            assert taken.url.isprintable()
            assert " " not in taken.url
