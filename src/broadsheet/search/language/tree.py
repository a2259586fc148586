"""The tree of a query: what every engine, highlighter and description works from.

``str(node)`` is the canonical text: parsing it gives an equal tree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from broadsheet.kernel.identifiers import Identifier

TextField = Literal["title", "abs", "author"]

FIELDS: Final = ("title", "author", "abs", "cat", "id", "org", "has", "date", "like")
"""What may stand before a colon."""

# What a value in quotes may begin with and a bare one not.
_SIGN: Final = re.compile(rf"-|\(|(?:AND|OR|NOT)$|(?:{'|'.join(FIELDS)})\s?:")
_BARE: Final = re.compile(r'(?:[^\s"()]|\([^\s"()]*\))+')


@dataclass(frozen=True, slots=True)
class Words:
    """Free words as typed. The more of them and the rarer, the better; twice counts twice."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Term:
    """One word that must stand in a field, in any of its English forms."""

    field: TextField
    text: str

    def __str__(self) -> str:
        return f"{self.field}:{self.text}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side, exactly so; anywhere where ``field`` is ""."""

    text: str
    field: TextField | Literal[""] = ""

    def __str__(self) -> str:
        return f'{self.field}:"{self.text}"' if self.field else f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Category:
    """In this category, or in one below it."""

    name: str

    def __str__(self) -> str:
        return f"cat:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class Organization:
    """Of the organisation with this account name, or with these words in its name."""

    name: str

    def __str__(self) -> str:
        return f"org:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class Named:
    """The paper that has this identifier."""

    identifier: Identifier

    def __str__(self) -> str:
        bare = self.identifier.scheme == "url"
        return f"id:{_value(self.identifier.value if bare else str(self.identifier))}"


@dataclass(frozen=True, slots=True)
class Code:
    """With code."""

    def __str__(self) -> str:
        return "has:code"


@dataclass(frozen=True, slots=True)
class Dates:
    """From ``since`` to ``until``, both partial dates and both inside; "" is open."""

    since: str
    until: str

    def __str__(self) -> str:
        return (
            f"date:{self.since}" if self.since == self.until else f"date:{self.since}..{self.until}"
        )


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"

    def __str__(self) -> str:
        return f"-{_grouped(self.node)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of these; free words stand first."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        free = [str(node) for node in self.nodes if isinstance(node, Words)]
        rest = [
            f"({node})" if isinstance(node, And | Or) else str(node)
            for node in self.nodes
            if not isinstance(node, Words)
        ]
        return " ".join([" AND ".join(free)] * bool(free) + rest)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(str(node) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Like:
    """Near this paper, a key or an identifier.

    It holds for a whole query, so it is no part of the tree but stands beside it.
    """

    name: str

    def __str__(self) -> str:
        return f"like:{_value(self.name)}"


Node = Words | Term | Phrase | Category | Organization | Named | Code | Dates | Not | And | Or


def both(nodes: list[Node]) -> Node:
    """All of one or more nodes, as flat as it goes, free words first."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, And) else (node,))]
    ordered = sorted(flat, key=lambda node: not isinstance(node, Words))
    return ordered[0] if len(ordered) == 1 else And(tuple(ordered))


def either(nodes: list[Node]) -> Node:
    """At least one of one or more nodes, as flat as it goes."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, Or) else (node,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def wanted(node: Node) -> Iterator[Words | Term | Phrase]:
    """The words asked for, those under Not left out: what is worth marking in a text."""
    if isinstance(node, Words | Term | Phrase):
        yield node
    elif isinstance(node, And | Or):
        for part in node.nodes:
            yield from wanted(part)


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) and not _SIGN.match(text) else f'"{text}"'


def _grouped(node: Node) -> str:
    several = isinstance(node, And | Or) or (isinstance(node, Words) and len(node.words) > 1)
    return f"({node})" if several else str(node)
