"""Reading what a person typed. Nothing typed is an error: what cannot be read is explained.

    query    = both { "OR" both }
    both     = sequence { "AND" sequence }
    sequence = item { item }
    item     = [ "-" | "NOT" ] ( "(" query ")" | field ":" value | "phrase" | word )
    field    = title | author | abs | cat | id | org | has | date

Operators are upper case. Everything in a sequence must hold, except that its free words are
taken together (see ``Words``). ``title:(a b)`` is ``title:a title:b``. An identifier or address
of a paper, typed alone, is that paper.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, cast, get_args

from broadsheet.kernel import identifiers
from broadsheet.kernel import text as kernel_text
from broadsheet.search import analysis
from broadsheet.search.language import values
from broadsheet.search.language.tree import (
    Named,
    Node,
    Not,
    Phrase,
    Term,
    TextField,
    Words,
    both,
    either,
)

LONGEST: Final = 2_000  # characters
MOST_TERMS: Final = 64
DEEPEST: Final = 8

_TEXT_FIELDS: Final = frozenset(get_args(TextField))
FIELDS: Final = ("title", "author", "abs", "cat", "id", "org", "has", "date")

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛", "'"))
_TOKEN: Final = re.compile(
    rf"""
      (?P<field>(?:{"|".join(FIELDS)})\s?:\s*)
    | (?P<operator>(?:AND|OR)(?![^\s()"]))
    | (?P<not>NOT(?![^\s()"])|-+(?=[^\s)]))
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<phrase>[^"]*)(?P<closed>"?)
    | (?P<word>(?:[^\s"()]|\([^\s"()]*\))+)
    """,
    re.VERBOSE,
)
_NAMED_FIELD: Final = re.compile(r"([a-z]+):(?![/:])\S")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree, None where nothing is asked for, and sentences about what was left out."""

    tree: Node | None
    problems: tuple[str, ...] = ()


def parse(text: str) -> Parsed:
    """Read a query. Never raises; costs at most about a millisecond for 2,000 characters."""
    problems: list[str] = []
    if len(text) > LONGEST:
        problems.append(f"Only the first {LONGEST:,} characters were read.")
    clean = unicodedata.normalize("NFKC", text[:LONGEST].translate(_QUOTES))
    clean = kernel_text.clean(clean)[:LONGEST]
    if '"' not in clean and (identifier := identifiers.parse(clean)):
        named, _ = values.named(str(Named(identifier)).removeprefix("id:").strip('"'))
        if named:
            return Parsed(named, tuple(problems))
    return _Reader(clean, problems).parsed()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class _Reader:
    """One reading of one text: tokens, and how far it has come."""

    def __init__(self, text: str, problems: list[str]) -> None:
        self.tokens = [
            _Token("phrase" if m["phrase"] is not None else str(m.lastgroup), m["phrase"] or m[0])
            if m["phrase"] != ""
            else _Token("phrase", "")
            for m in _TOKEN.finditer(text)
        ]
        self.problems = problems
        self.at = 0
        self.terms = 0
        if text.count('"') % 2:
            self.problem("A quotation mark was never closed; the rest was read as a phrase.")

    def parsed(self) -> Parsed:
        nodes = []
        while self.at < len(self.tokens):
            if node := self.query(0, None):
                nodes.append(node)
            if self.at < len(self.tokens):  # only a stray parenthesis stops a query early
                self.at += 1
                self.problem("A closing parenthesis without an opening one was left out.")
        if self.terms > MOST_TERMS:
            self.problem(f"Only the first {MOST_TERMS} words and conditions were read.")
        return Parsed(_joined(nodes), tuple(self.problems))

    def problem(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    def peek(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "")

    def take(self) -> _Token:
        token = self.peek()
        self.at += 1
        return token

    def query(self, depth: int, field: str | None) -> Node | None:
        """Alternatives, up to a closing parenthesis or the end."""
        alternatives: list[list[Node]] = [[]]
        operator = ""
        while self.peek().kind not in ("close", "end"):
            if node := self.sequence(depth, field):
                alternatives[-1].append(node)
                operator = ""
            if self.peek().kind == "operator":
                lone = bool(operator) or not alternatives[-1]
                operator = self.take().text
                if lone or self.peek().kind in ("close", "end"):
                    self.problem(f"{operator} needs something on both sides; it was left out.")
                if operator == "OR" and not lone:
                    alternatives.append([])
        either_of = [both(nodes) for nodes in alternatives if nodes]
        return either(either_of) if either_of else None

    def sequence(self, depth: int, field: str | None) -> Node | None:
        nodes: list[Node] = []
        while self.peek().kind not in ("close", "end", "operator"):
            if node := self.item(depth, field):
                nodes.append(node)
        return _joined(nodes)

    def item(self, depth: int, field: str | None) -> Node | None:
        negative = False
        while self.peek().kind == "not":
            negative = True
            self.take()
        if self.peek().kind in ("close", "end", "operator"):
            self.problem("NOT needs something after it; it was left out.")
            return None
        node = self.atom(depth, field)
        if node and negative:
            return node.node if isinstance(node, Not) else Not(node)
        return node

    def atom(self, depth: int, field: str | None) -> Node | None:
        token = self.take()
        while token.kind == "field":
            field, token = token.text.split(":")[0].strip(), self.value_of(token)
        if token.kind == "open":
            return self.group(depth + 1, field)
        if token.kind == "end":
            return None
        return self.leaf(token, field)

    def value_of(self, field: _Token) -> _Token:
        """What stands after a field; a dash there is no NOT."""
        while self.peek().kind == "not":
            self.take()
        if self.peek().kind in ("close", "end", "operator"):
            name = field.text.strip()
            self.problem(f"{name} needs a word after it; it was left out.")
            return _Token("end", "")
        return self.take()

    def group(self, depth: int, field: str | None) -> Node | None:
        if depth > DEEPEST:
            self.problem(f"Parentheses more than {DEEPEST} deep were left out.")
            self.skip_group()
            return None
        node = self.query(depth, field)
        if self.take().kind == "end":
            self.problem("A parenthesis was never closed; it was closed at the end.")
        return node

    def skip_group(self) -> None:
        inside = 1
        while inside and self.peek().kind != "end":
            inside += {"open": 1, "close": -1}.get(self.take().kind, 0)

    def leaf(self, token: _Token, field: str | None) -> Node | None:
        """A term, as far as there is room: a phrase counts by its words."""
        text = token.text.strip()
        room = MOST_TERMS - self.terms
        if field and field not in _TEXT_FIELDS:
            node, problem = values.READERS[field](text)
            if problem:
                self.problem(problem)
            self.terms += node is not None
            return node if room > 0 else None
        found = analysis.words(text)
        self.terms += len(found)
        scope = cast("TextField | None", field)
        if len(found) > room:
            return _cut(found[: max(0, room)], token.kind, scope)
        return self.read(token, text, scope) if found else None

    def read(self, token: _Token, text: str, scope: TextField | None) -> Node | None:
        if token.kind == "phrase":
            return Phrase(text, scope or "")
        if scope:
            return Term(scope, text)
        if (match := _NAMED_FIELD.match(text)) and len(match[1]) > 1:
            known = ", ".join(f"{name}:" for name in FIELDS)
            said = f"There is no field {match[1]}: here, so it was read as a word."
            self.problem(f"{said} The fields are {known}.")
        return Words((text,))


def _cut(found: list[str], kind: str, scope: TextField | None) -> Node | None:
    """What is left of a term that does not fit, by its words."""
    if not found:
        return None
    if kind == "phrase":
        return Phrase(" ".join(found), scope or "")
    return both([Term(scope, word) for word in found]) if scope else Words(tuple(found))


def _joined(nodes: list[Node]) -> Node | None:
    """What stands side by side: free words together, everything else must hold as well."""
    free = tuple(word for node in nodes if isinstance(node, Words) for word in node.words)
    rest: list[Node] = [node for node in nodes if not isinstance(node, Words)]
    together = [Words(free), *rest] if free else rest
    return both(together) if together else None
