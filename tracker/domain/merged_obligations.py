"""Two units turn out to be one, and both owed the same task in the same round: which obligation stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Verdict(Enum):
    """The unit that goes is merged into the one that stays."""

    GOING_GIVES_WAY = auto()
    STAYING_GIVES_WAY = auto()
    GOING_STAYS_BEHIND = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """An obligation as far as it matters here; texts are filed versions and drafts."""

    is_exempt: bool
    holds_texts: bool

    @property
    def weight(self) -> tuple[bool, bool]:
        """What is expected weighs more than what is exempt, then texts more than none."""
        return (not self.is_exempt, self.holds_texts)


def weigh(going: Standing, staying: Standing) -> Verdict:
    """Only an obligation without texts can give way, so that none is lost.

    Of two without texts the expected one stands; so does one with texts, unless it is exempt and the other is
    expected. In doubt that of the unit that stays does.
    """
    if not going.holds_texts and (staying.holds_texts or going.weight <= staying.weight):
        return Verdict.GOING_GIVES_WAY
    if not staying.holds_texts and going.weight > staying.weight:
        return Verdict.STAYING_GIVES_WAY
    return Verdict.GOING_STAYS_BEHIND
