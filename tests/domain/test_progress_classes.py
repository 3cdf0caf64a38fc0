"""How a task stands by what its lead filed."""

from __future__ import annotations

import pytest

from tracker.domain.assessment import Assessment
from tracker.domain.progress_classes import ProgressClass, class_of
from tracker.domain.states import ObligationState

A, P, S = Assessment, ProgressClass, ObligationState


@pytest.mark.parametrize(
    ("state", "assessment", "found"),
    [
        (S.SUBMITTED, A.AHEAD, P.AHEAD),
        (S.ACCEPTED, A.ON_SCHEDULE, P.ON_SCHEDULE),
        (S.ACCEPTED, A.BEHIND, P.BEHIND),
        (S.SUBMITTED, A.NOT_STARTED, P.BEHIND),
        (S.RETURNED, A.DONE, P.DONE),
        (S.SUBMITTED, None, P.UNASSESSED),
        (S.PENDING, None, P.BEHIND),
        (S.DRAFT, None, P.BEHIND),
        (S.NIL, A.DONE, P.BEHIND),
        (S.EXEMPT, A.DONE, None),
    ],
)
def test_silence_is_behind_and_exemption_is_nothing(
    state: ObligationState, assessment: Assessment | None, found: ProgressClass | None
) -> None:
    assert class_of(state, assessment) is found
