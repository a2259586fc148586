"""Reading tasks, and what is said of one that is not what it should be."""

import json

import pytest
import zstandard

from broadsheet.kernel.errors import BadOption, BroadsheetError, NotFound, Unreadable
from broadsheet.search.evaluation.tasks import Query, read_task

PAPERS = [
    {"_id": "p1", "title": "Deep sea fish", "text": "They glow."},
    {"_id": "p2", "title": "", "text": "Of corals."},
]
QUESTIONS = [
    {"_id": "q1", "text": "glowing fish"},
    {"_id": "q2", "text": "Of corals.", "doc_id": "p2", "kind": "example"},
    {"_id": "q3", "text": "nobody judged this"},
]
JUDGED = "query-id\tdoc-id\tscore\nq1\tp1\t2\nq1\tp2\t0\nq2\tp1\t1\n"


def write(path, entries):
    path.write_text("\n".join(e if isinstance(e, str) else json.dumps(e) for e in entries) + "\n")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reef"
    folder.mkdir()
    write(folder / "corpus.jsonl", PAPERS)
    write(folder / "queries.jsonl", QUESTIONS)
    (folder / "qrels.tsv").write_text(JUDGED)
    return folder


def said(folder, corpus=()):
    """What a person is told of a task that cannot be used."""
    with pytest.raises(BroadsheetError) as error:
        list(read_task(folder, corpus).documents())
    return error.value.user_message.replace(f"{folder.parent}/", "")


def test_a_task_is_its_papers_its_questions_and_its_judgements(folder):
    task = read_task(folder)

    papers = [(paper.key, paper.title, paper.abstract) for paper in task.documents()]
    assert papers == [("p1", "Deep sea fish", "They glow."), ("p2", "", "Of corals.")]
    assert task.name == "reef"
    assert task.judged == {"q1": {"p1": 2, "p2": 0}, "q2": {"p1": 1}}


def test_questions_without_a_relevant_paper_are_not_asked(folder):
    (folder / "qrels.tsv").write_text("q1\tp1\t0\nq2\tp1\t1\n")

    (query,) = read_task(folder).queries
    assert query == Query(id="q2", text="Of corals.", example="p2", kind="example")


def test_the_heading_of_the_judgements_may_be_missing(folder):
    (folder / "qrels.tsv").write_text(JUDGED.partition("\n")[2])

    assert len(read_task(folder).queries) == 2


def test_papers_may_be_compressed_in_several_frames(folder):
    frames = [zstandard.compress(json.dumps(paper).encode() + b"\n") for paper in PAPERS]
    (folder / "corpus.jsonl.zst").write_bytes(b"".join(frames))
    (folder / "corpus.jsonl").unlink()

    assert [paper.key for paper in read_task(folder).documents()] == ["p1", "p2"]


def test_a_task_without_papers_takes_them_from_files_in_the_form_of_the_catalogue(folder):
    (folder / "corpus.jsonl").unlink()
    files = [folder.parent / "one.jsonl", folder.parent / "two.jsonl"]
    write(files[0], [{"id": "p1", "title": "Fish", "abstract": "Glow.", "authors": ["Ada Sea"]}])
    write(files[1], [{"id": "p2", "title": "Corals"}])

    first, second = read_task(folder, files).documents()
    assert (first.key, first.abstract, first.authors) == ("p1", "Glow.", ("Ada Sea",))
    assert (second.key, second.abstract) == ("p2", "")


def test_a_task_with_papers_of_its_own_takes_no_others(folder):
    assert read_task(folder, [folder / "queries.jsonl"]).corpus == (folder / "corpus.jsonl",)


ONE_RELEASE = "take the files of one release, and all of them."
MISTAKES = {
    "papers cut short": (
        "corpus.jsonl",
        '{"_id": "p1", "title": "Deep se',
        (
            "reef/corpus.jsonl:1: the line is no JSON (unexpected end of data: line 1 column 32"
            " (char 31)); if it is the last one, fetch the file again."
        ),
    ),
    "no object": (
        "corpus.jsonl",
        '\n["p1"]',
        "reef/corpus.jsonl:2: the line is JSON but no object; mend it or take it out.",
    ),
    "a paper without text": (
        "corpus.jsonl",
        '{"_id": "p1", "title": "Fish"}',
        "reef/corpus.jsonl:1: there is no text; mend the line or take it out.",
    ),
    "an id that is a number": (
        "corpus.jsonl",
        '{"_id": 1, "text": "Fish"}',
        "reef/corpus.jsonl:1: there is no text in _id; mend the line or take it out.",
    ),
    "a paper twice": (
        "corpus.jsonl",
        '{"_id": "p1", "text": ""}\n{"_id": "p1", "text": ""}',
        "reef/corpus.jsonl:2: the paper p1 comes a second time; take one of them out.",
    ),
    "a question without text": (
        "queries.jsonl",
        '{"_id": "q1"}',
        "reef/queries.jsonl:1: there is no text; mend the line or take it out.",
    ),
    "a question twice": (
        "queries.jsonl",
        '{"_id": "q1", "text": ""}\n{"_id": "q1", "text": ""}',
        "reef/queries.jsonl:2: the query q1 comes a second time; take one of them out.",
    ),
    "an example that is not there": (
        "queries.jsonl",
        '{"_id": "q1", "text": "", "doc_id": "p7"}\n{"_id": "q2", "text": ""}',
        (
            "reef/queries.jsonl: 1 of the 1 papers it names are not in reef/corpus.jsonl, p7 among"
            f" them; {ONE_RELEASE}"
        ),
    ),
    "a judgement without tabs": (
        "qrels.tsv",
        "q1\tp1\t1\nq1 p2 1\n",
        "reef/qrels.tsv:2: a line needs query id, paper id and a whole number, with tabs between.",
    ),
    "a judgement on no question": (
        "qrels.tsv",
        "q1\tp1\t1\nq9\tp2\t1\n",
        "reef/qrels.tsv:2: no line of queries.jsonl has the id q9; take both files of one release.",
    ),
    "judgements on no paper": (
        "qrels.tsv",
        "q1\tp1\t1\nq1\tp8\t0\nq1\tp9\t1\n",
        (
            "reef/qrels.tsv: 2 of the 3 papers it names are not in reef/corpus.jsonl, p8 among"
            f" them; {ONE_RELEASE}"
        ),
    ),
    "nothing relevant": (
        "qrels.tsv",
        "q1\tp1\t0\n",
        "reef/qrels.tsv: it calls no paper relevant (above 0).",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(folder, mistake):
    file, content, sentence = MISTAKES[mistake]
    (folder / file).write_text(content)

    assert said(folder) == sentence


@pytest.mark.parametrize("name", ["queries.jsonl", "qrels.tsv"])
def test_a_folder_that_is_no_task_is_told_what_one_is(folder, name):
    (folder / name).unlink()

    assert said(folder) == (
        f"reef: it holds no {name}; a task is a folder with corpus.jsonl.zst, queries.jsonl and"
        " qrels.tsv."
    )


def test_papers_that_nobody_named_are_asked_for(folder):
    (folder / "corpus.jsonl").unlink()

    with pytest.raises(BadOption):
        read_task(folder)
    assert said(folder) == (
        "The task reef cannot be used: it holds no corpus.jsonl.zst; name the files of its papers"
        " with --corpus."
    )


def test_what_is_not_there_is_named(folder, tmp_path):
    (folder / "corpus.jsonl").unlink()

    with pytest.raises(NotFound):
        read_task(tmp_path / "absent")
    assert said(tmp_path / "absent") == "There is no folder called absent."
    assert said(folder, [tmp_path / "absent.jsonl"]) == "There is no file called absent.jsonl."


def test_authors_must_be_names(folder):
    (folder / "corpus.jsonl").unlink()
    write(papers := folder.parent / "papers.jsonl", [{"id": "p1", "title": "", "authors": [1]}])

    assert said(folder, [papers]) == (
        "papers.jsonl:1: authors must be a list of names; mend the line."
    )


def test_a_broken_stream_is_told(folder):
    (folder / "corpus.jsonl.zst").write_bytes(zstandard.compress(b"{}")[:4] + b"broken")

    with pytest.raises(Unreadable) as error:
        list(read_task(folder).documents())
    assert "corpus.jsonl.zst: its Zstandard stream is broken" in error.value.user_message
