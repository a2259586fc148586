"""What every way for mail to leave promises, and what each says of trouble."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from anymail.exceptions import AnymailAPIError
from tests.mailbox import mailbox

from broadsheet.kernel.errors import BadOption, Unavailable
from broadsheet.mail.places import anymail
from broadsheet.mail.sender import Sender
from broadsheet.mail.transports.choosing import chosen


class Api(HTTPServer):
    """A provider's address: it records and answers as told."""

    status, answer = 200, None

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []

    @property
    def address(self):
        return f"postmark://?server_token=KEY&api_url=http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers["X-Postmark-Server-Token"], asked))
        if self.server.status == 0:
            self.close_connection = True
            return
        answer = self.server.answer or {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1"}
        body = json.dumps({"To": asked.get("To"), **answer}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def api(options):
    with serving(Api()) as server:
        use(options, server.address)
        yield server


def use(options, address):
    options.MAIL, options.ANYMAIL = address, anymail(address)


@pytest.fixture(params=["folder", "smtp", "postmark"])
def way(request, options, tmp_path):
    """Options for one way of sending, and how to ask what came: [(subject, header)]."""
    if request.param == "folder":
        options.MAIL, options.MAIL_FOLDER = "folder", tmp_path / "mail"
        yield lambda: [
            (text.split("\r\nSubject: ")[1].split("\r\n")[0], "List-Unsubscribe: <https" in text)
            for text in (p.read_bytes().decode() for p in (tmp_path / "mail").iterdir())
        ]
    elif request.param == "smtp":
        with mailbox() as box:
            options.MAIL = box.address
            yield lambda: [
                (mail.message["Subject"], b"List-Unsubscribe: <https" in mail.content)
                for mail in box.mails
            ]
    else:
        with serving(Api()) as server:
            use(options, server.address)
            yield lambda: [
                (m["Subject"], any(h["Name"] == "List-Unsubscribe" for h in m["Headers"]))
                for _, m in server.asked
            ]


def test_a_message_is_taken_and_arrives_once_with_its_headers(way, make_message):
    with chosen() as transport:
        transport.look()
        answers = [
            transport.hand_over(make_message(name=f"{n}@x.org", subject=f"Number {n}"))
            for n in range(3)
        ]

    assert [answer.verdict for answer in answers] == ["taken"] * 3
    assert sorted(way()) == [("Number 0", True), ("Number 1", True), ("Number 2", True)]


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@example.org", "x\ny", "x\0"])
def test_a_line_break_never_comes_as_far_as_a_header(make_message, evil):
    for fields in (
        {"subject": evil},
        {"address": evil},
        {"name": evil},
        {"headers": {"X-A": evil}},
        {"headers": {evil: "a"}},
        {"sender": Sender(evil, "edition@papers.example.org", "papers.example.org")},
    ):
        with pytest.raises(ValueError, match="line break"):
            make_message(**fields)


def test_the_same_message_twice_is_one_file(options, tmp_path, make_message):
    options.MAIL, options.MAIL_FOLDER = "folder", tmp_path / "mail"

    with chosen() as transport:
        transport.hand_over(make_message())
        transport.hand_over(make_message())

    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_named(options, tmp_path, make_message):
    (tmp_path / "file").touch()
    options.MAIL, options.MAIL_FOLDER = "folder", tmp_path / "file" / "mail"

    with chosen() as transport:
        for ask in (transport.look, lambda: transport.hand_over(make_message())):
            with pytest.raises(Unavailable, match="file/mail"):
                ask()


def test_a_provider_gets_its_key_no_tracking_and_gives_a_receipt(api, make_message):
    with chosen() as transport:
        assert transport.hand_over(make_message()).receipt == "pm-1"

    ((key, asked),) = api.asked
    assert key == "KEY"
    assert (asked["TrackOpens"], asked["TrackLinks"]) == (False, "None")
    assert (asked["To"], asked["From"]) == (
        "reader@example.org", "Broadsheet <edition@papers.example.org>"
    )  # fmt: skip
    assert asked["TextBody"].startswith("Good morning")
    assert asked["HtmlBody"] == "<p>Good morning.</p>"


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-2"}, "taken"),
        (
            422,
            {"ErrorCode": 300, "Message": "Invalid 'To' address: 'reader@example.org'."},
            "never",
        ),
        (
            422,
            {"ErrorCode": 406, "Message": "Found inactive addresses: reader@example.org."},
            "never",
        ),
        (422, {"ErrorCode": 1, "Message": "Something else"}, "never"),
        (408, {"Message": "too slow"}, "later"),
        (500, {"Message": "sorry"}, "later"),
        (503, {"Message": "sorry"}, "later"),
        (502, {"Message": "gateway"}, "unclear"),
        (0, None, "unclear"),
    ],
)
def test_what_a_provider_answers(api, make_message, status, answer, verdict):  # noqa: PLR0917
    api.status, api.answer = status, answer

    with chosen() as transport:
        found = transport.hand_over(make_message())

    assert found.verdict == verdict
    assert "reader@" not in found.said
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "key"), (402, "paid"), (403, "key"), (404, "knows nothing"), (429, "fewer")],
)
def test_what_holds_for_every_message_to_a_provider_is_raised(api, make_message, status, word):
    api.status, api.answer = status, {"ErrorCode": 10, "Message": "no"}

    with chosen() as transport, pytest.raises(Unavailable, match=word):
        transport.hand_over(make_message())


class ClientError(Exception):
    """As Amazon's library raises it, which is not installed here."""

    def __init__(self, code, status):
        super().__init__(f"An error occurred ({code}) when calling SendEmail")
        self.response = {
            "Error": {"Code": code},
            "ResponseMetadata": {"HTTPStatusCode": status} if status else {},
        }


def judged(api, cause):
    """What is made of an error that django-anymail raises from one of Amazon's library."""
    error = AnymailAPIError(str(cause))
    error.__cause__ = cause
    with chosen() as transport:
        return transport._judged(error)


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("Throttling", 400, "fewer"),
        ("ThrottlingException", 400, "fewer"),
        ("TooManyRequestsException", 429, "fewer"),
        ("LimitExceededException", 400, "fewer"),
        ("SendingPausedException", 400, "send nothing"),
        ("AccountSuspendedException", 400, "send nothing"),
        ("InvalidClientTokenId", 403, "key"),
        ("SignatureDoesNotMatch", None, "key"),
        ("AccessDeniedException", None, "key"),
        ("ExpiredToken", 400, "key"),
        ("MailFromDomainNotVerifiedException", 400, "domain"),
        ("NotFoundException", 404, "knows nothing"),
    ],
)
def test_what_holds_for_every_message_to_amazon_is_raised(api, code, status, word):
    with pytest.raises(Unavailable, match=word):
        judged(api, ClientError(code, status))


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (ClientError("MessageRejected", 400), "never"),
        (ClientError("BadRequestException", None), "never"),
        (ClientError("InternalFailure", 500), "later"),
        (ClientError("ServiceUnavailable", 503), "later"),
        (OSError("it broke"), "unclear"),
    ],
)
def test_what_amazon_says_of_one_message(api, cause, verdict):
    assert judged(api, cause).verdict == verdict


@pytest.mark.parametrize(
    ("name", "is_unsent"), [("NoCredentialsError", True), ("ReadTimeoutError", False)]
)
def test_amazon_that_was_not_reached_got_nothing(api, name, is_unsent):
    cause = type(name, (Exception,), {"__module__": "botocore.exceptions"})("no")

    if is_unsent:
        with pytest.raises(Unavailable, match="reached"):
            judged(api, cause)
    else:
        assert judged(api, cause).verdict == "unclear"


def test_a_provider_that_cannot_be_reached_got_nothing(options, make_message):
    with serving(Api()) as server:
        use(options, server.address)

    with chosen() as transport, pytest.raises(Unavailable, match="reached"):
        transport.hand_over(make_message())


def test_a_provider_without_a_switch_for_tracking_gets_the_message_without_it(
    options, make_message
):
    with serving(Api()) as server:
        use(options, f"resend://?api_key=KEY&api_url=http://127.0.0.1:{server.server_port}/")
        server.answer = {"id": "re-1"}
        with chosen() as transport:
            verdicts = [transport.hand_over(make_message()).verdict for _ in range(2)]

    assert (verdicts, len(server.asked)) == (["taken"] * 2, 2)


@pytest.mark.parametrize(
    ("mail", "word"),
    [
        ("off", "off"),
        ("postman://?key=SECRET", "postmark"),
        ("postmark://", "server_token"),
        ("postmark://SECRET", "server_token"),
        ("smtp://user:SECRET@host:port", "no address"),
        ("smtp://", "smtp://user:password@host:587"),
        ("smtp://host/SECRET", "smtp://user:password@host:587"),
        ("amazon_ses://?region=SECRET", "boto3"),
    ],
)
def test_an_option_that_names_no_way_says_what_to_write_and_no_secret(options, mail, word):
    use(options, mail)

    with pytest.raises(BadOption) as error:
        chosen()

    assert word in error.value.user_message
    assert "SECRET" not in error.value.user_message
