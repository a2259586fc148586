"""Refusals for good that follow each other: of single letters, or of everything at once."""

from datetime import timedelta
from random import random
from typing import Final

from broadsheet.kernel import clock
from broadsheet.mail import claims, outcomes, rules

__all__ = ["Refusals"]

_IN_A_ROW: Final = 5


class Refusals:
    """Those since the last letter that was taken, while all are of one kind.

    A quota that is used up or a policy is told with every letter as if it were that letter's
    fault. So what is refused counts against its address only once the next letter is taken, is
    refused in other words, or the run ends.
    """

    def __init__(self) -> None:
        self._kind = ""
        self._refused: list[tuple[claims.Claim, str]] = []

    def add(self, claim: claims.Claim, said: str) -> None:
        """Take in one that is written down as failed. ``said`` holds no address."""
        kind = rules.reason(said)
        if kind != self._kind:
            self.settle()
        self._kind = kind
        self._refused.append((claim, said))

    @property
    def are_of_all(self) -> bool:
        return len(self._refused) >= _IN_A_ROW

    def settle(self) -> None:
        """They were of these letters: each is a return of its address."""
        refused, self._refused = self._refused, []
        for claim, said in refused:
            outcomes.come_back(claim.number, said)

    def undo(self) -> None:
        """They were of all letters: these wait again, longer each time, as what is put off.

        So a refusal that is of these letters after all ends as one when nobody sees to it.
        """
        refused, self._refused = self._refused, []
        for claim, said in refused:
            wait_s = rules.wait_s(claim.attempt, draw=random())  # noqa: S311  # no secret
            if wait_s is not None:
                claims.reopen(claim, said, until=clock.now() + timedelta(seconds=wait_s))
