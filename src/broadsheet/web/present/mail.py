"""Mail made ready for its pages: the box on every edition, the forms, the letters."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings

from broadsheet.digest.rules import DAYS
from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.types import Mailing
from broadsheet.editions import site
from broadsheet.editions.addresses import named_field
from broadsheet.editions.types import Question
from broadsheet.fields import all_fields
from broadsheet.fields import field as field_named
from broadsheet.kernel.errors import BadLink, OldLink
from broadsheet.mail import sender
from broadsheet.mail.types import Body
from broadsheet.web import forms, zones
from broadsheet.web.present.letters import has_outbox
from broadsheet.web.present.menus import Way

_OFTEN: Final[Mapping[str, str]] = {
    "announced": "Every announcement day",
    "weekdays": "Monday to Friday",
    **{f"weekly-{number}": f"Every {day}" for number, day in enumerate(DAYS)},
    "monthly": "Once a month",
}
_WHEN_MATCHED: Final[Mapping[str, str]] = {
    "announced": "On days with new matches",
    forms.AT_ONCE: "As soon as something matches",
}
_SUBSCRIBE: Final = "/subscribe"
_SAMPLE: Final = "/subscribe/sample"


def is_open() -> bool:
    """Whether this site sends mail, and everything is set that this needs."""
    return sender.is_on() and not sender.lacking()


def box(question: Question) -> dict[str, Any]:
    """The box on an edition: the form for the list that goes on where this one is a part of it."""
    edition = forms.standing(question)
    kind = question.period.kind if question.period and question.place == "front" else "day"
    often = {"week": "weekly-0", "month": "monthly"}.get(kind, "announced")
    form = forms.Form(edition=edition, often=often)
    return {
        "is_open": is_open(),
        "heading": _heading(question, edition, kind),
        "is_search": forms.is_search(edition),
        "sample": _href(_SAMPLE, form),
        "last": {"week": "last week’s", "month": "last month’s"}.get(kind, "yesterday’s"),
        "every_zone": _href(_SUBSCRIBE, form),
        "edition": edition,
        "zones": zones.options(form.zone, every=False),
        **fields(form),
    }


def _heading(question: Question, edition: str, kind: str) -> str:
    if forms.is_search(edition):
        return "Keep this search"
    if question.place == "trending":
        return "What is trending, by mail"
    when = {"week": "Next week’s", "month": "Next month’s"}.get(kind, "Tomorrow’s")
    of = f" of {field_named(question.field).title}" if named_field(question) else ""
    return f"{when} edition{of} by mail"


def _href(page: str, form: forms.Form, **more: str) -> str:
    """The address of a page about the edition of a form, in the form's rhythm."""
    often = {} if form.often == forms.OFTEN[0] else {"often": form.often}
    return f"{page}?{urlencode({'edition': form.edition, **often, **more})}"


def fields(form: forms.Form) -> dict[str, Any]:
    """The choices of a form but the zone, as options that are chosen or not, and its errors."""
    often = {**_OFTEN, **(_WHEN_MATCHED if forms.is_search(form.edition) else {})}
    sizes = sorted({*forms.SIZES, *([int(form.size)] if form.size.isdigit() else [])})
    return {
        "form": form,
        "often": [(name, label, name == form.often) for name, label in often.items()],
        "hours": [(hour, f"{hour}:00", str(hour) == form.hour) for hour in range(24)],
        "sizes": [(size, f"{size} papers", str(size) == form.size) for size in sizes],
        "errors": form.errors,
    }


def off() -> dict[str, Any]:
    """The page of a site that sends no mail."""
    return {"page_title": "Mail"}


def subscribe(form: forms.Form, *, fresh: bool = False) -> dict[str, Any]:
    """The page of the form. Of a ``fresh`` one the browser may fill in its time zone."""
    return {
        "page_title": "The edition by mail",
        "told": form.errors.get("") or "Something is missing or cannot be used: see below.",
        "editions": editions(form.edition),
        "sample": _href(_SAMPLE, form),
        "fresh": fresh,
        "zones": zones.options(form.zone, every=True),
        **fields(form),
    }


def asked(form: forms.Form) -> dict[str, Any]:
    """The page that says to look into the mailbox."""
    return {"page_title": "Look into your mailbox", "form": form, **_folder()}


def _folder() -> dict[str, bool]:
    """Whether letters are only put into a folder, and whether it can be opened here."""
    return {"in_folder": settings.MAIL == "folder", "outbox": has_outbox()}


def sample(form: forms.Form, letter: Body) -> dict[str, Any]:
    """The page of a sample."""
    return {
        "page_title": "What the mail looks like",
        "edition": wishes.title(form.edition),
        "subject": letter.subject,
        "text": letter.text,
        "html": _href(_SAMPLE, form, format="html"),
        "subscribe": _href(_SUBSCRIBE, form),
    }


def confirm(mailing: Mailing) -> dict[str, Any]:
    """The page of a link from a confirmation."""
    return {"page_title": "Shall the mail begin?", "mailing": mailing}


def confirmed(mailing: Mailing, *, newest_now: bool = False) -> dict[str, Any]:
    """The page that says what comes now, and when."""
    return {
        "page_title": "The mail begins",
        "mailing": mailing,
        "next": zones.local(mailing.due_at, mailing.zone) if mailing.due_at else "",
        "zone": zones.label(mailing.zone),
        "newest_now": newest_now,
        **_folder(),
    }


def leave(mailing: Mailing | None) -> dict[str, Any]:
    """The page of a link to leave: before, after, and where nothing is left to leave."""
    if mailing is None:
        return {"page_title": "You have left", "gone": True}
    left = mailing.state == "left"
    return {
        "page_title": "You have left" if left else "No more of this mail?",
        "mailing": mailing,
        "left": left,
        "often": often(mailing),
        "zones": zones.options("UTC", every=True),
    }


def often(mailing: Mailing) -> str:
    """How often a mailing comes, as a form has it."""
    weekly = mailing.cadence == "weekly"
    return f"weekly-{mailing.weekday}" if weekly else mailing.cadence


def lost(raised: BadLink) -> dict[str, Any]:
    """The page of a link that is not good, or not any more."""
    old = isinstance(raised, OldLink)
    return {
        "page_title": "This link has had its time" if old else "This link does not work",
        "said": raised.user_message,
        "old": old,
    }


def editions(*chosen: str) -> list[Way]:
    """The editions to choose from: those named, then the latest of every field."""
    latest = [
        forms.standing(Question(place="front", field=field.name))
        for field in sorted(all_fields(), key=lambda field: field.name != site.field())
    ]
    first = [address for address in chosen if address not in latest]
    return [Way(capital(wishes.title(one)), one) for one in dict.fromkeys([*first, *latest])]


def capital(text: str) -> str:
    """A part of a sentence, as its beginning."""
    return text[:1].upper() + text[1:]
