"""All sources: those that read files, with finding the one a file belongs to, and live ones."""

import os.path
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import NotFound, Unreadable
from broadsheet.sources import streams
from broadsheet.sources.acl_xml.read import ACLXML
from broadsheet.sources.arxiv_api.client import ArxivAPI
from broadsheet.sources.arxiv_api.read import ArxivAPIFile
from broadsheet.sources.arxiv_feed.client import ArxivFeed
from broadsheet.sources.arxiv_feed.read import ArxivFeedFile
from broadsheet.sources.arxiv_oai import client as arxiv_oai
from broadsheet.sources.arxiv_oai import read as arxiv_oai_files
from broadsheet.sources.arxiv_oai.numbers import ArxivNumbers
from broadsheet.sources.arxiv_snapshot.read import ArxivSnapshot
from broadsheet.sources.bibtex.read import BibTeX
from broadsheet.sources.contract import FileSource, Sample, Trouble
from broadsheet.sources.csl_json.read import CSLJSON
from broadsheet.sources.feed.client import LiveFeed
from broadsheet.sources.feed.read import Feed
from broadsheet.sources.github.client import GitHub
from broadsheet.sources.github.read import GitHubFile
from broadsheet.sources.hf_daily.client import DailyPapers
from broadsheet.sources.hf_daily.read import HFDaily
from broadsheet.sources.jsonl.read import JSONL
from broadsheet.sources.listed.read import ListedFile
from broadsheet.sources.live import LiveSource
from broadsheet.sources.page.read import Page
from broadsheet.sources.ris.read import RIS
from broadsheet.sources.starter.read import Starter
from broadsheet.sources.troubles import fatal, unreadable

_ALL: Final[tuple[FileSource, ...]] = (
    Page(),
    HFDaily(),
    JSONL(),
    Starter(),
    ArxivSnapshot(),
    BibTeX(),
    RIS(),
    CSLJSON(),
    ACLXML(),
    Feed(),
    arxiv_oai_files.METADATA,
    arxiv_oai_files.VERSIONS,
    ArxivFeedFile(),
    ArxivAPIFile(),
    ListedFile(),
    GitHubFile(),
)

SOURCES: Final[Mapping[str, FileSource]] = {source.name: source for source in _ALL}

_ALL_LIVE: Final[tuple[LiveSource, ...]] = (
    ArxivFeed(),
    arxiv_oai.METADATA,
    arxiv_oai.VERSIONS,
    ArxivNumbers(),
    ArxivAPI(),
    DailyPapers(),
    GitHub(),
    LiveFeed(),
)

LIVE: Final[Mapping[str, LiveSource]] = {source.name: source for source in _ALL_LIVE}

# What stands beside papers in a folder and holds none.
_COMPANION_SUFFIXES: Final = frozenset((".csv", ".tsv", ".md"))
_COMPANION_NAMES: Final = frozenset(("readme", "license", "licence", "notice", "copying"))


def recognise(path: Path, *, name: str = "") -> FileSource | Trouble:
    """The source whose kind of file this is, by its content; a Trouble where there is none.

    With a ``name`` only that source is asked. Raises NotFound for a name no source has.
    """
    if name and name not in SOURCES:
        raise NotFound(kind="source", name=name)
    try:
        sample = Sample(path=path, head=streams.head(path))
    except Unreadable as error:
        return unreadable(name, path, error)
    if not sample.head:
        return fatal(name, path, "it is empty")
    fitting = [source for source in SOURCES.values() if source.recognises(sample)]
    if name:
        return SOURCES[name] if SOURCES[name] in fitting else _other_kind(path, name, fitting)
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(source.name for source in fitting or SOURCES.values())
    if fitting:
        return fatal("", path, f"several kinds fit ({names}); say which with --source")
    return fatal("", path, f"it is none of the kinds that hold papers ({names})")


def _other_kind(path: Path, name: str, fitting: list[FileSource]) -> Trouble:
    actual = f"; it can be read as {fitting[0].name}" if fitting else ""
    return fatal(name, path, f"it cannot be read as {name}{actual}")


def paths(args: Iterable[Path]) -> Iterator[Path]:
    """The files to read: each argument that is a file, and the files inside each folder.

    Folders are walked in order of names; hidden files, links to folders and companions
    (tables, notes, licences) are left out. A folder that cannot be opened comes as itself,
    so that ``recognise`` says why.
    """
    for path in args:
        if os.path.isdir(path):  # noqa: PTH112  # unlike Path.is_dir it never raises
            yield from _inside(path)
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in found:
        if path.name.startswith("."):
            continue
        if os.path.isdir(path):  # noqa: PTH112  # unlike Path.is_dir it never raises
            if not path.is_symlink():
                yield from _inside(path)
        elif not _is_companion(path):
            yield path


def _is_companion(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in _COMPANION_SUFFIXES or name.split(".")[0] in _COMPANION_NAMES
