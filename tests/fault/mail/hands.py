"""Delivers in processes that die where they are told: ``python hands.py LETTERS``.

It posts so many letters first. Then it reads lines ``POINT NTH``, delivers each time in a process
of its own that is killed the nth time it comes to that point (``end``: it is not), and says how
that ended.
"""

import os
import signal
import smtplib
import sys
from functools import wraps

from broadsheet.cli.ready import ready

ready()

from django.db import connections  # noqa: E402  # Django first

from broadsheet.mail import actions, claims, delivering  # noqa: E402
from broadsheet.mail.models import Event  # noqa: E402
from broadsheet.mail.transports.smtp import Smtp  # noqa: E402
from broadsheet.mail.types import Body, Letter  # noqa: E402

BODY = Body(subject="Today", text="A line of the edition of today.\n" * 2_000)


class Context:
    """A job that is never told to stop."""

    subject, attempt = "outbox", 1

    def beat(self, said=""):
        pass

    def cancelled(self):
        return False


def letters(count):
    for number in range(count):
        yield Letter(
            key=f"{number}",
            kind="edition",
            owner=f"{number}",
            address=f"{number}@example.org",
            body=BODY,
        )


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def half(link, content):
    """The connection breaks amid a message."""
    if len(content) > 10_000:
        link.sock.sendall(content[: len(content) // 2])
        die()
    link.sock.sendall(content.encode() if isinstance(content, str) else content)


# Where to die: (whose, which, before or after it or in place of it).
POINTS = {
    "claiming": (claims, "claim", "before"),
    "claimed": (claims, "claim", "after"),
    "giving": (smtplib.SMTP, "send", half),
    "given": (Smtp, "_answer", "before"),
    "answered": (Smtp, "hand_over", "after"),
    "settled": (claims, "end", "after"),
    "putting_off": (Event.objects, "create", "before"),
}


def arrange(point, nth):
    """Have this process die there."""
    whose, name, how = POINTS[point]
    whole, left = getattr(whose, name), [nth]

    @wraps(whole)
    def call(*args, **kwargs):
        left[0] -= 1
        if left[0]:
            return whole(*args, **kwargs)
        if callable(how):
            left[0] = 1
            return how(*args, **kwargs)
        if how == "after":
            whole(*args, **kwargs)
        return die()

    setattr(whose, name, call)


def deliver(point, nth):
    if point != "end":
        arrange(point, nth)
    delivering.deliver(Context())


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


actions.post(letters(int(sys.argv[1])))
connections.close_all()
say("posted")
for line in sys.stdin:
    point, nth = line.split()
    child = os.fork()
    if not child:
        try:
            deliver(point, int(nth))
        finally:
            os._exit(0)
    say(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")
