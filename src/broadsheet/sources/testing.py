"""The promises every source of files is held to. Shipped, so that any source can be tested."""

# promises are assertions

import gzip
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from broadsheet.kernel import clock
from broadsheet.kernel.dates import is_partial
from broadsheet.kernel.text import clean
from broadsheet.net.contract import Known, Response
from broadsheet.sources.contract import FileSource, Record, Sample, Trouble
from broadsheet.sources.registry import SOURCES, recognise
from broadsheet.sources.streams import head


class Canned:
    """A Client that answers with these bodies in turn, the last one again and again.

    ``asked`` holds every address with its parameters. An answer that is an error is raised. They
    were given at ``asked_at``, None is now.
    """

    def __init__(self, *answers: bytes | Exception, asked_at: datetime | None = None) -> None:
        self._answers, self._asked_at = answers, asked_at
        self.asked: list[tuple[str, dict[str, str]]] = []

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002  # as the contract has it
        known: Known | None = None,  # noqa: ARG002
        most_bytes: int = 64_000_000,  # noqa: ARG002
    ) -> Response:
        answer = self._answers[min(len(self.asked), len(self._answers) - 1)]
        self.asked.append((url, dict(params or {})))
        if isinstance(answer, Exception):
            raise answer
        moment = self._asked_at or clock.now()
        return Response(url=url, status=200, headers={}, body=answer, asked_at=moment)


def records_of(source: FileSource, path: Path) -> list[Record]:
    """The Records of a file that must hold no Trouble."""
    found = []
    for item in source.read(path):
        assert isinstance(item, Record), f"{path}: {item}"
        found.append(item)
    return found


class SourceContract:
    """Subclass it as TestMySource with two fixtures; every promise is then checked.

    ``source`` is the FileSource. ``files`` are files of its kind without a fault, among them
    at least one record.
    """

    def test_its_own_files_are_recognised_and_only_by_it(
        self, source: FileSource, files: list[Path]
    ) -> None:
        for path in files:
            assert recognise(path) is SOURCES[source.name]
            sample = Sample(path=path, head=head(path))
            assert [s.name for s in SOURCES.values() if s.recognises(sample)] == [source.name]

    def test_the_same_file_gives_the_same_records_whatever_the_time(
        self, source: FileSource, files: list[Path]
    ) -> None:
        for path in files:
            with clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
                once = list(source.read(path))
            with clock.at(datetime(2031, 1, 1, tzinfo=UTC)):
                again = list(source.read(path))
            assert once == again

    def test_a_record_read_again_is_equal(self, source: FileSource, files: list[Path]) -> None:
        found = [record for path in files for record in records_of(source, path)]
        assert found, "give the fixture a file with at least one record"
        for record in found:
            assert source.reread(record.raw, record.seen_at) == record

    def test_a_record_keeps_the_moment_it_was_stored_under(
        self, source: FileSource, files: list[Path]
    ) -> None:
        record = next(r for path in files for r in records_of(source, path))
        moment = datetime(2020, 2, 2, tzinfo=UTC)
        assert source.reread(record.raw, moment).seen_at == moment

    def test_records_are_named_dated_and_clean(self, source: FileSource, files: list[Path]) -> None:
        for path in files:
            for record in records_of(source, path):
                _check_names(record, source.name)
                _check_text(record)
                _check_facts(record)

    def test_reading_may_stop_at_any_moment(self, source: FileSource, files: list[Path]) -> None:
        for path in files:
            reading = iter(source.read(path))
            next(reading, None)
            assert isinstance(reading, Iterator)
            del reading

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: zstandard.compress(data)[:-7],
            lambda data: gzip.compress(data)[:-7],
            lambda data: gzip.compress(data) + b"and then some",
            lambda data: gzip.compress(data)[:20] + b"\x00\xff" * 40,
            lambda _: b"",
            lambda _: b"\x00\x01\x02\xff" * 5_000,
            lambda _: b"\x28\xb5\x2f\xfd\xff\xff",
        ],
        ids=["cut-zst", "cut-gz", "gz-and-garbage", "broken-gz", "empty", "binary", "no-zst"],
    )
    def test_a_spoilt_file_gives_troubles_and_no_exception(
        self,
        source: FileSource,
        files: list[Path],
        tmp_path: Path,
        spoil: Callable[[bytes], bytes],
    ) -> None:
        spoilt = tmp_path / files[0].name
        spoilt.write_bytes(spoil(files[0].read_bytes()))
        chosen = recognise(spoilt)
        troubles = [chosen] if isinstance(chosen, Trouble) else []
        troubles += [item for item in source.read(spoilt) if isinstance(item, Trouble)]
        assert troubles
        for trouble in troubles:
            assert trouble.path == str(spoilt)
            assert trouble.reason
            assert not trouble.reason.endswith(".")

    def test_what_is_no_file_gives_one_fatal_trouble(
        self, source: FileSource, tmp_path: Path
    ) -> None:
        for path in (tmp_path, tmp_path / "nowhere"):
            [trouble] = source.read(path)
            assert isinstance(trouble, Trouble)
            assert trouble.fatal


def _check_names(record: Record, source: str) -> None:
    assert record.source == source
    assert record.origin
    assert 0 < len(record.source_id) <= 300
    assert len(set(record.identifiers)) == len(record.identifiers)
    assert all(identifier.href for identifier in record.identifiers)


def _check_text(record: Record) -> None:
    shown = [record.title, record.abstract, record.comment, record.journal_ref, record.venue]
    shown += [*record.authors, *record.keywords, *record.categories]
    assert record.title
    assert all(text == clean(text) for text in shown)
    assert all((*record.authors, *record.keywords, *record.categories))
    for address in (record.url, record.code_url, record.project_url):
        assert not address or address.lower().startswith(("http://", "https://"))


def _check_facts(record: Record) -> None:
    moments = [record.seen_at, *(a.seen_at for a in record.announcements)]
    moments += [signal.true_at for signal in record.signals]
    assert all(moment.tzinfo is UTC for moment in moments)
    assert all(not text or is_partial(text) for text in (record.published, record.updated))
    assert not record.authors or record.n_authors == len(record.authors)
    assert all(announced.rank is None or announced.rank >= 1 for announced in record.announcements)
    assert all(signal.total >= 0 for signal in record.signals)
