"""One paper of arXiv told by all its services and by lines: one paper, in whatever order."""

import itertools

import orjson
import pytest
from tests.unit.sources.arxiv_answers import entry, item, raw_record, record

from broadsheet.papers import actions, queries
from broadsheet.papers.models import Announcement, Paper, Version
from broadsheet.sources.arxiv_api.parse import parse as api
from broadsheet.sources.arxiv_feed.parse import parse as feed
from broadsheet.sources.arxiv_oai.parse import parse as oai
from broadsheet.sources.jsonl.parse import parse as line

pytestmark = pytest.mark.django_db

LINE = {
    "source": "arxiv",
    "id": "2604.00010",
    "title": "How Bees Count",
    "abstract": "Bees count.",
    "authors": ["Ada Comb"],
    "published": "2026-04-01",
    "categories": ["q-bio.NC", "cs.AI"],
}
WORDS = (
    lambda: line(orjson.dumps(LINE)),
    lambda: feed(item().encode()),
    lambda: api(entry().encode()),
    lambda: oai(record(title="How Bees Count, Again", comments="4 pages").encode()),
    lambda: oai(raw_record(versions=[("Wed, 01 Apr 2026 22:30:00 GMT", "D")]).encode()),
)
COLUMNS = ("key", "title", "abstract", "authors", "published", "updated", "comment", "categories")


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::17])
def test_all_words_on_a_paper_make_one_and_the_metadata_speaks_first(order):
    for place in order:
        actions.ingest([WORDS[place]()])

    (paper,) = Paper.objects.values(*COLUMNS)
    assert paper == {
        "key": "2604.00010",
        "title": "How Bees Count, Again",
        "abstract": "Bees & wasps count $\\le 4$.",
        "authors": "Ada M. Comb Jr\nThe Pond Group",
        "published": "2026-04-01",
        "updated": "",
        "comment": "4 pages",
        "categories": "q-bio.NC\ncs.AI",
    }
    assert [(a.feed, a.kind) for a in Announcement.objects.all()] == [("arxiv", "new")]
    assert Version.objects.count() == 1


def test_hearing_it_all_again_changes_nothing():
    for word in WORDS:
        actions.ingest([word()])
    changes = queries.last_change()

    report = actions.ingest([word() for word in reversed(WORDS)])

    assert (report.unchanged, report.updated, report.new) == (5, 0, 0)
    assert queries.last_change() == changes


def test_a_doi_that_appears_later_joins_the_paper_to_its_journal_version(said):
    actions.ingest([said(source="conferences", id="bees2026/1", doi="10.1000/bees", title="Bees")])
    actions.ingest([oai(record().encode())])
    assert Paper.objects.filter(merged_into=None).count() == 2

    actions.ingest([oai(record(datestamp="2026-05-01", doi="10.1000/bees").encode())])

    assert Paper.objects.filter(merged_into=None).count() == 1


def test_a_withdrawal_is_the_newest_word_of_its_source():
    actions.ingest([oai(record().encode())])
    gone = record(datestamp="2026-05-01", comments="This paper has been withdrawn by the authors")

    actions.ingest([oai(gone.encode())])

    assert Paper.objects.get().withdrawn
    actions.ingest([oai(record(datestamp="2026-06-01").encode())])
    assert not Paper.objects.get().withdrawn
