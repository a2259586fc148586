"""Holding a row alone, with a lease that ends by itself should its holder be killed.

A holder is named by its machine, its process and a number of its own. Where it was a process
of this machine that is gone, nobody waits for its lease to end.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.db.models import Q

from broadsheet.harvest.models import Held
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Busy

LEASE: Final = timedelta(minutes=10)
"""Longer than one request with all its time-outs, or the ingest of one portion, can last."""


@cache
def _here() -> str:
    """What names this machine since it started, and its process numbers; "" where not told."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116  # a link that names no file
    except OSError:
        return ""


def _born(pid: int) -> str:
    """When a process of this machine started, in its own ticks; "" where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def new_holder() -> str:
    """A name for whoever is about to hold something."""
    pid = os.getpid()
    return f"{_here()} {pid} {_born(pid)} {uuid.uuid4().hex[:12]}"


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that runs no longer."""
    here, _, rest = holder.partition(" ")
    if not rest or not here or here != _here():
        return False
    pid, born, _ = rest.split(" ")
    return _born(int(pid)) != born


def free(now: datetime) -> Q:
    """Rows nobody holds, or not for longer."""
    return Q(holder="") | Q(held_until__lte=now)


def release_lost(row: Held, now: datetime) -> bool:
    """Free a row whose holder is gone; says whether it was.

    A lease that ends later than any can was given by a clock that was ahead: it is cut.
    """
    rows = type(row)._default_manager.filter(pk=row.pk, holder=row.holder)  # noqa: SLF001  # documented
    if row.holder and is_gone(row.holder):
        return bool(rows.update(holder=""))
    rows.filter(held_until__gt=now + LEASE).update(held_until=now + LEASE)
    return False


@contextmanager
def held(table: type[Held], name: str, what: str) -> Iterator[str]:
    """Hold a row of ``table`` inside the block; gives the holder's name.

    Raises Busy where another process holds it. The row must be there.
    """
    rows = table._default_manager.filter(name=name)  # noqa: SLF001  # documented
    holder, now = new_holder(), clock.now()
    release_lost(rows.get(), now)
    if not rows.filter(free(now)).update(holder=holder, held_until=now + LEASE):
        raise Busy(what=what, remedy="Let that one finish, or stop it.")
    try:
        yield holder
    finally:
        rows.filter(holder=holder).update(holder="")


def revoke(table: type[Held], name: str) -> None:
    """Have whoever holds a row stop at their next renewal."""
    table._default_manager.filter(name=name).update(holder="")  # noqa: SLF001  # documented


def renew(table: type[Held], name: str, holder: str, what: str) -> None:
    """Go on holding; inside the transaction whose writes only a holder may make.

    Raises Busy where the lease ended meanwhile and another process took over, or was revoked.
    """
    rows = table._default_manager.filter(name=name, holder=holder)  # noqa: SLF001  # documented
    if not rows.update(held_until=clock.now() + LEASE):
        raise Busy(what=what, remedy="It was set anew or taken over meanwhile.")
