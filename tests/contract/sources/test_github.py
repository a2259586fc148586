"""Files of stars, against the promises of every source."""

from datetime import UTC, datetime

import pytest

from broadsheet.sources.github.names import linked
from broadsheet.sources.github.parse import line
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.testing import SourceContract

POND = linked("comb/pond arxiv:2608.00001 How Bees Count")
MOSS = linked("moss/waits>hive/waits doi:10.1000/moss On Moss, and Why It Waits")
CAPTURED = datetime(2026, 8, 14, 9, 40, tzinfo=UTC)


class TestGitHub(SourceContract):
    @pytest.fixture
    def source(self):
        return SOURCES["github"]

    @pytest.fixture
    def files(self, tmp_path):
        told = {"id": 7, "full_name": "comb/pond", "stargazers_count": 42, "license": None}
        path = tmp_path / "stars.jsonl"
        path.write_bytes(line(POND, told, CAPTURED) + b"\n" + line(MOSS, None, CAPTURED) + b"\n")
        return [path]
