"""Why a task is stuck: what its lead says of itself, and how the lead's report stands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import Assessment
from tracker.domain.states import FILED, ObligationState
from tracker.i18n import mark

if TYPE_CHECKING:
    from datetime import datetime


class StuckReason(StrEnum):
    """The gravest first."""

    NOT_STARTED = "not_started"
    BEHIND = "behind"
    OVERDUE = "overdue"
    RETURNED = "returned"
    EXTENDED = "extended"
    OTHERS_BEHIND = "others_behind"


REASON_LABELS: Final = {
    StuckReason.NOT_STARTED: mark("自评未启动"),
    StuckReason.BEHIND: mark("自评滞后"),
    StuckReason.OVERDUE: mark("逾期未报"),
    StuckReason.RETURNED: mark("已退回"),
    StuckReason.EXTENDED: mark("延期中"),
    StuckReason.OTHERS_BEHIND: mark("多个单位自评滞后"),
}
_MANY: Final = 2
SLOW: Final = frozenset({Assessment.BEHIND, Assessment.NOT_STARTED})


def stuck_reasons(
    state: ObligationState | None,
    assessment: Assessment | None,
    *,
    due_at: datetime,
    is_extended: bool,
    others_behind: int,
    expected: int,
    now: datetime,
) -> tuple[StuckReason, ...]:
    """The reasons, the gravest first; none for a task that is on its way.

    `state`, `assessment` (of the newest version) and `due_at` are the lead's; `state` is None where nobody leads.
    `others_behind` is how many others of the `expected` judge themselves late or not started: a third is many.
    """
    is_missing = state is not None and state not in FILED and state is not ObligationState.EXEMPT
    found = {
        StuckReason.NOT_STARTED: assessment is Assessment.NOT_STARTED,
        StuckReason.BEHIND: assessment is Assessment.BEHIND,
        StuckReason.OVERDUE: is_missing and now > due_at,
        StuckReason.RETURNED: state is ObligationState.RETURNED,
        StuckReason.EXTENDED: is_missing and is_extended and now <= due_at,
        StuckReason.OTHERS_BEHIND: others_behind >= _MANY and others_behind * 3 >= expected,
    }
    return tuple(reason for reason in StuckReason if found[reason])
