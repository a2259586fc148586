"""What people paste into a running site, up to what no server takes."""

import shutil
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from tests.servers import Server, until

LONG = " ".join(f"word{n % 900} learning" for n in range(1_300))[:20_000]
HOSTILE = {
    "ten thousand words": " ".join(f"w{n}" for n in range(4_000))[:20_000],
    "deep parentheses": "(" * 9_000 + "x" + ")" * 9_000,
    "controls": "".join(map(chr, range(1, 32))) * 600,
    "right to left": "\u202eשלום " * 1_000,
    "emoji": "👩‍🚀 " * 1_000,
    "entries": "@a{b={" * 3_000,
}


@pytest.fixture(scope="module")
def server(starter_data, tmp_path_factory):
    data = Path(shutil.copytree(starter_data, tmp_path_factory.mktemp("site") / "data"))
    with Server(data) as server:
        until(lambda: server.finds("learning"), within_s=10)
        yield server


def address(path, text):
    return f"{path}?{urllib.parse.urlencode({'q': text})}"


@pytest.mark.parametrize("text", [LONG, *HOSTILE.values()], ids=["long", *HOSTILE])
@pytest.mark.parametrize("path", ["/search", "/search.json"])
def test_twenty_thousand_characters_are_answered_at_an_address(server, path, text):
    status, body = server.get(address(path, text))

    assert status == 200
    assert len(body) < 2_000_000


@pytest.mark.parametrize(("length", "expected"), [(20_001, 400), (60_000, 400), (70_000, 414)])
def test_more_is_refused(server, length, expected):
    assert server.get(address("/search.json", "x" * length))[0] == expected
    assert server.get("/search.json?q=learning")[0] == 200


@pytest.mark.parametrize("script", ["words ", "語言", "👩‍🚀"])
def test_what_no_address_holds_can_be_sent(server, script):
    text = (script * 20_000)[:20_000]
    form = f'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n{text}\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    asked = urllib.request.Request(f"{server.address}/search/paste", form.encode(), headers)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  # ours
        assert answer.status == 200
        assert urllib.parse.urlsplit(answer.url).path == "/search"
        assert len(answer.url) < 40_000
        assert "Set-Cookie" not in answer.headers
