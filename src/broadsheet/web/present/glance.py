"""How mail goes, in the words of the operators' first page."""

from dataclasses import dataclass

from broadsheet.jobs.queries import Queue
from broadsheet.mail.queries import Outbox
from broadsheet.mail.returns import WORDS, Domain, Returns

_TROUBLED_PER_MILLE = 1  # complaints of a thousand letters from which the large hosts look askance


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in words, where it leads, and whether somebody should look."""

    name: str
    said: str
    link: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Figures under a heading."""

    title: str
    figures: tuple[Figure, ...]


def parts(outbox: Outbox, returns: Returns, queue: Queue) -> tuple[Part, ...]:
    """The first page, part by part."""
    return (
        Part("Outbox", _outbox(outbox)),
        Part("Handed over", _rates(outbox)),
        Part("What hosts and readers said in 14 days", _returns(returns)),
        Part("Addresses that get no mail", _suppressed(outbox)),
        Part("Background jobs", _queue(queue)),
    )


def domains(returns: Returns) -> tuple[tuple[Domain, str], ...]:
    """Receiving domains with trouble, each with the list it leads to."""
    return tuple((domain, f"mail/message/?domain={domain.name}") for domain in returns.domains)


def _messages(standing: str) -> str:
    return f"mail/message/?standing__exact={standing}"


def _outbox(outbox: Outbox) -> tuple[Figure, ...]:
    count = outbox.messages
    since = f", {outbox.due:,} due since {outbox.due_since:%H:%M on %-d %B}" if outbox.due else ""
    failures = "; ".join(f"{n:,} × {reason}" for reason, n in [*outbox.failures.items()][:3])
    lately = f" (in seven days: {failures})" if failures else ""
    return (
        Figure("Waiting", f"{count['waiting']:,}{since}", _messages("waiting")),
        Figure("Being handed over", f"{count['sending']:,}", _messages("sending")),
        _odd("Doubtful", count["doubtful"], _messages("doubtful"), ": they may have gone or not"),
        _odd("Failed", count["failed"], _messages("failed"), lately),
        Figure("Cancelled", f"{count['cancelled']:,}", _messages("cancelled")),
        Figure("Passed over", f"{count['suppressed']:,}", _messages("suppressed")),
    )


def _odd(name: str, count: int, link: str, more: str) -> Figure:
    return Figure(name, f"{count:,}{more if count else ''}", link, wrong=count > 0)


def _rates(outbox: Outbox) -> tuple[Figure, ...]:
    return (
        Figure("In the last minute", f"{outbox.sent_in_minute:,}"),
        Figure("In the last hour", f"{outbox.sent_in_hour:,}"),
        Figure("In the last day", f"{outbox.sent_in_day:,}"),
        Figure("In all", f"{outbox.messages['sent']:,}", _messages("sent")),
    )


def _returns(returns: Returns) -> tuple[Figure, ...]:
    figures = [Figure("handed over".capitalize(), f"{returns.sent:,}")]
    for word, name in WORDS.items():
        count, day = returns.words[word], returns.day[word]
        share = f", {count / returns.sent:.1%} of what was handed over" if returns.sent else ""
        said = f"{count:,}{share if count else ''}{f'; {day:,} in the last day' if day else ''}"
        wrong = word == "complained" and count * 1_000 > returns.sent * _TROUBLED_PER_MILLE
        link = f"mail/event/?what={word}"
        figures.append(Figure(name.capitalize(), said, link, wrong))
    return tuple(figures)


def _suppressed(outbox: Outbox) -> tuple[Figure, ...]:
    why = {
        "bounced": "Nobody can be reached there",
        "complained": "Their readers called a letter spam",
        "asked": "Their readers asked for it",
        "operator": "An operator added them",
    }
    return tuple(
        Figure(
            name, f"{outbox.suppressions.get(reason, 0):,}", f"mail/suppression/?reason={reason}"
        )
        for reason, name in why.items()
    )


def _queue(queue: Queue) -> tuple[Figure, ...]:
    late = f", {queue.due:,} due since {queue.due_since:%H:%M on %-d %B}" if queue.due_since else ""
    jobs = "jobs/job/?state__exact="
    return (
        Figure("Running", f"{queue.running:,}", f"{jobs}running"),
        Figure("Waiting", f"{queue.waiting:,}{late}", f"{jobs}waiting"),
        _odd("Set aside", queue.failed, f"{jobs}failed", ""),
    )
