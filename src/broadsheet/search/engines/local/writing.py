"""The one process that writes to an index."""

import itertools
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

import tantivy

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Document
from broadsheet.search.engines.local import documents as written
from broadsheet.search.engines.local import folder
from broadsheet.search.engines.local.commits import Commits
from broadsheet.search.engines.local.documents import State
from broadsheet.search.engines.local.embedded import Embedded, label
from broadsheet.search.engines.local.schema import STATE_KEY

_CHUNK: Final = 500


class Writing:
    """Holds the writer of an index from its first ``apply`` until ``close``."""

    def __init__(self, commits: Commits, heap_bytes: int) -> None:
        self._commits = commits
        self._path = commits.path
        self._heap_bytes = heap_bytes
        self._writer: tantivy.IndexWriter | None = None
        self._embedded: Embedded | None = None

    @property
    def begun(self) -> bool:
        return self._writer is not None

    def hold(self) -> tantivy.IndexWriter:
        """Become the writer now. Raises Busy where another process is, Unavailable if damaged."""
        there = folder.signature(self._path) is not None
        if not there:
            self._writer = None  # thrown away meanwhile: it would go on from files that are gone
            self._forget_rows()
        if self._writer is None:
            if there:
                self._look()  # an index of another embedder is refused before it is locked
            index = self._commits.writable()
            self._writer = folder.open_writer(index, self._path, self._heap_bytes)
        if self._embedded is None and self._commits.embedder is not None:
            state = self._look()
            with folder.guarded(self._path):
                self._embedded = Embedded(self._commits.embedder, self._path, state)
        return self._writer

    def apply(
        self, documents: Iterable[Document], deletions: Sequence[str], upto: int, mark: str
    ) -> None:
        """See ``contract.Backend``."""
        writer = self.hold()
        try:
            with folder.guarded(self._path):
                folder.drop_deletions(self._path)
                for key in (STATE_KEY, *deletions):
                    writer.delete_documents_by_term("key", key)
            self._write(writer, documents)
            with folder.guarded(self._path):
                writer.add_document(written.state(self._settled(upto, mark)))
                writer.commit()
        except BaseException:
            self._take_back(writer)
            raise
        finally:
            self._commits.look_again()
        if self._embedded is not None:
            self._embedded.committed()

    def close(self) -> None:
        self._forget_rows()
        writer, self._writer = self._writer, None
        if writer is not None:
            with folder.guarded(self._path):
                writer.wait_merging_threads()

    def _look(self) -> State:
        self._commits.look_again()
        with folder.guarded(self._path):
            return self._commits.newest(writing=True).state

    def _take_back(self, writer: tantivy.IndexWriter) -> None:
        """Nothing stays of an apply that failed; a writer that cannot forget it is given up."""
        self._forget_rows()
        with suppress(Unavailable), folder.guarded(self._path):
            writer.rollback()
            folder.tidy(writer)
            return
        self._writer = None
        with suppress(Unavailable), folder.guarded(self._path):
            writer.wait_merging_threads()  # lets go of the lock

    def _forget_rows(self) -> None:
        """Whoever opens them next cuts off what was not committed."""
        embedded, self._embedded = self._embedded, None
        if embedded is not None:
            with suppress(OSError):  # a full disk, once more: what it does not take does not count
                embedded.close()

    def _settled(self, upto: int, mark: str) -> State:
        """What the commit is to say; the rows it names are on the disk then."""
        rows = self._embedded
        if rows is None:
            return State(upto, mark)
        rows.sync()
        return State(upto, mark, label(self._commits.embedder), rows.name, rows.count)

    def _write(self, writer: tantivy.IndexWriter, documents: Iterable[Document]) -> None:
        """Add documents; only what is held already has to be deleted first."""
        with folder.guarded(self._path):
            searcher = self._commits.newest(writing=True).searcher
        added: set[str] = set()
        papers = iter(documents)
        while chunk := list(itertools.islice(papers, _CHUNK)):  # its own errors stay its own
            embedded = self._embedded
            rows = embedded.rows(chunk, searcher) if embedded else [None] * len(chunk)
            with folder.guarded(self._path):
                for document, row in zip(chunk, rows, strict=True):
                    if document.key in added or searcher.doc_freq("key", document.key):
                        writer.delete_documents_by_term("key", document.key)
                    added.add(document.key)
                    writer.add_document(written.written(document, row))
