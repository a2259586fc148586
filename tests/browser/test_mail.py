"""The life of a subscription, in a real browser, through a mail server that records."""

import re
import urllib.parse
import urllib.request

import pytest
from tests.browser.conftest import Reader
from tests.browser.test_pages import RULES, RUN, THEMES, WIDTHS
from tests.mailbox import mailbox
from tests.servers import Server, until

ADA = "ada@example.org"


@pytest.fixture(scope="module")
def post():
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def house(post, tmp_path_factory):
    """A site that sends its mail to that server, with a worker beside it."""
    options = {
        "BROADSHEET_MAIL": post.address,
        "BROADSHEET_MAIL_FROM": "Broadsheet <edition@papers.example.org>",
        "BROADSHEET_CONTACT": "editor@papers.example.org",
    }
    with Server(tmp_path_factory.mktemp("mail") / "data", "demo", options=options) as server:
        until(lambda: b'class="paper' in server.get("/")[1], within_s=60)
        yield server


@pytest.fixture
def reader(browser, house):
    reader = Reader(browser, house.address)
    yield reader
    for context in reader.contexts:
        assert not context.cookies(), "a stranger was given a cookie"
        context.close()
    assert reader.wrong == []


class Mailbox:
    """What one reader finds in it, letter by letter."""

    def __init__(self, post, address):
        self.post, self.address, self.read = post, address, 0

    def next(self):
        """The next letter to come, within the patience of a busy machine."""

        def found():
            mails = [mail for mail in self.post.mails if self.address in mail.to]
            return mails[self.read :]

        letter = until(found, within_s=90)[0].message
        self.read += 1
        return letter


def link(letter, kind):
    """The link of a kind in the text of a letter."""
    text = letter.get_body(("plain",)).get_content()
    return re.search(rf"http\S+/{kind}/[^\s#]+", text)[0]


def one_click(letter):
    """Leave as a mail program does: a POST that no page sends, and nothing else known."""
    address = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1]
    body = letter["List-Unsubscribe-Post"].encode()
    with urllib.request.urlopen(address, data=body, timeout=30) as answer:  # noqa: S310  # ours
        return answer.status, answer.url == address


@pytest.mark.parametrize("scripts", [True, False])
def test_the_life_of_a_subscription(reader, post, scripts):
    address = f"ada{int(scripts)}@example.org"
    box = Mailbox(post, address)
    page = reader.open("/", java_script_enabled=scripts, timezone_id="Asia/Tokyo")
    main = page.locator("main")

    page.get_by_label("Mail address").fill(address)
    page.locator("#mail summary").click()
    page.locator("#mail").get_by_label("Not before").select_option("8")
    page.get_by_role("button", name="Subscribe").click()
    assert address in main.inner_text()

    page.goto(link(box.next(), "subscribe/confirm"))
    zone = "Asia/Tokyo" if scripts else "UTC"
    assert f"at 8:00, {zone}" in main.inner_text()
    page.get_by_role("button", name="Yes, send it").click()
    assert "The mail begins" in main.inner_text()

    edition = box.next()
    assert "Alaya-EVOKE" in edition.get_body(("plain",)).get_content()

    page.goto(link(edition, "mail"))
    page.locator(".terms").first.get_by_label("Not before").select_option("18")
    page.get_by_role("button", name="Save").click()
    assert "Changed." in main.inner_text()
    assert ", 18:00" in page.locator(".part h2").first.inner_text()
    assert edition["Subject"] in page.locator("#log").inner_text()

    assert one_click(edition) == (200, True)
    page.reload()
    assert "What you left" in main.inner_text()

    page.goto(link(edition, "unsubscribe"))
    page.get_by_label("Mail address").fill(address)
    page.get_by_role("button", name="Ask for it again").click()
    page.goto(link(box.next(), "subscribe/confirm"))
    page.get_by_label("Send me the newest edition now").uncheck()
    page.get_by_role("button", name="Yes, send it").click()
    assert f"at 18:00, {zone}" in main.inner_text()
    page.goto(link(edition, "mail"))
    assert "What you left" not in main.inner_text()


def test_what_is_typed_wrong_is_said_by_the_field_and_kept(reader):
    page = reader.open("/subscribe", expect=200)
    page.get_by_label("Mail address").fill("ada")
    page.get_by_label("At most").select_option("20")
    reader.wrong.clear()
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("alert").wait_for()

    field = page.get_by_label("Mail address")
    assert field.input_value() == "ada"
    assert field.get_attribute("aria-invalid") == "true"
    assert "name@example.org" in page.locator("#address-wrong").inner_text()
    assert page.get_by_label("At most").input_value() == "20"
    reader.wrong = [said for said in reader.wrong if "status of 400" not in said]


def test_the_sample_is_a_document_that_loads_nothing(reader):
    page = reader.open("/subscribe/sample?edition=/search?q=world+models")
    assert "world models" in page.locator(".letter").inner_text()
    page.get_by_role("link", name="The same with type and colour").click()

    assert page.locator("a").count() > 3
    assert not page.locator("script, img, link, iframe").count()


@pytest.fixture(scope="module")
def own(house, post):
    """The paths of one reader's own pages, and of a link that waits to be used."""
    box = Mailbox(post, ADA)
    asking = f"{house.address}/subscribe"
    send(asking, address=ADA)
    confirm = link(box.next(), "subscribe/confirm")
    send(confirm, newest_now="1")
    edition = box.next()
    send(asking, address=ADA, edition="/search?q=agents", often="at_once")
    waiting = link(box.next(), "subscribe/confirm")
    preferences = link(edition, "mail")
    send(preferences, do="add", edition="/latest?field=materials")
    send(f"{preferences}/webhooks", do="add", url="https://hooks.example.org/", edition="/latest")
    send(preferences, do="address", address="ada@new.example")
    agree = link(Mailbox(post, "ada@new.example").next(), "mail/agree")
    found = {
        "waiting": waiting,
        "confirmed": confirm,
        "leave": link(edition, "unsubscribe"),
        "preferences": preferences,
        "delete": f"{preferences}/delete",
        "webhooks": f"{preferences}/webhooks",
        "agree": agree,
    }
    return {name: address.removeprefix(house.address) for name, address in found.items()}


def send(to, **fields):
    """Send a form there."""
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(to, data=body, timeout=30) as answer:  # noqa: S310  # ours
        assert answer.status == 200


OWN = {
    "waiting": "Shall the mail begin?",
    "confirmed": "The mail begins",
    "leave": "No more of this mail?",
    "preferences": "Your mail",
    "delete": "Delete everything of you here?",
    "webhooks": "Your webhooks",
    "agree": "Shall the mail move?",
}


@pytest.mark.parametrize("name", OWN)
def test_axe_finds_nothing_on_a_readers_own_pages_and_they_fit(reader, axe, own, name):
    page = reader.open(own[name], reduced_motion="reduce")
    assert page.locator("h1").inner_text() == OWN[name]
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert page.evaluate(RUN, RULES) == [], f"at {width} px, {theme}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide at {width}"
