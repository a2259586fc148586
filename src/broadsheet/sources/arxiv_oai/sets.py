"""OAI-PMH sets of arXiv: ``group:archive:CATEGORY``."""

from collections.abc import Iterable
from typing import Final

from broadsheet.kernel.tex import words

_PHYSICS: Final = words(
    "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics"
    " quant-ph"
)


def spec(category: str) -> str:
    """The set of a category or a whole archive: ``cs:cs:CL``, ``physics:hep-th``, ``cs:cs``."""
    archive, _, own = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    return f"{group}:{archive}:{own}" if own else f"{group}:{archive}"


def specs(categories: Iterable[str]) -> tuple[str, ...]:
    """The sets to ask for, in order, none inside another; ("",) for everything."""
    wanted = sorted({spec(category) for category in categories})
    return tuple(s for s in wanted if not is_within((s,), set(wanted) - {s})) or ("",)


def is_within(sets: Iterable[str], wanted: Iterable[str]) -> bool:
    """Say whether one of these sets is one of those wanted, or inside it."""
    return any(one == own or one.startswith(f"{own}:") for own in wanted for one in sets)
