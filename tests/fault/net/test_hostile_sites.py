"""Sites that are broken, slow, endless or hostile: refused with a clear word, and nothing else."""

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from tests.fault.net.conftest import reply

from broadsheet.kernel.errors import NotAsked, Unreadable
from broadsheet.net.connection import Network, Timeouts, resolve
from broadsheet.net.testing import QuickClient

MIB = 2**20
NO_SILENCE = Timeouts(read_s=0.1)
NO_DRIP = Timeouts(read_s=30, total_s=0.3)
TOO_LONG = "its answer took longer than 0.3 s"
PUBLIC = "93.184.215.14"


def drip(piece, *, first=b""):
    """Send the piece again and again, faster than any single wait is long."""

    def send(connection):
        connection.sendall(first)
        closed = threading.Event()
        while not closed.wait(0.05):
            connection.sendall(piece)

    return send


def silence(connection):
    while connection.recv(4096):
        pass


def reset(connection):
    """Half an answer, then the connection is torn down, not closed."""
    connection.sendall(reply(body=b"x" * 1000)[:-500])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def chunked(*chunks, end=b"0\r\n\r\n"):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    return head + b"\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + end


def packed(body, coding="gzip"):
    return reply(body=body, Content_Encoding=coding)


def bomb(mebibytes):
    """So many mebibytes of zeros, packed a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()


def refusal(client, url, **more):
    with pytest.raises((NotAsked, Unreadable)) as raised:
        client.get(url, **more)
    return type(raised.value), raised.value.user_message


@pytest.mark.parametrize(
    ("answer", "timeouts", "says"),
    [
        (silence, NO_SILENCE, "it sent nothing for 0.1 s"),
        (silence, NO_DRIP, TOO_LONG),
        (drip(b"H"), NO_DRIP, TOO_LONG),
        (drip(b"HTTP/1.1 100 Continue\r\n\r\n"), NO_DRIP, TOO_LONG),
        (drip(b"X: y\r\n", first=b"HTTP/1.1 200 OK\r\n"), NO_DRIP, TOO_LONG),
        (drip(b"x", first=b"HTTP/1.1 200 OK\r\n\r\n"), NO_DRIP, TOO_LONG),
        (drip(b"1\r\nx\r\n", first=chunked(end=b"")), NO_DRIP, TOO_LONG),
    ],
    ids=["silence", "all-of-it", "status", "continue", "headers", "body", "chunks"],
)
def test_whoever_is_slow_is_left_after_a_time_however_busy_they_seem(site, answer, timeouts, says):
    there, client = site(answer), QuickClient(timeouts=timeouts)

    assert refusal(client, there.url) == (NotAsked, f"{there.place} could not be asked: {says}.")
    assert len(there.requests) == 5
    assert client.limiter.held == []


WHOLE = b"the whole answer " * 100


@pytest.mark.parametrize(
    "cut",
    [
        reply(body=WHOLE)[:-1],
        chunked(WHOLE, end=b""),
        chunked(WHOLE)[:-600],
        packed(gzip.compress(WHOLE)[:-9]),
        reset,
    ],
    ids=["length", "last-chunk", "mid-chunk", "gzip", "reset"],
)
def test_an_answer_cut_off_is_asked_for_again_and_never_taken_for_whole(site, cut):
    healed = site(cut, reply(body=WHOLE))
    assert QuickClient().get(healed.url).body == WHOLE

    there = site(cut)
    says = f"{there.url}/: its answer was cut off."
    assert refusal(QuickClient(), there.url) == (Unreadable, says)
    assert len(there.requests) == 5


def test_packed_and_chunked_answers_are_unpacked(site):
    packing = gzip.compress(WHOLE)

    assert QuickClient().get(site(packed(packing)).url).body == WHOLE
    assert QuickClient().get(site(packed(b"")).url).body == b""
    assert QuickClient().get(site(chunked(WHOLE, b"and more")).url).body == WHOLE + b"and more"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (packed(b"no gzip at all"), "its compression is broken: "),
        (packed(gzip.compress(WHOLE) + b"more"), "something follows the end of its compressed"),
        (packed(gzip.compress(b"") * 5000), "something follows the end of its compressed"),
        (packed(gzip.compress(gzip.compress(WHOLE)), "gzip, gzip"), "compressed as 'gzip, gzip'"),
        (packed(b"x", "br"), "it is compressed as 'br', which nobody asked for"),
        (reply(body=b"x", Transfer_Encoding="gzip"), "it is sent as 'gzip', which nobody asked"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "what it answered is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", "what it answered is no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n", "what it answered is no HTTP"),
    ],
)  # fmt: skip
def test_an_answer_in_a_form_nobody_can_read_is_said_to_be_that(site, answer, says):
    there = site(answer)

    kind, message = refusal(QuickClient(), there.url)

    assert kind is Unreadable
    assert says in message
    assert len(there.requests) == 1


def test_a_compression_bomb_never_comes_to_memory(site):
    there = site(packed(bomb(64)))  # 64 KB that become 64 MB
    tracemalloc.start()

    kind, message = refusal(QuickClient(), there.url, most_bytes=2 * MIB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert kind is Unreadable
    assert "2,097,152 bytes" in message
    assert peak < 8 * MIB


def test_a_body_that_says_it_is_too_long_is_not_waited_for(site):
    def announce(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 64000001\r\n\r\n")
        silence(connection)

    there = site(announce)

    kind, message = refusal(QuickClient(timeouts=NO_SILENCE), there.url)

    assert (kind, "longer than 64,000,000 bytes" in message) == (NotAsked, True)


def test_a_body_without_end_is_left_where_enough_came(site):
    sent = 0

    def endless(connection):
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent += connection.send(b"x" * 65536)

    there = site(endless)

    kind, message = refusal(QuickClient(), there.url, most_bytes=MIB)

    assert (kind, "longer than 1,048,576 bytes" in message) == (NotAsked, True)
    assert (len(there.requests), sent < 32 * MIB) == (1, True)


def test_nobody_at_home_is_told_after_some_tries():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = QuickClient()

    kind, message = refusal(client, f"http://127.0.0.1:{port}/")

    assert (kind, "no connection: connection refused" in message) == (NotAsked, True)
    assert client.waits == [5, 10, 20, 40]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://localhost/", "its address is a loopback address"),
        ("http://[::1]/", "its address is a loopback address"),
        ("http://0x7f.1/", "its address is a loopback address"),
        ("http://2130706433/", "its address is a loopback address"),
        ("http://[::ffff:127.0.0.1]/", "its address is a loopback address"),
        ("http://10.0.0.1/admin", "its address is a private address"),
        ("//192.168.1.1/", "its address is a private address"),
        ("http://169.254.169.254/latest/meta-data/", "its address is a link-local address"),
        ("http://[fd00:ec2::254]/", "its address is a private address"),
        (f"http://{PUBLIC}:5432/", "port 5432 is not a port of the public web"),
        ("http://127.0.0.1:1/", "port 1 is not a port of the public web"),
        ("file:///etc/passwd", "only http and https are spoken"),
        ("gopher://127.0.0.1/", "only http and https are spoken"),
    ],
)
def test_a_redirect_leads_nowhere_that_may_not_be_asked(site, location, says):
    there = site(reply(302, Location=location))
    client = QuickClient(there.place, network=Network(dial=only_to(there.port)))

    kind, message = refusal(client, there.url)

    assert (kind, says in message) == (NotAsked, True), message
    assert len(there.requests) == 1


def only_to(port):
    """Connections to that port of this machine; any other would fail the test."""

    def dial(address, asked, timeout_s):
        assert (address, asked) == ("127.0.0.1", port)
        return socket.create_connection((address, asked), timeout_s)

    return dial


def test_the_connection_goes_to_the_address_that_was_checked_whatever_the_name_says_next(site):
    there = site(reply(body=b"secret"))
    answers, dialled = iter([(PUBLIC,), ("127.0.0.1",)]), []

    def dial(address, port, timeout_s):
        dialled.append(address)
        raise TimeoutError

    network = Network(resolve=lambda *_: next(answers), dial=dial)
    client = QuickClient("nobody", network=network)

    kind, message = refusal(client, "http://rebinds.example/")

    assert dialled == [PUBLIC]  # the second try found the other address, and was refused
    assert (kind, "its address is a loopback address" in message) == (NotAsked, True)
    assert there.requests == []


def test_one_bad_address_among_good_ones_is_enough_to_refuse():
    network = Network(resolve=lambda *_: (PUBLIC, "10.0.0.1"), dial=only_to(0))

    kind, message = refusal(QuickClient("x", network=network), "https://mixed.example/")

    assert (kind, "its address is a private address" in message) == (NotAsked, True)


def test_a_host_that_the_operator_named_may_be_anywhere(site):
    there = site(reply(body=b"mirror"))
    network = Network(resolve=lambda *_: ("127.0.0.1",))
    url = f"http://papers.lab:{there.port}/"

    assert QuickClient("papers.lab", network=network).get(url).body == b"mirror"
    assert QuickClient(f"papers.lab:{there.port}", network=network).get(url).body == b"mirror"
    kind, _ = refusal(QuickClient("papers.lab:80", network=network), url)
    assert kind is NotAsked


def test_a_second_address_is_tried_where_the_first_does_not_answer(site):
    there = site(reply(body=b"by the other way"))

    def dial(address, port, timeout_s):
        if address == PUBLIC:
            raise TimeoutError
        return socket.create_connection((address, port), timeout_s)

    network = Network(resolve=lambda *_: (PUBLIC, "127.0.0.1"), dial=dial)

    answer = QuickClient("papers.lab", network=network).get(f"http://papers.lab:{there.port}/")
    assert answer.body == b"by the other way"


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", f"{'x' * 64}.example"])
def test_a_name_that_is_not_found_is_told(name):
    def nowhere(host, port):
        assert "invalid" not in host, "the real resolver would ask the network"
        return resolve(host, port)

    def missing(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    network = Network(resolve=missing if "invalid" in name else nowhere)
    client = QuickClient("x", network=network)

    kind, message = refusal(client, f"http://{name}/")

    assert (kind, message) == (NotAsked, f"{name} could not be asked: its name was not found.")
    assert client.waits == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate for papers.lab, good for this test only."""
    folder = tmp_path_factory.mktemp("tls")
    command = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"),
        *("-days", "2", "-subj", "/CN=papers.lab", "-addext", "subjectAltName=DNS:papers.lab"),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl command to make a certificate with")
    return folder


@pytest.fixture
def secure_port(certificate):
    """A port where one connection is answered over TLS, in the name of papers.lab."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=answer_once, args=(server, serving))
        answering.start()
        yield server.getsockname()[1]
        answering.join(15)


def answer_once(server, serving):
    connection, _ = server.accept()
    connection.settimeout(10)
    with connection, suppress(OSError), serving.wrap_socket(connection, server_side=True) as safe:
        while not safe.recv(4096).endswith(b"\r\n\r\n"):
            pass
        safe.sendall(reply(body=b"proved"))


def here(*_):
    return ("127.0.0.1",)


def trusting(certificate):
    context = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
    return Network(resolve=here, tls=lambda: context)


def test_a_connection_to_a_checked_address_is_safe_by_the_name(secure_port, certificate):
    client = QuickClient("papers.lab", network=trusting(certificate))

    assert client.get(f"https://papers.lab:{secure_port}/").body == b"proved"


def test_a_certificate_for_another_name_is_refused(secure_port, certificate):
    client = QuickClient("other.lab", network=trusting(certificate))

    kind, message = refusal(client, f"https://other.lab:{secure_port}/")

    assert kind is NotAsked
    assert "its certificate is not good: Hostname mismatch" in message
    assert client.waits == []


def test_a_certificate_nobody_signed_is_refused(secure_port):
    client = QuickClient("papers.lab", network=Network(resolve=here))

    kind, message = refusal(client, f"https://papers.lab:{secure_port}/")

    assert (kind, "its certificate is not good: self" in message) == (NotAsked, True)
