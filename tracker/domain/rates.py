"""Counts and rates of a set of obligations (DESIGN: rules 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tracker.domain.states import FILED, ObligationState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rates:
    """expected excludes exempt; filed includes nil, returned and accepted; on_time + late = filed."""

    expected: int = 0
    filed: int = 0
    on_time: int = 0
    late: int = 0
    nil: int = 0
    exempt: int = 0
    returned: int = 0
    accepted: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.filed

    @property
    def waiting(self) -> int:
        """Filed, and neither returned nor accepted since: a reviewer's turn."""
        return self.filed - self.returned - self.accepted

    @property
    def completeness(self) -> float | None:
        """filed / expected; None where nothing is expected."""
        return self.filed / self.expected if self.expected else None

    @property
    def timeliness(self) -> float | None:
        """on_time / expected; None where nothing is expected."""
        return self.on_time / self.expected if self.expected else None


def is_on_time(first_submitted_at: datetime, due_at: datetime) -> bool:
    """Only the first submission counts: a return never turns on-time into late (DESIGN: rule 6)."""
    return first_submitted_at <= due_at


class Tally(NamedTuple):
    """So many obligations in one state; `on_time` says of a filed one whether its first submission was."""

    state: ObligationState
    on_time: bool
    amount: int = 1


def rates_of(tallies: Iterable[Tally]) -> Rates:
    """The rates of a set of obligations, one tally each or already counted by state."""
    by_state = dict.fromkeys(ObligationState, 0)
    on_time = 0
    for tally in tallies:
        by_state[tally.state] += tally.amount
        if tally.on_time and tally.state in FILED:
            on_time += tally.amount
    filed = sum(by_state[state] for state in FILED)
    return Rates(
        expected=sum(by_state.values()) - by_state[ObligationState.EXEMPT],
        filed=filed,
        on_time=on_time,
        late=filed - on_time,
        nil=by_state[ObligationState.NIL],
        exempt=by_state[ObligationState.EXEMPT],
        returned=by_state[ObligationState.RETURNED],
        accepted=by_state[ObligationState.ACCEPTED],
    )
