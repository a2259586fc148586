"""What GitHub is asked for: a repository, and the paper that links to it."""

import re
from dataclasses import dataclass
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.identifiers import Identifier
from broadsheet.sources.values import Broken

# Owners of companies have underscores too; a repository may have dots.
_OWNER: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}"
_NAME: Final = r"[A-Za-z0-9_.-]{1,100}"
_ADDRESS: Final = re.compile(
    rf"https?://(?:www\.)?github\.com/({_OWNER})/({_NAME}?)(?:\.git)?(?:[/?#].*)?", re.IGNORECASE
)
_LINKED: Final = re.compile(rf"({_OWNER}/{_NAME})(?:>({_OWNER}/{_NAME}))? (\S+) (\S.*)", re.DOTALL)
# Addresses of GitHub itself that look like those of repositories.
_NO_OWNERS: Final = ("about", "collections", "features", "orgs", "sponsors", "topics", "users")


def repository(address: str) -> str:
    """The repository that an address leads to or into, as owner/repository; "" if to none."""
    match = _ADDRESS.fullmatch(address)
    if not match or match[1].lower() in _NO_OWNERS or match[2] in ("", ".", ".."):
        return ""
    return f"{match[1]}/{match[2]}"


def is_repository(name: str) -> bool:
    """Whether a text is an owner and a repository as GitHub names them."""
    return bool(re.fullmatch(f"{_OWNER}/{_NAME}", name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A paper's link: the name and the title of the paper, and the repository as it links to it.

    ``moved`` is the name under which the repository is now, "" where it is the same. Written
    ``owner/repository arxiv:2608.01234 The title``, with ``>new-owner/name`` behind the first.
    """

    repository: str
    paper: Identifier
    title: str
    moved: str = ""

    @property
    def asked(self) -> str:
        """The repository as it is to be asked for."""
        return self.moved or self.repository

    def __str__(self) -> str:
        moved = f">{self.moved}" if self.moved else ""
        return f"{self.repository}{moved} {self.paper} {self.title}"


def linked(name: str) -> Linked:
    """Read back what ``str`` of a Linked writes. Raises Broken for anything else."""
    match = _LINKED.fullmatch(name)
    paper = identifiers.parse(match[3]) if match else None
    if not match or paper is None or str(paper) != match[3]:
        raise Broken(
            f"“{name[:80]}” is no repository with a paper; write owner/repository,"
            " arxiv:2608.01234 and the paper's title"
        )
    return Linked(repository=match[1], paper=paper, title=match[4], moved=match[2] or "")
