"""Stars of linked repositories: names, what is asked, what moved, what is gone."""

import json
from datetime import UTC, datetime

import orjson
import pytest

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotAsked, NotThere, Unreadable
from broadsheet.kernel.identifiers import Identifier
from broadsheet.net.contract import Response
from broadsheet.sources.contract import Measured, Record, Trouble
from broadsheet.sources.github.client import BASE, GitHub
from broadsheet.sources.github.names import Linked, linked, repository
from broadsheet.sources.github.parse import kept
from broadsheet.sources.live import Upstream, Wanted
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.values import Broken

NOW = datetime(2026, 8, 14, 9, 40, tzinfo=UTC)
POND = "comb/pond arxiv:2608.00001 How Bees Count"
SAME = "Comb/Pond arxiv:2608.00002 How Bees Count Again"
MOSS = "moss/waits.js doi:10.1000/moss On Moss, and Why It Waits"


@pytest.fixture(autouse=True)
def at_twenty_to_ten():
    with clock.at(NOW):
        yield


class Repositories:
    """A Client that has some repositories; a value that is an error is raised."""

    def __init__(self, **answers):
        self.answers = {name.replace("__", "/"): answer for name, answer in answers.items()}
        self.asked = []

    def get(self, url, params=None, *, headers=None, known=None, most_bytes=0):
        name = url.removeprefix(f"{BASE}/repos/").lower()
        self.asked.append((name, dict(headers or {})))
        answer = self.answers.get(name, NotThere(host="api.github.com", what=name))
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
        return Response(url=url, status=200, headers={}, body=body, asked_at=NOW)


def told(name, stars, **more):
    return {"id": 1, "full_name": name, "stargazers_count": stars} | more


def ask(client, *names, resume="", key=""):
    upstream = Upstream(client=client, base_url=f"{BASE}/", key=key)
    return GitHub().ask(upstream, Wanted(names=names), resume)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/comb/pond", "comb/pond"),
        ("http://www.github.com/comb/pond/", "comb/pond"),
        ("https://GitHub.com/Comb/pond.git", "Comb/pond"),
        ("https://github.com/comb/pond.js/tree/main/x", "comb/pond.js"),
        ("https://github.com/comb/pond?tab=readme#use", "comb/pond"),
        ("https://github.com/comb", ""),
        ("https://github.com/comb/", ""),
        ("https://github.com/topics/bees", ""),
        ("https://github.com/orgs/comb/x", ""),
        ("https://github.com/comb/..", ""),
        ("https://gitlab.com/comb/pond", ""),
        ("https://evil.example/github.com/comb/pond", ""),
        ("https://github.com.evil.example/comb/pond", ""),
        ("", ""),
    ],
)
def test_the_repository_of_an_address(address, name):
    assert repository(address) == name


def test_a_name_is_read_back_as_it_was_written():
    one = Linked(repository="comb/pond", paper=Identifier("arxiv", "2608.00001"), title="A b > c")
    moved = Linked(repository="a/b", paper=Identifier("doi", "10.1000/x"), title="T", moved="c/d")

    assert (linked(str(one)), linked(str(moved))) == (one, moved)
    assert (one.asked, moved.asked) == ("comb/pond", "c/d")


@pytest.mark.parametrize(
    "name", ["", "comb/pond", "comb/pond arxiv:2608.00001", "comb arxiv:2608.00001 x",
             "comb/pond 2608.00001 x", "comb/pond arxiv:0 x", "../../x arxiv:2608.00001 x"],
)  # fmt: skip
def test_what_is_no_such_name_is_told(name):
    with pytest.raises(Broken, match="no repository with a paper"):
        linked(name)
    [trouble] = ask(Repositories(), name, POND).items
    assert isinstance(trouble, Trouble)
    assert ask(Repositories(comb__pond=told("comb/pond", 1)), name, POND).resume == "1"


def test_stars_become_a_measurement_of_the_paper_and_nothing_else():
    client = Repositories(comb__pond=told("comb/pond", 42, description="x", archived=False))

    portion = ask(client, POND)

    [record] = portion.items
    assert record == Record(
        source="github",
        origin="github",
        source_id="comb/pond arxiv:2608.00001",
        seen_at=NOW,
        raw=record.raw,
        title="How Bees Count",
        identifiers=(Identifier("arxiv", "2608.00001"),),
        signals=(Measured(kind="stars", origin="github", total=42, true_at=NOW),),
    )
    assert orjson.loads(record.raw)["repository"] == told("comb/pond", 42, archived=False)
    assert SOURCES["github"].reread(record.raw, NOW) == record
    assert (portion.resume, portion.outcome, portion.listed) == ("", "found", ())


def test_a_repository_is_asked_for_once_for_all_papers_that_link_to_it():
    client = Repositories(comb__pond=told("comb/pond", 42), **{"moss__waits.js": told("m/w", 7)})

    first = ask(client, POND, SAME, MOSS)
    second = ask(client, POND, SAME, MOSS, resume=first.resume)

    assert [r.identifiers[0].value for r in first.items] == ["2608.00001", "2608.00002"]
    assert [r.identifiers[0].value for r in second.items] == ["10.1000/moss"]
    assert (first.resume, second.resume) == ("2", "")
    assert [name for name, _ in client.asked] == ["comb/pond", "moss/waits.js"]


def test_what_moved_is_known_by_its_new_name_and_asked_for_there():
    [record] = ask(Repositories(comb__pond=told("hive/pond", 42)), POND).items
    last = kept(record.raw)

    assert (last.linked.repository, last.now, last.captured) == ("comb/pond", "hive/pond", NOW)
    client = Repositories(hive__pond=told("hive/pond", 43))
    [again] = ask(client, "comb/pond>hive/pond arxiv:2608.00001 How Bees Count").items
    assert [name for name, _ in client.asked] == ["hive/pond"]
    assert again.source_id == record.source_id
    assert again.signals[0].total == 43


def test_what_is_gone_is_noted_and_measures_nothing():
    [record] = ask(Repositories(), POND).items

    assert (record.signals, record.withdrawn) == ((), False)
    assert kept(record.raw).now == ""
    assert SOURCES["github"].reread(record.raw, NOW) == record


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"full_name": "comb/pond"}, "no stars"),
        (told("comb/pond", "many"), "stargazers_count is text"),
        (told("comb/pond", -1), "stargazers_count is -1"),
        ({"message": "Moved"}, "no stars"),
    ],
)
def test_an_answer_without_stars_is_told(answer, reason):
    [trouble] = ask(Repositories(comb__pond=answer), POND).items

    assert reason in trouble.reason
    assert (trouble.path, trouble.source_id) == (f"{BASE}/repos/comb/pond", "comb/pond")


@pytest.mark.parametrize("body", [b"<html>busy", b"[]", b"", b"{"])
def test_an_answer_that_is_none_is_unreadable(body):
    with pytest.raises(Unreadable, match="unreadable"):
        ask(Repositories(comb__pond=body), POND)


def test_what_could_not_be_asked_is_passed_on():
    with pytest.raises(NotAsked) as raised:
        ask(Repositories(comb__pond=NotAsked(host="api.github.com", reason="limit")), POND)
    assert not isinstance(raised.value, NotThere)


@pytest.mark.parametrize(("key", "sent"), [("", None), ("t0ken", "Bearer t0ken")])
def test_a_key_is_sent_where_there_is_one(key, sent):
    client = Repositories(comb__pond=told("comb/pond", 1))
    ask(client, POND, key=key)

    [(_, headers)] = client.asked
    assert headers.get("Authorization") == sent
    assert headers["Accept"] == "application/vnd.github+json"


@pytest.mark.parametrize("resume", ["7", "-1", "x", "²"])
def test_a_place_in_another_list_has_expired(resume):
    with pytest.raises(Expired):
        ask(Repositories(), POND, resume=resume)


def test_without_names_nothing_is_asked():
    client = Repositories()

    assert ask(client).outcome == "nothing-new"
    assert not client.asked


def test_recorded_answers_are_read(shared):
    folder = shared / "formats/github"
    [hello] = json.loads((folder / "octokit_get-repository.json").read_text())
    lines = (folder / "pygithub_Repository.testGetRepositoryWith301Redirect.txt").read_text()
    moved = json.loads(lines.split("\n")[20])
    reduced = [
        json.loads(line)
        for line in (folder / "search_repositories_reduced.jsonl").read_text().splitlines()
    ]
    for answer in (hello["response"], moved, *reduced):
        name = answer["full_name"]
        client = Repositories(**{name.lower().replace("/", "__"): answer})
        [record] = ask(client, f"{name} arxiv:2608.00001 A title").items
        assert record.signals[0].total == answer["stargazers_count"]
        assert kept(record.raw).now == name
    assert len(reduced) == 40
