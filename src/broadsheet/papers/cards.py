"""The card of a paper: one shape for the page, the JSON, the feeds, the mail and the terminal."""

from dataclasses import dataclass
from datetime import date, datetime

from broadsheet.kernel.identifiers import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A paper as lists show it. Text is as the source gave it: plain Unicode with LaTeX.

    ``authors`` holds the first three and the last name where there are more than four
    (``n_authors`` is the whole number, also where no name is known; 0 where nothing is).
    ``published`` is a partial ISO date, ``published_on`` the first day it can mean.
    Counts are the newest totals at the moment asked for; None where nobody counts.
    """

    key: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    n_authors: int
    organization: str
    organization_name: str
    published: str
    published_on: date | None
    categories: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    votes: int | None
    comments: int | None
    stars: int | None
    code_url: str
    project_url: str
    withdrawn: bool
    changed_at: datetime

    @property
    def arxiv(self) -> str:
        """The arXiv number, "" where there is none."""
        return next((i.value for i in self.identifiers if i.scheme == "arxiv"), "")

    @property
    def doi(self) -> str:
        return next((i.value for i in self.identifiers if i.scheme == "doi"), "")

    @property
    def abstract_page(self) -> str:
        """Where the paper's own page is, "" where no identifier leads anywhere."""
        return self.identifiers[0].href if self.identifiers else ""

    @property
    def pdf(self) -> str:
        """Where its PDF is, "" where we know none."""
        if self.arxiv:
            return f"https://arxiv.org/pdf/{self.arxiv}"
        acl = next((i.value for i in self.identifiers if i.scheme == "acl"), "")
        return f"https://aclanthology.org/{acl}.pdf" if acl else ""
