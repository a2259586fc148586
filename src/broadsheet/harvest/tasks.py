"""What the worker runs of the harvest."""

import logging

from broadsheet.harvest import actions, ledger, pinging
from broadsheet.jobs.registry import Context
from broadsheet.kernel.text import plural

log = logging.getLogger(__name__)


def sync(context: Context, source: str) -> None:
    """Run a source, then close gaps in the days of its feeds.

    A source that is off is not asked. Stopped or killed anywhere it goes on where it was. Raises
    what asking failed with, so that the queue tries again, later each time.
    """
    live = actions.source(source)
    actions.reschedule(live)
    if not ledger.is_on(source):  # since this was asked for
        return

    def tell(told: actions.Run) -> None:
        context.beat(f"{plural(told.records, 'record')} in {plural(told.portions, 'portion')}")

    told = actions.run(live, progress=tell)
    healed = actions.heal(live.feeds)
    facts = {"source": source, "outcome": told.outcome, "records": told.records, "healed": healed}
    log.info("harvest.run.ended", extra={"facts": facts | {"error": told.error}})
    if told.failure:
        raise told.failure
    if not told.alarms:
        pinging.ask(source)


def fetch(_context: Context) -> None:
    """Ask arXiv for the papers that readers want. Raises what asking failed with."""
    told = actions.fetch()
    if told and told.failure:
        raise told.failure


def ping(_context: Context, source: str) -> None:
    """Tell whoever the operator named that a run of this source ended well."""
    pinging.ping(source)
