"""Reading what a person typed. Nothing typed is an error: what cannot be read is explained.

    query    = both { "OR" both }
    both     = sequence { "AND" sequence }
    sequence = item { item }
    item     = [ "-" | "NOT" ] ( "(" query ")" | field ":" value | "phrase" | word )
    field    = title | author | abs | cat | id | org | has | date | like

Operators are upper case. Everything in a sequence must hold, except that its free words are
taken together (see ``Words``). ``title:(a b)`` is ``title:a title:b``. ``like:`` names a paper to
be near to, and holds for the whole query wherever it stands. An identifier or address of a paper,
typed alone, is that paper; what was pasted rather than typed is read as ``pasted`` says.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

from broadsheet.kernel import identifiers
from broadsheet.kernel import text as kernel_text
from broadsheet.search import analysis
from broadsheet.search.language import pasted, values
from broadsheet.search.language.bibliography import Entry
from broadsheet.search.language.tree import (
    FIELDS,
    And,
    Like,
    Named,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    TextField,
    Words,
    both,
    either,
)

LONGEST: Final = pasted.QUERY  # characters
MOST_TERMS: Final = 64
MOST_LIKED: Final = 8
DEEPEST: Final = 8

_TEXT_FIELDS: Final = frozenset(get_args(TextField))

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
    """What was asked for. ``str(parsed)`` is its canonical text.

    ``tree`` is None where nothing is asked for, ``problems`` are sentences about what was left
    out, ``likes`` the papers to be near to. ``papers`` are those that were pasted, in their order,
    the ``tree`` then what finds them by name. ``is_text``: pasted, and no sign in it an operator.
    """

    tree: Node | None
    problems: tuple[str, ...] = ()
    likes: tuple[Like, ...] = ()
    papers: tuple[Entry, ...] = ()
    is_text: bool = False

    def __str__(self) -> str:
        if self.papers and not isinstance(self.tree, Named):
            return pasted.written(self.papers)
        tree = f"({self.tree})" if self.likes and isinstance(self.tree, Or) else str(self.tree)
        if isinstance(self.tree, And) and not self.likes and pasted.pasted(tree):
            # An operator more, so that what is long is not read as a text.
            tree = f"{And(self.tree.nodes[:1])} AND {And(self.tree.nodes[1:])}"
        return " ".join([*map(str, self.likes), *([tree] if self.tree else [])])


def parse(text: str) -> Parsed:
    """Read a query. Never raises; about a millisecond for 2,000 characters, ten for 20,000."""
    looked_at, rest = text[: pasted.LONGEST], text[pasted.LONGEST :]
    text, said = pasted.kept(looked_at.translate(_QUOTES) + rest)
    text = kernel_text.clean(text)
    problems = [said] if said else []
    if found := pasted.pasted(text):
        return _pasted(found, problems)
    if len(text) > LONGEST:
        problems.append(f"Only the first {LONGEST:,} characters were read.")
    clean = unicodedata.normalize("NFKC", text[:LONGEST])
    clean = kernel_text.clean(clean)[:LONGEST]
    if alone := _alone(clean):
        return Parsed(alone, tuple(problems))
    read = _Reader(clean, problems).parsed()
    # What meant nothing and was left out may have hidden what it is.
    if found := pasted.pasted(str(read)):
        return _pasted(found, list(read.problems))
    alone = _alone(str(read)) if isinstance(read.tree, Words) else None
    return replace(read, tree=alone) if alone else read


def _alone(text: str) -> Node | None:
    """The paper that is all that was typed, by an identifier."""
    identifier = identifiers.parse(text) if '"' not in text else None
    return Named(identifier) if identifier and values.survives(identifier) else None


def _pasted(found: pasted.Pasted, problems: list[str]) -> Parsed:
    """What was pasted, as a query: the words of a text, or of the one paper; else their names."""
    if found.words:
        return Parsed(Words(found.words), tuple(problems), is_text=True)
    papers = found.papers[: pasted.MOST_PAPERS]
    if len(papers) < len(found.papers):
        problems.append(pasted.cut(len(papers)))
    if found.odd:
        shown = ", ".join(f"“{part[:40]}”" for part in found.odd[:3])
        problems.append(f"What names no paper was left out: {shown}.")
    if len(papers) == 1 and (title := _composed(analysis.words(papers[0].title))):
        return Parsed(Words(tuple(title)), tuple(problems), papers=papers)
    return Parsed(either(list(map(_by_name, papers))), tuple(problems), papers=papers)


def _by_name(paper: Entry) -> Node:
    if paper.identifiers:
        return Named(paper.identifiers[0])
    return Phrase(" ".join(_composed(analysis.words(paper.title))), "title")


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
        self.likes: list[Like] = []
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
        likes = tuple(dict.fromkeys(self.likes))
        if len(likes) > MOST_LIKED:
            self.problem(f"Only the first {MOST_LIKED} papers after like: were read.")
        return Parsed(_joined(nodes), tuple(self.problems), likes[:MOST_LIKED])

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
        operator, before = "", len(self.likes)
        said = False  # whether something stands on the left
        while self.peek().kind not in ("close", "end"):
            liked = len(self.likes)
            node = self.sequence(depth, field)
            if node:
                alternatives[-1].append(node)
            if node or len(self.likes) > liked:
                operator, said = "", True
            if self.peek().kind == "operator":
                lone = bool(operator) or not said
                operator = self.take().text
                if lone or self.peek().kind in ("close", "end"):
                    self.problem(f"{operator} needs something on both sides; it was left out.")
                if operator == "OR" and not lone:
                    alternatives.append([])
        if len(alternatives) > 1 and len(self.likes) > before:
            self.problem("like: holds for the whole search, so OR does not part it from the rest.")
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
        liked = len(self.likes)
        node = self.atom(depth, field)
        if negative and len(self.likes) > liked:
            del self.likes[liked:]
            self.problem("What is not like a paper cannot be searched: NOT like: was left out.")
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
        if field == "like":
            self.like(text)
            return None
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
            return _cut(_composed(found[: max(0, room)]), token.kind, scope)
        return self.read(token, text, scope) if found else None

    def like(self, text: str) -> None:
        """A paper to be near to: kept beside the tree."""
        found, problem = values.like(text)
        if found:
            self.likes.append(found)
        else:
            self.problem(problem)

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


def _composed(found: list[str]) -> list[str]:
    """Folded words as a text holds them: letters and their marks in one."""
    return [unicodedata.normalize("NFKC", word) for word in found]


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
