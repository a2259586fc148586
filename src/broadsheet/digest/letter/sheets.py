"""What a letter says, as text of 70 columns and as HTML.

Mail clients know no style sheets, so what ``letter.css`` says is written into each element; only
what darkens a letter stays a sheet, for the clients that read one. Formulas are Unicode, since few
clients draw MathML.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from css_inline import CSSInliner
from django.template.loader import get_template

from broadsheet.digest.letter.items import Item
from broadsheet.kernel.wrapping import COLUMNS, width, wrapped
from broadsheet.mail.rules import slot

_STYLES: Final = Path(__file__).with_name("letter.css")
_SLOTS: Final = ("address", "asked_on", "leave", "preferences")
_MARGIN: Final = " " * 4


class Link(NamedTuple):
    """An address and what it leads to; ``more`` says so where there is room."""

    label: str
    href: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything a letter says, in plain text; "" and () where there is nothing to say.

    ``papers`` says how many the edition has. ``links`` lead to the rest of it, ``earlier`` to
    the editions since the last letter, ``notes`` tell how its day stands. ``wanted`` is what was
    subscribed to, ``most`` how much of it. ``preview`` is shown beside the subject.
    """

    masthead: str
    root: str
    name: str
    papers: str
    opening: str
    preview: str
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    earlier: tuple[Link, ...]
    more_earlier: str
    notes: tuple[str, ...]
    coming: str
    wanted: str
    most: str
    contact: str


def html(sheet: Sheet) -> str:
    """The sheet as a page of HTML that holds nothing but text and links."""
    context = {"sheet": sheet, "slots": _slots()}
    return inlined(get_template("digest/edition.html").render(context))


def inlined(page: str) -> str:
    """A page with what ``letter.css`` says written into its elements."""
    return _inliner().inline(page)


def text(sheet: Sheet) -> str:
    """The sheet as a letter; every address of a page stands at the end of a line."""
    context = {
        "sheet": sheet,
        "slots": _slots(),
        "masthead": wrapped(sheet.masthead.upper()),
        "dateline": _apart(sheet.name, sheet.papers),
        "double": "=" * COLUMNS,
        "single": "-" * COLUMNS,
        "opening": wrapped(sheet.opening),
        "items": [_item(item) for item in sheet.items],
        "links": [(wrapped(f"{link.label}{link.more}:"), link.href) for link in sheet.links],
        "earlier": [(wrapped(f"{link.label}:"), link.href) for link in sheet.earlier],
        "more_earlier": wrapped(sheet.more_earlier),
        "notes": [wrapped(note) for note in sheet.notes],
        "coming": wrapped(sheet.coming),
        "wanted": wrapped(f"who asked for {sheet.wanted}"),
        "most": wrapped(f"At most {sheet.most} a letter."),
        "contact": wrapped(f"Who runs this: {sheet.contact}"),
    }
    return get_template("digest/edition.txt").render(context).strip() + "\n"


def _slots() -> dict[str, str]:
    return {name: slot(name) for name in _SLOTS}


@cache
def _inliner() -> CSSInliner:
    styles = _STYLES.read_text(encoding="utf-8")
    return CSSInliner(
        extra_css=styles, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False
    )


def _apart(left: str, right: str) -> str:
    """Two texts at the ends of a line; below one another where they do not fit."""
    gap = COLUMNS - width(left) - width(right)
    return f"{left}{' ' * gap}{right}" if gap > 1 else f"{wrapped(left)}\n{right}"


def _item(item: Item) -> dict[str, Any]:
    """The parts of a paper in lines, each a paragraph or ""."""
    about = ", ".join(filter(None, (item.who, item.date)))
    counts = ", ".join(filter(None, (item.counts, item.code)))
    why = f"{item.label}: {item.why}" if item.why else ""
    lines = (_sentence(about), _sentence(counts), item.again, why)
    return {
        "head": wrapped(item.title, first=f"{item.place:>2}  ", rest=_MARGIN),
        "said": _indented(item.said),
        "lines": [_indented(line) for line in lines if line],
        "href": f"{_MARGIN}{item.href}",
    }


def _indented(text: str) -> str:
    return wrapped(text, first=_MARGIN, rest=_MARGIN) if text else ""


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "…")) else f"{text}."
