"""Tasks: papers, questions, and which papers answer which question.

A task is a folder with three files:

``corpus.jsonl.zst`` (or ``corpus.jsonl``)
    one object a line: ``_id``, ``title``, ``text``. A task without one takes its papers from
    files named beside it: objects with ``id``, ``title``, ``abstract`` and, where known,
    ``authors``.
``queries.jsonl``
    one object a line: ``_id``, ``text``; ``doc_id`` where the question is a paper of the
    corpus, ``kind`` where the task holds several kinds of question.
``qrels.tsv``
    query id, paper id and a whole number with tabs between; above 0 is relevant. A pair that is
    not listed is not. The first line may be a heading.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import zstandard

from broadsheet.kernel.errors import BadOption, NotFound, Unreadable
from broadsheet.search.contract import Document

QUERIES: Final = "queries.jsonl"
JUDGEMENTS: Final = "qrels.tsv"
CORPORA: Final = ("corpus.jsonl.zst", "corpus.jsonl")
_LAYOUT: Final = f"a task is a folder with {CORPORA[0]}, {QUERIES} and {JUDGEMENTS}"
_WINDOW: Final = 2**27
_CHUNK: Final = 1 << 20

Judgements = Mapping[str, Mapping[str, int]]
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question. ``example`` is the id of the paper that is the question, "" if it was typed."""

    id: str
    text: str
    example: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Questions with their judgements; ``queries`` are those with a relevant paper.

    ``judged`` gives for a query's id each judged paper's score; above 0 is relevant.
    """

    name: str
    folder: Path
    corpus: tuple[Path, ...]
    queries: tuple[Query, ...]
    judged: Judgements

    def documents(self) -> Iterator[Document]:
        """The papers, as the engine gets them.

        Raises Unreadable for a line that is no paper, for a paper that comes twice, and after
        the last one if a judged paper or an example was not among them.
        """
        seen: set[str] = set()
        for path in self.corpus:
            own = path.parent == self.folder
            for number, entry in _objects(path):
                document = _document(entry, own, f"{path}:{number}")
                if document.key in seen:
                    reason = f"the paper {document.key} comes a second time; take one of them out"
                    raise Unreadable(where=f"{path}:{number}", reason=reason)
                seen.add(document.key)
                yield document
        self._all_in(seen)

    def _all_in(self, seen: set[str]) -> None:
        judged = {key for papers in self.judged.values() for key in papers}
        examples = {query.example for query in self.queries if query.example}
        for name, wanted in ((JUDGEMENTS, judged), (QUERIES, examples)):
            if missing := sorted(wanted - seen):
                reason = (
                    f"{len(missing):,} of the {len(wanted):,} papers it names are not in"
                    f" {', '.join(map(str, self.corpus))}, {missing[0]} among them;"
                    " take the files of one release, and all of them"
                )
                raise Unreadable(where=self.folder / name, reason=reason)


def read_task(folder: Path, corpus: Sequence[Path] = ()) -> Task:
    """The task in a folder; its papers are in ``corpus`` if the folder holds none.

    Raises NotFound for a folder or file that is not there, BadOption where no papers are named,
    Unreadable for a file, or a line of one, that is not what it should be.
    """
    if not folder.is_dir():
        raise NotFound(kind="folder", name=folder)
    folder = folder.resolve()
    for name in (QUERIES, JUDGEMENTS):
        if not (folder / name).is_file():
            raise Unreadable(where=folder, reason=f"it holds no {name}; {_LAYOUT}")
    queries = _queries(folder / QUERIES)
    judged = _judgements(folder / JUDGEMENTS, queries)
    answered = tuple(query for query in queries.values() if any(judged.get(query.id, {}).values()))
    if not answered:
        raise Unreadable(where=folder / JUDGEMENTS, reason="it calls no paper relevant (above 0)")
    return Task(
        name=folder.name,
        folder=folder,
        corpus=_corpus(folder, corpus),
        queries=answered,
        judged={query.id: judged[query.id] for query in answered},
    )


def _corpus(folder: Path, named: Sequence[Path]) -> tuple[Path, ...]:
    for name in CORPORA:
        if (folder / name).is_file():
            return (folder / name,)
    if not named:
        reason = f"it holds no {CORPORA[0]}; name the files of its papers with --corpus"
        raise BadOption(option=f"The task {folder}", reason=reason)
    for path in named:
        if not path.is_file():
            raise NotFound(kind="file", name=path)
    return tuple(path.resolve() for path in named)


def _queries(path: Path) -> dict[str, Query]:
    found: dict[str, Query] = {}
    for number, entry in _objects(path):
        where = f"{path}:{number}"
        query = Query(
            id=_text(entry, "_id", where),
            text=_text(entry, "text", where),
            example=_text(entry, "doc_id", where, ""),
            kind=_text(entry, "kind", where, ""),
        )
        if query.id in found:
            reason = f"the query {query.id} comes a second time; take one of them out"
            raise Unreadable(where=where, reason=reason)
        found[query.id] = query
    return found


def _judgements(path: Path, queries: Mapping[str, Query]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        where = f"{path}:{number}"
        try:
            query, paper, score = line.decode().rstrip("\r\n").split("\t")
            value = int(score)
        except ValueError:
            if number == 1 and line.count(b"\t") == 2:  # the heading
                continue
            reason = "a line needs query id, paper id and a whole number, with tabs between"
            raise Unreadable(where=where, reason=reason) from None
        if query not in queries:
            reason = f"no line of {QUERIES} has the id {query}; take both files of one release"
            raise Unreadable(where=where, reason=reason)
        found.setdefault(query, {})[paper] = value
    return found


def _document(entry: Entry, own: bool, where: str) -> Document:
    if own:
        title, abstract = _text(entry, "title", where, ""), _text(entry, "text", where)
        return Document(key=_text(entry, "_id", where), title=title, abstract=abstract)
    authors = entry.get("authors", [])
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        raise Unreadable(where=where, reason="authors must be a list of names; mend the line")
    return Document(
        key=_text(entry, "id", where),
        title=_text(entry, "title", where),
        abstract=_text(entry, "abstract", where, ""),
        authors=tuple(authors),
    )


def _text(entry: Entry, name: str, where: str, missing: str | None = None) -> str:
    value = entry.get(name, missing)
    if not isinstance(value, str):
        what = "there is no" if value is None else "there is no text in"
        raise Unreadable(where=where, reason=f"{what} {name}; mend the line or take it out")
    return value


def _objects(path: Path) -> Iterator[tuple[int, Entry]]:
    for number, line in _lines(path):
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            reason = f"the line is no JSON ({error}); if it is the last one, fetch the file again"
            raise Unreadable(where=f"{path}:{number}", reason=reason) from None
        if not isinstance(entry, dict):
            reason = "the line is JSON but no object; mend it or take it out"
            raise Unreadable(where=f"{path}:{number}", reason=reason)
        yield number, entry


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers from 1."""
    try:
        with path.open("rb") as file, closing(_plain(path, file)) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except zstandard.ZstdError as error:
        reason = f"its Zstandard stream is broken ({error}); fetch it again"
        raise Unreadable(where=path, reason=reason) from None
    except OSError as error:
        raise Unreadable(where=path, reason=f"it cannot be read: {error.strerror}") from None


def _plain(path: Path, file: io.BufferedReader) -> io.BufferedReader:
    if path.suffix != ".zst":
        return file
    decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    stream = decoder.stream_reader(file, read_across_frames=True)
    return io.BufferedReader(stream, _CHUNK)
