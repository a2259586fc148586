"""Telling from arXiv's own words that a paper was withdrawn.

arXiv marks a withdrawal in prose only: in the comment, or in place of the abstract. What is
looked for is a sentence about this very paper, so that "replaces the withdrawn preprint",
"section 4 withdrawn" and "accepted, but withdrawn from the workshop" stay what they are.
"""

import re
from typing import Final

_WORK: Final = (
    "(?:paper|article|manuscript|preprint|submission|work|note|report|document|letter|draft"
    "|translation)"
)
_NOW: Final = "(?:now |also |being |been |temporarily |momentarily )*"
_GONE: Final = "(?:withdrawn|retracted|taken out)"
_ELSEWHERE: Final = "(?! from (?!(?:the )?arxiv|publication|circulation|submission))"

# The text opens with it: "Withdrawn", "(withdrawn.)", "Paper withdrawn", "arXiv admin note:
# withdrawn by …", "Why withdrawn: …", "This version withdrawn by …".
_OPENING: Final = (
    r"^\W*(?:(?:arxiv )?admin note: |v\d+,? |why )?(?:(?:this|the) )?"
    rf"(?:{_WORK} |version )?{_NOW}{_GONE}\b{_ELSEWHERE}"
)
# A sentence about this paper, anywhere: "This paper has been withdrawn by the author".
_SENTENCE: Final = (
    rf"(?:(?<!of )\b(?:this|the) |^|[.;:,(] ?)(?:is )?{_WORK}"
    rf" (?:has|have|had|is|was) {_NOW}{_GONE}\b{_ELSEWHERE}"
)
# A remark after the count of pages: "10 pages (withdrawn due to an error)".
_REMARK: Final = (
    rf"[.;,(] {{0,2}}{_GONE}(?:$|[.!)]|"
    " (?:due to|because|since|pending|by (?:the )?(?:authors?|arxiv)))"
)
# The authors' wish, which arXiv prints as the reason: "We decided to withdraw this paper".
_WISH: Final = rf"\bwithdraw(?:ing)? (?:this|the|our) {_WORK}\b{_ELSEWHERE}"

_IN_ABSTRACT = re.compile(f"{_OPENING}|{_SENTENCE}", re.IGNORECASE)
_IN_COMMENT = re.compile(f"{_OPENING}|{_SENTENCE}|{_REMARK}|{_WISH}", re.IGNORECASE)
_IN_TITLE = re.compile(r"^withdrawn\b|\(withdrawn\)", re.IGNORECASE)
_HINTS: Final = (b"withdraw", b"retracted", b"taken out")


def may_be_withdrawn(raw: bytes) -> bool:
    """Say, at the cost of a glance, whether a line is worth asking ``says_withdrawn``."""
    lower = raw.lower()
    return any(hint in lower for hint in _HINTS)


def says_withdrawn(title: str, abstract: str, comment: str) -> bool:
    """Say whether these words declare the paper withdrawn."""
    return bool(
        _IN_COMMENT.search(comment) or _IN_ABSTRACT.search(abstract) or _IN_TITLE.search(title)
    )
