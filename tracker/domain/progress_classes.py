"""Progress classes 进度: ahead, on schedule, behind or done, as an account counts the tasks of a round."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from tracker.domain.assessment import Assessment
from tracker.domain.states import FILED, ObligationState
from tracker.i18n import mark


class ProgressClass(StrEnum):
    """超进度 / 达进度 / 欠进度 / 完成; unassessed is what was filed without a word on how it stands."""

    AHEAD = "ahead"
    ON_SCHEDULE = "on_schedule"
    BEHIND = "behind"
    DONE = "done"
    UNASSESSED = "unassessed"


CLASS_LABELS: Final = {
    ProgressClass.AHEAD: mark("超进度"),
    ProgressClass.ON_SCHEDULE: mark("达进度"),
    ProgressClass.BEHIND: mark("欠进度"),
    ProgressClass.DONE: mark("完成"),
    ProgressClass.UNASSESSED: mark("未自评"),
}
_BY_ASSESSMENT: Final = {
    Assessment.AHEAD: ProgressClass.AHEAD,
    Assessment.ON_SCHEDULE: ProgressClass.ON_SCHEDULE,
    Assessment.BEHIND: ProgressClass.BEHIND,
    Assessment.NOT_STARTED: ProgressClass.BEHIND,
    Assessment.DONE: ProgressClass.DONE,
}


def is_silent(state: ObligationState) -> bool:
    """Not filed, or filed as having nothing to report."""
    return state not in FILED or state is ObligationState.NIL


def class_of(state: ObligationState, assessment: Assessment | None) -> ProgressClass | None:
    """The class of a task by what its lead filed; None where the lead is exempt.

    A lead that is silent is behind, whatever an earlier version said.
    """
    if state is ObligationState.EXEMPT:
        return None
    if is_silent(state):
        return ProgressClass.BEHIND
    return _BY_ASSESSMENT[assessment] if assessment else ProgressClass.UNASSESSED
