"""A worker with jobs of the tests' own: ``python tests/working.py '{"log": …, "ask": …}'``.

It asks for the jobs in ``ask``, has missed the schedules in ``missed``, and works.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from broadsheet.cli.ready import ready
from broadsheet.cli.working import resting

ready()

from broadsheet.jobs import actions, registry, schedule  # noqa: E402  # Django first
from broadsheet.jobs.models import Firing  # noqa: E402
from broadsheet.jobs.worker import Pace, Worker  # noqa: E402

ASKED = json.loads(sys.argv[1])


def note(what, subject="-", attempt=0):
    with Path(ASKED["log"]).open("a") as log:
        log.write(f"{time.monotonic()} {os.getpid()} {what} {subject} {attempt}\n")


def dig(context, steps=20):
    note("begin", context.subject, context.attempt)
    for step in range(steps):
        context.beat(f"{step} of {steps}")
        note("step", context.subject, context.attempt)
        time.sleep(0.02)
    note("end", context.subject, context.attempt)


def dawdle(context):
    """Takes a minute, unless it is met a second time."""
    dig(context, 3_000 if context.attempt == 1 else 20)


def endless(context):
    note("begin", context.subject, context.attempt)
    while not context.cancelled():
        time.sleep(0.02)
    note("end", context.subject, context.attempt)


def deaf(context):
    note("begin", context.subject, context.attempt)
    time.sleep(600)


def deadly(context):
    note("begin", context.subject, context.attempt)
    os.kill(os.getpid(), signal.SIGKILL)


def faulty(context):
    note("begin", context.subject, context.attempt)
    raise ValueError(f"no {context.subject} today")


for function in (dig, dawdle, endless, deaf, deadly, faulty):
    registry.register(function.__name__, function)
for name, subject in ASKED["ask"]:
    actions.enqueue(name, subject)
for name in ASKED.get("missed", ()):
    schedule.declare(name, cron="0 0 1 1 *", zone="UTC", job="dig")
    Firing.objects.all().delete()
rest = resting(beside=False)
note("ready")
if not Worker(Pace(**ASKED["pace"])).run(rest):
    os._exit(0)
