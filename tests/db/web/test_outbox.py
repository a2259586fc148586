"""The folder of letters, shown where nobody else can look."""

from email.message import EmailMessage

import pytest
from tests.db.web.test_pages import text_of

from broadsheet.cli.place import place

HERE = {"Host": "127.0.0.1:8000"}


@pytest.fixture
def folder(mail_on, tmp_path):
    mail_on.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    mail_on.PUBLIC_URL, mail_on.ONLY_HERE = "http://127.0.0.1:8000", True
    mail_on.MAIL_FOLDER = tmp_path
    return tmp_path


def put(folder, name, *, subject="Tomorrow’s edition", html=""):
    letter = EmailMessage()
    letter["Subject"], letter["To"] = subject, "ada@example.org"
    letter.set_content("Dear reader, see http://127.0.0.1:8000/papers/1 <b>&</b>")
    if html:
        letter.add_alternative(html, subtype="html")
    (folder / f"{name}.eml").write_bytes(letter.as_bytes())


def test_letters_are_listed_and_shown_whole(client, folder):
    put(folder, "20260814T070000Z-one", html="<p style='color:red'>Dear reader</p>")

    listed = client.get("/outbox", headers=HERE)
    assert "Tomorrow’s edition ada@example.org" in text_of(listed)
    path = "/outbox/20260814T070000Z-one"
    assert f'href="{path}"' in listed.content.decode()

    shown = client.get(path, headers=HERE).content.decode()
    assert 'href="http://127.0.0.1:8000/papers/1"' in shown
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in shown
    html = client.get(f"{path}/html", headers=HERE)
    assert html.content.decode().strip() == "<p style='color:red'>Dear reader</p>"
    assert html["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-")
    raw = client.get(f"{path}/eml", headers=HERE)
    assert raw.content == (folder / "20260814T070000Z-one.eml").read_bytes()
    assert raw["Content-Type"] == "message/rfc822"


def test_the_newest_letter_comes_first_and_the_list_has_an_end(client, folder):
    for number in range(203):
        put(folder, f"20260814T070000Z-{number:03}", subject=f"Letter {number:03}")
    text = text_of(client.get("/outbox", headers=HERE))

    assert "200 of 203 letters" in text
    assert text.index("Letter 202") < text.index("Letter 201")
    assert "Letter 002" not in text


def test_a_letter_without_html_has_none_to_show(client, folder):
    put(folder, "one")

    assert "As mail programs show it" not in text_of(client.get("/outbox/one", headers=HERE))
    assert client.get("/outbox/one/html", headers=HERE).status_code == 404


@pytest.mark.parametrize("name", ["none", "..%2Fsecret", "%2e%2e", "one.eml", "a%00b", "~"])
@pytest.mark.parametrize("part", ["", "/html", "/eml"])
def test_nothing_but_a_letter_of_the_folder_is_shown(client, folder, name, part):
    put(folder, "one")
    (folder.parent / "secret.eml").write_text("Subject: a secret\n\n")

    assert client.get(f"/outbox/{name}{part}", headers=HERE).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"MAIL": "smtp://127.0.0.1:25"},
        {"MAIL": ""},
        {"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "papers.example.org"]},
        {"ALLOWED_HOSTS": ["*"]},
        {"ONLY_HERE": False},
        {"PUBLIC_URL": ""},
        {"PUBLIC_URL": "https://papers.example.org"},
    ],
)
def test_a_site_that_others_reach_or_that_sends_its_mail_has_no_outbox(
    client, folder, mail_on, change
):
    put(folder, "one", html="<p>Dear reader</p>")
    for name, value in change.items():
        setattr(mail_on, name, value)

    for path in ("/outbox", "/outbox/one", "/outbox/one/html", "/outbox/one/eml"):
        assert client.get(path, headers=HERE).status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("localhost", 200), ("0.0.0.0", 404)],  # noqa: S104  # asked for
)
def test_only_a_server_that_listens_to_this_machine_alone_shows_letters(
    client, folder, host, status
):
    put(folder, "one")
    place(host, 0).claim()
    shown = client.get("/outbox", REMOTE_ADDR="203.0.113.9", headers={"Host": "localhost"})

    assert shown.status_code == status
