"""Every source, on real files and on small ones of our own, against the same promises."""

import io
import tarfile

import orjson
import pytest
import zstandard

from broadsheet.sources.registry import SOURCES
from broadsheet.sources.starter import starter_path
from broadsheet.sources.testing import SourceContract

SMALL_PAGE = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Mar 9

How Bees Count

Bees count to four.

  • 1 authors
·
Feb 2 3

A Map of All Ponds

Every pond is on it.

On Moss, and Why It Waits

Moss waits.

pondlab The Pond Lab
·
Dec 30, 2025"""

SMALL_DAY = [
    {
        "paper": {
            "id": "2503.00010",
            "title": "How Bees\nCount",
            "summary": "Bees count\nto four.",
            "authors": [
                {"name": "Ada Comb", "hidden": False},
                {"name": "Not Shown", "hidden": True},
            ],
            "publishedAt": "2025-03-02T18:00:00.000Z",
            "upvotes": 7,
        },
        "publishedAt": "2025-03-03T01:00:00.000Z",
        "title": "How Bees Count",
        "numComments": 2,
    }
]

SMALL_LINES = b"""\
{"source": "arxiv", "id": "math/0306260", "title": "Ponds", "authors": ["A. Comb", ":"]}

{"id": "pond2020/7", "source": "pondconf", "title": "Moss \\ud800 waits", "published": "2020"}
"""


class TestPage(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["page"]

    @pytest.fixture(params=["small", "windows", "real"])
    def files(self, request, tmp_path):
        if request.param == "real":
            return sorted((request.getfixturevalue("shared") / "seeds").iterdir())
        page = SMALL_PAGE.encode()
        if request.param == "windows":
            page = b"\xef\xbb\xbf" + page.replace(b"\n", b"\r\n") + b"\r\n"
        (tmp_path / "page.txt").write_bytes(page)
        return [tmp_path / "page.txt"]


class TestHFDaily(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["hf_daily"]

    @pytest.fixture(params=["plain", "reprs", "wrapped", "packed", "real"])
    def files(self, request, tmp_path):
        if request.param == "real":
            folder = request.getfixturevalue("shared") / "formats/hf_daily"
            return [
                *sorted((folder / "revisions").iterdir()),
                *sorted((folder / "single").iterdir()),
            ]
        path = tmp_path / "2025-03-03__2025-03-03T161500.json"
        if request.param == "plain":
            path.write_bytes(orjson.dumps(SMALL_DAY))
        elif request.param == "reprs":
            path.write_bytes(orjson.dumps([repr(entry) for entry in SMALL_DAY]))
        elif request.param == "wrapped":
            data = [repr(entry) for entry in SMALL_DAY]
            wrapped = {"status": "success", "date": "2025-03-03", "count": 1, "data": data}
            path.write_bytes(orjson.dumps(wrapped))
        else:
            path = tmp_path / "days.tar.zst"
            path.write_bytes(zstandard.compress(packed({"days/2025-03-03.json": SMALL_DAY})))
        return [path]


class TestJSONL(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["jsonl"]

    @pytest.fixture(params=["small", "tricky"])
    def files(self, request, tmp_path):
        if request.param == "tricky":
            return [request.getfixturevalue("shared") / "corpus/tricky.jsonl"]
        (tmp_path / "own.jsonl").write_bytes(SMALL_LINES)
        return [tmp_path / "own.jsonl"]


class TestStarter(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["starter"]

    @pytest.fixture
    def files(self):
        return [starter_path()]


def packed(members):
    """A tar of these JSON files."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            body = orjson.dumps(content)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return file.getvalue()
