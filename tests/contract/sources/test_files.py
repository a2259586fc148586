"""Reference files, feeds and archives' own files against the promises of every file source."""

import functools

import pytest

from broadsheet.sources.contract import Record
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.testing import SourceContract

BIBTEX = r"""
% Encoding: UTF-8
@string{pond = "Annals of Ponds"}
@article{comb2020,
  author  = {Comb, Ada and van der H{\"o}ney, B. and {The Pond Lab}},
  title   = {How {B}ees Count to $2^2$},
  journal = pond, volume = 12, number = {3}, pages = {4--5}, year = 2020, month = mar,
  doi     = {10.1000/PONDS.12},
  keywords = {bees, counting},
}
@inproceedings{moss, title = {Why Moss Waits}, author = {Moss, C.}, crossref = {proc}}
@proceedings{proc, title = {Proceedings of Moss}, year = {2019}}
"""

RIS = """TY  - JOUR
AU  - Comb, Ada
TI  - How Bees Count
JO  - Annals of Ponds
PY  - 2020/03/17/
DO  - 10.1000/ponds.12
ER  -
"""

MEDLINE = """PMID- 1234567
TI  - How Bees Count.
FAU - Comb, Ada
JT  - Annals of Ponds
DP  - 2020 Mar 17
LID - 10.1000/ponds.12 [doi]

PMID- 1234568
TI  - Why Moss
      Waits.
FAU - Moss, C.
DP  - 2021
"""

ENDNOTE = """<?xml version="1.0"?><xml><records><record>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Comb, Ada</style></author></authors>
</contributors><titles><title><style>How Bees Count</style></title>
<secondary-title>Annals of Ponds</secondary-title></titles><dates><year>2020</year></dates>
</record></records></xml>"""

CSL = """[{"id": "comb2020", "type": "article-journal", "title": "How <i>Bees</i> Count",
"author": [{"family": "Comb", "given": "Ada"}, {"literal": "The Pond Lab"}],
"container-title": "Annals of Ponds",
"issued": {"date-parts": [["2020", 3]]}}]"""

ACL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2020.ponds"><volume id="1" type="proceedings"><meta>
<booktitle>Proceedings of the <fixed-case>P</fixed-case>onds</booktitle>
<month>March</month><year>2020</year></meta><frontmatter><bibkey>ponds</bibkey></frontmatter>
<paper id="7"><title>How <fixed-case>B</fixed-case>ees Count to <tex-math>2^2</tex-math></title>
<author><first>Ada</first><last>Comb</last></author><pages>4-5</pages>
<url hash="0">2020.ponds-1.7</url></paper></volume></collection>"""

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel>
<title>Annals of Ponds</title><link>https://ponds.example/</link>
<item><title>How Bees Count</title><link>https://ponds.example/12</link>
<description>&lt;p&gt;Bees count to four.&lt;/p&gt;</description><dc:creator>Comb, Ada</dc:creator>
<prism:doi>10.1000/ponds.12</prism:doi><pubDate>Tue, 17 Mar 2020 23:30:00 -0500</pubDate></item>
<item><description>A post without a title.</description><guid>7</guid></item>
</channel></rss>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Ponds",
"home_page_url": "https://ponds.example/", "items": [{"id": 7, "url": "https://ponds.example/7",
"title": "Why Moss Waits", "content_text": "It waits.", "date_published": "2020-03-17T10:00:00Z"}]}
"""

SNAPSHOT = r"""{"id":"2003.00010","submitter":"Ada Comb","authors":"A. Comb, B. H\\\"oney",
"title":"How Bees\n  Count","categories":"q-bio.PE cs.AI","abstract":"  They count.\n",
"versions":[{"version":"v1","created":"Tue, 17 Mar 2020 10:00:00 GMT"}],"update_date":"2020-03-18",
"authors_parsed":[["Comb","A.",""],["Höney","B.","Jr."]]}""".replace("\n", "")

SMALL = {
    "bibtex": [("ponds.bib", BIBTEX)],
    "ris": [("a.ris", RIS), ("b.nbib", MEDLINE), ("c.xml", ENDNOTE)],
    "csl_json": [("ponds.json", CSL)],
    "acl_xml": [("2020.ponds.xml", ACL)],
    "feed": [("ponds.rss", RSS), ("ponds.json", JSON_FEED)],
    "arxiv_snapshot": [("snapshot.json", SNAPSHOT + "\n")],
}
FOLDERS = {
    "bibtex": "bibtex", "ris": "ris", "csl_json": "csl_json", "acl_xml": "acl", "feed": "feeds",
}  # fmt: skip
COMPANIONS = (".md", ".tsv", ".yaml")


class Files(SourceContract):
    """The promises, on small files of our own and on real ones that hold no fault."""

    name = ""

    @pytest.fixture
    def source(self):
        return SOURCES[self.name]

    @pytest.fixture(params=["small", "real"])
    def files(self, request, tmp_path, source):
        if request.param == "real":
            return self.real(request.getfixturevalue("shared"), source)
        for name, content in SMALL[self.name]:
            (tmp_path / name).write_text(content, encoding="utf-8")
        return [tmp_path / name for name, _ in SMALL[self.name]]

    def real(self, shared, source):
        return faultless(source.name, shared / "formats" / FOLDERS[self.name])


@functools.cache
def faultless(name, folder):
    """The real files, none of them large, of which all references have a title."""
    paths = [p for p in folder.iterdir() if p.is_file() and p.suffix not in COMPANIONS]
    small = [p for p in sorted(paths) if p.stat().st_size < 40_000]
    found = {p: list(SOURCES[name].read(p)) for p in small}
    return [p for p, all_ in found.items() if all_ and all(isinstance(i, Record) for i in all_)]


class TestBibTeX(Files):
    name = "bibtex"


class TestRIS(Files):
    name = "ris"


class TestCSLJSON(Files):
    name = "csl_json"


class TestACLXML(Files):
    name = "acl_xml"


class TestFeed(Files):
    name = "feed"


class TestArxivSnapshot(Files):
    name = "arxiv_snapshot"

    @pytest.fixture(params=["small"])
    def files(self, request, tmp_path):
        (tmp_path / "snapshot.json").write_text(SNAPSHOT + "\n", encoding="utf-8")
        return [tmp_path / "snapshot.json"]
