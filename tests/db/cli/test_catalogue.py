"""``import`` and ``split``: reports, complaints with their place, and exit codes by cause."""

import pytest
import zstandard

from broadsheet.cli.ready import catalogue
from broadsheet.papers import queries
from broadsheet.sources.registry import SOURCES

ONE = {"source": "arxiv", "id": "2601.00001", "title": "On the first of two wombats"}
TWO = {"source": "arxiv", "id": "2601.00002", "title": "On the second of two wombats"}


def test_an_import_counts_what_it_did_and_twice_is_as_good_as_once(command, lines):
    first = command("import", lines(ONE, TWO))
    again = command("import", lines(ONE, TWO))

    assert (first.code, first.err, again.code, again.err) == (0, "", 0, "")
    assert first.out.startswith("2 records in ")
    report, place = first.out.splitlines()
    assert report.endswith(" s: 2 new, 0 updated, 0 merged, 0 unchanged, 0 rejected.")
    assert place == f"Catalogue: {catalogue()}"
    assert "0 new, 0 updated, 0 merged, 2 unchanged, 0 rejected" in again.out
    assert queries.sizes().papers == 2


def test_an_import_is_searchable_when_it_ends(command, lines):
    command("import", lines(ONE, TWO))

    assert "2 papers in " in command("search", "wombats").out


def test_the_report_as_data(command, lines):
    said = command("import", "--json", lines(ONE, "no json", TWO))

    assert said.code == 65
    report = said.data
    assert {name: report[name] for name in ("new", "updated", "merged", "unchanged")} == {
        "new": 2,
        "updated": 0,
        "merged": 0,
        "unchanged": 0,
    }
    assert (report["rejected"], report["unread"], report["catalogue"]) == (1, 0, catalogue())
    (trouble,) = report["troubles"]
    assert "papers.jsonl:2: " in trouble


def test_a_broken_line_is_told_with_its_place_and_the_rest_is_imported(command, lines):
    path = lines(ONE, '{"source": "arxiv", "id": ', TWO, {"source": "arxiv", "title": "No id"})
    said = command("import", path)

    assert said.code == 65
    assert "2 new" in said.out
    assert "2 rejected" in said.out
    first, second = said.err.splitlines()
    assert first.startswith(f"{path}:2: ")
    assert second.startswith(f"{path}:4: ")


def test_what_was_refused_is_listed_once_however_often_it_is_tried(command, lines):
    path = lines(ONE, "no json")
    assert command("status", "--rejected").out == "Nothing was refused.\n"
    command("import", path)
    command("import", path)

    listed = command("status", "--rejected")
    (row,) = command("status", "--rejected", "--json").data

    assert listed.code == 0
    assert listed.out.startswith(f"{path}:2: ")
    assert listed.out.count("\n") == 1
    assert (row["path"], row["line"], row["source"]) == (str(path), 2, "jsonl")


def test_of_many_complaints_twenty_are_told_and_the_rest_is_counted(command, lines):
    said = command("import", lines(ONE, *[f"no json {n}" for n in range(30)]))

    *told, last = said.err.splitlines()
    assert len(told) == 20
    assert last == "… and 10 more; list them: broadsheet status --rejected"


def test_a_file_that_is_not_there_stops_all(command, lines, tmp_path):
    said = command("import", lines(ONE), tmp_path / "absent.jsonl")

    assert (said.code, said.out) == (66, "")
    assert said.err == f"There is no file or folder called {tmp_path / 'absent.jsonl'}.\n"
    assert queries.sizes().papers == 0


def test_a_source_that_is_not_there_is_told_with_those_that_are(command, lines):
    said = command("import", lines(ONE), "--source", "gopher")

    assert (said.code, said.out) == (66, "")
    known = ", ".join(sorted(SOURCES))
    assert said.err == f"There is no source called gopher; there are {known}.\n"


@pytest.mark.parametrize("source", ["hf_daily", "page", "starter"])
def test_a_file_of_another_source_is_refused(command, lines, source):
    path = lines(ONE, TWO)
    said = command("import", path, "--source", source)

    assert said.code == 65
    assert said.out.startswith("0 records in ")
    assert "0 rejected; 1 file could not be read.\n" in said.out
    assert said.err == f"{path}: it cannot be read as {source}; it can be read as jsonl\n"


def test_a_folder_without_files_and_a_file_without_papers_are_told(command, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "LICENSE").touch()
    (tmp_path / "2026-08-14.json").write_text("[]")
    (tmp_path / "empty.jsonl").touch()
    folder = command("import", tmp_path / "folder")
    day = command("import", tmp_path / "2026-08-14.json")
    empty = command("import", tmp_path / "empty.jsonl")

    assert (folder.code, folder.out) == (65, "")
    assert folder.err == f"{tmp_path}/folder: there is no file in it that could hold papers.\n"
    assert (day.code, day.err) == (0, "1 file held no paper.\n")
    assert (empty.code, empty.err) == (65, f"{tmp_path}/empty.jsonl: it is empty\n")


def test_a_name_no_file_can_have_is_a_file_that_is_not_there(command):
    said = command("import", "a" * 300)

    assert (said.code, said.out) == (66, "")
    assert said.err == f"There is no file or folder called {'a' * 300}.\n"


def test_a_file_of_no_kind_is_told_and_the_next_one_imported(command, lines, tmp_path):
    other = tmp_path / "letter.txt"
    other.write_text("Dear Ada,\n")
    said = command("import", other, lines(ONE))

    assert said.code == 65
    assert "1 new" in said.out
    assert said.err.startswith(f"{other}: it is none of the kinds")


def test_a_cut_stream_gives_what_it_holds_and_one_line(command, tmp_path, lines):
    entries = [ONE | {"id": f"2601.{n + 1:05}", "title": f"Paper {n}"} for n in range(5_000)]
    whole = zstandard.compress(lines(*entries).read_bytes())
    cut = tmp_path / "cut.jsonl.zst"
    cut.write_bytes(whole[: len(whole) * 9 // 10])
    said = command("import", cut)

    assert said.code == 65
    assert 0 < queries.sizes().papers < 5_000
    assert said.err == (f"{cut}: it ends in the middle of its compressed stream; fetch it again\n")


def test_without_a_path_the_usage_is_shown(command):
    said = command("import")

    assert said.code == 2
    assert "Usage: broadsheet import" in said.err


@pytest.fixture
def merged(command, lines):
    """Two records that are one paper by their DOI; gives the number of the merge."""
    doi = {"doi": "10.1000/wombat"}
    other = {"source": "acl", "id": "2026.acl-long.1", "title": "Two wombats, printed"}
    command("import", lines(ONE | doi, other | doi))
    page = command("show", "2601.00001", "--json").data
    (merge,) = page["merges"]
    return merge["number"]


def test_a_merge_is_undone_by_its_number(command, merged):
    said = command("split", merged)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"2601.00001 keeps its key; what merge {merged} had joined")
    assert queries.sizes().papers == 2
    assert "undone" in command("show", "2601.00001").out
    assert "2 papers in " in command("search", "wombats").out


def test_a_split_as_data(command, merged):
    keys = command("split", merged, "--json").data

    assert keys["kept"] == "2601.00001"
    assert command("show", keys["new"]).code == 0


def test_a_merge_that_cannot_be_undone_says_why(command, merged):
    command("split", merged)
    again, unknown = command("split", merged), command("split", merged + 1)

    assert again.code == 64
    assert f"Merge {merged} cannot be undone: it was undone on " in again.err
    assert (unknown.code, unknown.err) == (66, f"There is no merge called {merged + 1}.\n")
