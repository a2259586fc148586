"""The OAI-PMH service: arguments, dates, sets, pages and tokens."""

import re
from urllib.parse import unquote

import pytest
from tests.unit.upstream.asking import get, harvest, line

LIST = {"verb": "ListRecords", "metadataPrefix": "arXiv"}


@pytest.mark.parametrize(
    ("query", "code", "reason"),
    [
        ("", "badVerb", "Invalid verb provided"),
        ("verb=Eat", "badVerb", "Invalid verb provided"),
        ("verb=Identify&set=cs", "badArgument", "No other parameters allowed for Identify"),
        ("verb=ListRecords", "badArgument", "metadataPrefix required."),
        ("verb=ListRecords&metadataPrefix=arXiv&x=1", "badArgument", "Unallowed parameter."),
        ("verb=ListRecords&metadataPrefix=arXiv&metadataPrefix=arXiv", "badArgument", "Duplicate"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat", "Did not recognize"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-04-01T00:00:00Z", "badArgument", "from"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-02-30", "badArgument", "YYYY-MM-DD"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2004-01-01", "badArgument", "too early"),
        ("verb=ListRecords&metadataPrefix=arXiv&until=2026-04-09", "badArgument", "too late"),
        ("verb=ListRecords&metadataPrefix=arXiv&from=2026-04-02", "badArgument", "greater than"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:XX", "badArgument", "Set does not"),
        ("verb=ListRecords&metadataPrefix=arXiv&set=math:math:KT", "noRecordsMatch", ""),
        ("verb=ListRecords&resumptionToken=abc", "badResumptionToken", "format is invalid"),
        ("verb=ListRecords&resumptionToken=a&set=cs", "badArgument", "No other paramters"),
        ("verb=GetRecord&identifier=x&metadataPrefix=arXiv", "idDoesNotExist", "start with"),
        ("verb=GetRecord&identifier=oai:arXiv.org:x&metadataPrefix=arXiv", "idDoesNotExist", "_id"),
    ],
)
def test_what_is_wrong_is_said_with_status_200(upstream, query, code, reason):
    got = get(f"{upstream().oai_url}?{query}")

    assert (got.status, got.error) == (200, code)
    assert reason in got.text


@pytest.mark.parametrize("size", [1, 7, 10, 59, 60, 100])
def test_pages_of_any_size_give_every_paper_once_in_the_order_of_their_stamps(upstream, size):
    up = upstream(records_per_page=size)
    papers = up.truth().papers

    ids, pages = harvest(up.oai_url, **LIST)

    assert ids == sorted(papers, key=lambda one: (papers[one].modified, one))
    assert len(pages) == -(-len(papers) // size)
    assert ("<resumptionToken/>" in pages[-1].text) == (len(pages) > 1)


def test_a_token_is_a_quoted_query_with_a_skip_and_neither_cursor_nor_size(upstream):
    page = get(upstream(records_per_page=50).oai_url, query=LIST)

    assert re.fullmatch(
        r"verb=ListRecords&metadataPrefix=arXiv&from=\d{4}-\d\d-\d\d&skip=\d+", unquote(page.token)
    )
    assert "expirationDate='2026-04-02T00:00:00Z'" in page.text
    assert "cursor" not in page.text
    assert "completeListSize" not in page.text


def test_more_papers_of_one_day_than_a_page_holds_are_passed_over_by_number(upstream):
    up = upstream([line(n, "2026-04-01") for n in range(1, 31)], records_per_page=10)

    ids, pages = harvest(up.oai_url, **LIST)

    assert len(set(ids)) == len(ids) == 30
    assert unquote(pages[1].token).endswith("skip=20")


def test_only_what_changed_between_two_days_is_listed(upstream):
    up = upstream(120)
    up.advance(days=3)
    papers = up.truth().papers
    wanted = {one for one, paper in papers.items() if str(paper.datestamp) >= "2026-04-02"}

    since, _ = harvest(up.oai_url, **LIST, **{"from": "2026-04-02"})
    until, _ = harvest(up.oai_url, **LIST, until="2026-04-01")

    assert set(since) == wanted
    assert wanted
    assert set(until) == papers.keys() - wanted


@pytest.mark.parametrize(
    ("spec", "category"),
    [("cs:cs:CL", r"cs\.CL"), ("cs:cs", r"cs\."), ("physics", "(hep|cond|math-ph)")],
)
def test_a_set_holds_the_papers_of_its_categories_and_its_tokens_stay_in_it(
    upstream, spec, category
):
    up = upstream(records_per_page=4)
    papers = up.truth().papers.values()
    wanted = {one.id for one in papers if any(re.match(category, c) for c in one.categories)}

    ids, _ = harvest(up.oai_url, **LIST, set=spec)

    assert set(ids) == wanted
    assert len(ids) == len(wanted)


def test_headers_come_in_pages_of_their_own_size_and_by_post_as_well(upstream):
    up = upstream(headers_per_page=50, records_per_page=10)

    ids, pages = harvest(up.oai_url, verb="ListIdentifiers", metadataPrefix="arXiv")
    posted = get(up.oai_url, form={"verb": "ListIdentifiers", "metadataPrefix": "arXiv"})

    assert set(ids) == up.truth().papers.keys()
    assert [len(page.ids) for page in pages][:1] == [50]
    assert posted.ids == pages[0].ids


def test_a_paper_that_changes_while_it_is_harvested_is_listed_again_at_the_end(upstream):
    up = upstream(records_per_page=20)
    first = get(up.oai_url, query=LIST)
    up.change(first.ids[0], doi="10.5555/late")

    token = {"verb": "ListRecords", "resumptionToken": first.token}
    rest, _ = harvest(up.oai_url, **token)

    assert rest[-1] == first.ids[0]


def test_a_deleted_paper_keeps_its_header_and_loses_its_record(upstream):
    up = upstream(5)
    gone = next(iter(up.truth().papers))
    up.change(gone, deleted=True)

    query = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{gone}", "metadataPrefix": "arXiv"}
    record = get(up.oai_url, query=query)

    assert '<header status="deleted">' in record.text
    assert "<metadata>" not in record.text
