"""What else a search could mean, as links: better spelling, acronyms either way."""

from typing import Any

from broadsheet.editions import suggesting
from broadsheet.editions.addresses import write
from broadsheet.editions.types import Question
from broadsheet.kernel.text import plural
from broadsheet.web.present.menus import Way


def offers(question: Question) -> dict[str, Any]:
    """``corrected``, the question in better spelling or None, and ``also``, with acronyms."""
    found = suggesting.offers(question)
    corrected = found.corrected
    return {
        "corrected": Way(corrected.said, write(corrected.question)) if corrected else None,
        "also": tuple(
            Way(other.said, write(other.question), plural(other.papers, "paper") + " say so")
            for other in found.acronyms
        ),
    }
