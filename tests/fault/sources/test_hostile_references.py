"""Reference files and feeds that are cut, huge or hostile: told, bounded, never an exception."""

import time
import tracemalloc

import pytest

from broadsheet.sources import streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.registry import SOURCES

MIB = 2**20
MANY = 100_000
RSS = "<rss version='2.0'><channel><title>x</title>"
CSL = '[{"type":"book","title":"x","abstract":"'

HOSTILE = {
    "bibtex": [
        "@article{a, title={" + "{" * MANY,
        "@article{" * (MANY // 9),
        "@article{a, t=" + '"' * MANY,
        "@article{" + " " * MANY,
        "@article{a,title={x},author={" + " and " * (MANY // 5) + "}}",
        "@article{a,title={x},url={" + "http://" * (MANY // 7) + "}}",
        "@article{a,title={x},abstract={" + '\\"{' * (MANY // 3) + "}}",
        "@a{}" * (MANY // 40),
        "@a{b,\n" * (MANY // 60),
        "".join(f"@misc{{k{n},title={{T}},crossref={{k{n + 1}}}}}\n" for n in range(1_000)),
        "@misc{a,title={x\0y \u202e}}",
    ],
    "ris": [
        "TY  - JOUR\n" * (MANY // 11),
        "TY  - JOUR\nTI  - x\nAB  - a\n" + "b\n" * (MANY // 2),
        "TY  - JOUR\nTI  - x\nUR  - " + "http://a;" * (MANY // 9),
        "%0 x\n" * (MANY // 5),
        "PMID- 1\n" * (MANY // 8),
        "<xml><records><record>" + "<a>" * MANY,
        "<!DOCTYPE x [<!ENTITY a 'b'>]><xml><records><record>&a;</record></records></xml>",
    ],
    "csl_json": [
        "[" * MANY,
        '{"type":' * (MANY // 8),
        CSL + "<" * 90_000 + '"}]',
        CSL + "<script>" * 10_000 + '"}]',
        CSL + "<sub>" * 10_000 + '"}]',
        '[{"type":"book","title":"x","author":' + "[" * 500 + "]" * 500 + "}]",
        '[{"type":"book","title":"x","issued":{"date-parts":[[1e999]]}}]',
    ],
    "acl_xml": [
        '<collection id="2022.acl"><volume id="1">' + "<a>" * MANY,
        (
            '<!DOCTYPE c [<!ENTITY a "aa">]><collection id="2022.acl"><volume id="1"><paper id="1">'
            "<title>&a;</title></paper></volume></collection>"
        ),
    ],
    "feed": [
        RSS + "<" * MANY,
        RSS + "<item><title>" + "&" * MANY,
        RSS + "<a>" * MANY,
        RSS + "<![CDATA[" * (MANY // 9),
        RSS + "<!--" * (MANY // 4),
        "<!DOCTYPE a [" * (MANY // 13) + RSS,
        RSS + "<item " + 'a="b" ' * (MANY // 6),
        "<?xml " * (MANY // 6) + RSS,
        RSS + "<item><title>x</title>" * 200,
        '{"version":"https://jsonfeed.org/version/1","items":' + "[" * MANY,
        RSS + "<item><title>x</title><pubDate>" + "1:" * MANY + "</pubDate></item></channel></rss>",
    ],
    "arxiv_snapshot": [
        '{"id":"2401.00010","authors_parsed":' + "[" * MANY,
        '{"id":"2401.00010","title":"x","authors_parsed":[[["a"]],[1,2,3],[null]]}',
        '{"id":"2401.00010","title":"x \\ud800","versions":[{"version":"v1","created":"1"}]}',
        "{" * MANY,
    ],
}
CASES = [(name, content) for name, contents in HOSTILE.items() for content in contents]


@pytest.mark.parametrize(("name", "content"), CASES)
def test_what_is_hostile_is_read_in_bounded_time_and_never_raises(tmp_path, name, content):
    path = tmp_path / "x"
    path.write_bytes(content.encode())
    source = SOURCES[name]
    started = time.process_time()
    source.recognises(Sample(path=path, head=streams.head(path)))
    items = list(source.read(path))
    spent = time.process_time() - started
    assert items
    for item in items:
        if isinstance(item, Record):
            assert source.reread(item.raw, item.seen_at) == item
        else:
            assert item.reason
            assert not item.reason.endswith(".")
    # A tenth of a megabyte takes about half a second; what is quadratic takes minutes.
    assert spent < 20


GROWING = {
    "bibtex": "@misc{{k{n}, title = {{Paper {n}}}, abstract = {{{text}}}}}\n",
    "ris": "TY  - JOUR\nTI  - Paper {n}\nAB  - {text}\nER  -\n",
    "arxiv_snapshot": '{{"id":"2401.{n:05}","title":"Paper {n}","abstract":"{text}",'
    '"update_date":"2024-01-01"}}\n',
}


@pytest.mark.parametrize("name", GROWING)
def test_memory_does_not_grow_with_the_file(tmp_path, name):
    peaks = []
    for count in (500, 5_000):
        entries = (GROWING[name].format(n=n + 1, text="moss " * 60) for n in range(count))
        (tmp_path / "x").write_text("".join(entries), encoding="utf-8")
        tracemalloc.start()
        assert sum(isinstance(item, Record) for item in SOURCES[name].read(tmp_path / "x")) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1 * MIB


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("bibtex", "@misc{a, title={One}}\n", "\n@misc{b, title={Two}}\n"),
        ("ris", "TY  - JOUR\nTI  - One\nER  -\n", "\nTY  - JOUR\nTI  - Two\nER  -\n"),
        ("arxiv_snapshot", '{"id":"2401.00010","title":"One","versions":[]}\n',
         '\n{"id":"2401.00011","title":"Two"}\n'),
    ],
)  # fmt: skip
def test_one_line_of_40_mb_costs_little_memory_and_no_other_record(tmp_path, name, before, after):
    with (tmp_path / "x").open("wb") as file:
        file.write(before.encode())
        for _ in range(40):
            file.write(b"x" * MIB)
        file.write(after.encode())
    tracemalloc.start()
    items = list(SOURCES[name].read(tmp_path / "x"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.title for item in items if isinstance(item, Record)] == ["One", "Two"]
    assert peak < 24 * MIB


@pytest.mark.parametrize("name", ["csl_json", "feed"])
def test_what_is_read_whole_has_a_largest_size(tmp_path, monkeypatch, name):
    monkeypatch.setattr(streams, "LARGEST_FILE", 1_000)
    path = tmp_path / "x"
    path.write_bytes(b'[{"type": "book"}]' * 100)
    [trouble] = SOURCES[name].read(path)
    assert isinstance(trouble, Trouble)
    assert "larger than" in trouble.reason
