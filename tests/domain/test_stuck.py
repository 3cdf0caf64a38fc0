"""Why a task is stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.domain.assessment import Assessment
from tracker.domain.states import ObligationState
from tracker.domain.stuck import REASON_LABELS, StuckReason, stuck_reasons

DUE = datetime(2024, 10, 6, 15, 59, 59, tzinfo=UTC)
S, R = ObligationState, StuckReason


def reasons(
    state: ObligationState | None, assessment: Assessment | None = None, **given: Any
) -> tuple[StuckReason, ...]:
    values: dict[str, Any] = {
        "due_at": DUE,
        "is_extended": False,
        "others_behind": 0,
        "expected": 18,
        "now": DUE,
    } | given
    return stuck_reasons(state, assessment, **values)


@pytest.mark.parametrize(
    ("state", "assessment", "given", "expected"),
    [
        (S.SUBMITTED, Assessment.BEHIND, {}, (R.BEHIND,)),
        (S.ACCEPTED, Assessment.NOT_STARTED, {}, (R.NOT_STARTED,)),
        (S.ACCEPTED, Assessment.ON_SCHEDULE, {}, ()),
        (S.RETURNED, Assessment.BEHIND, {}, (R.BEHIND, R.RETURNED)),
        (S.PENDING, None, {}, ()),
        (S.PENDING, None, {"now": DUE + timedelta(seconds=1)}, (R.OVERDUE,)),
        (S.DRAFT, None, {"now": DUE + timedelta(days=1)}, (R.OVERDUE,)),
        (S.PENDING, None, {"is_extended": True}, (R.EXTENDED,)),
        (S.SUBMITTED, None, {"is_extended": True}, ()),
        (S.EXEMPT, None, {"now": DUE + timedelta(days=1)}, ()),
        (S.NIL, None, {"now": DUE + timedelta(days=1)}, ()),
        (None, None, {"now": DUE + timedelta(days=1)}, ()),
        (None, None, {"others_behind": 6}, (R.OTHERS_BEHIND,)),
        (S.SUBMITTED, None, {"others_behind": 5}, ()),
        (S.SUBMITTED, None, {"others_behind": 1, "expected": 2}, ()),
    ],
)
def test_reasons(
    state: ObligationState | None,
    assessment: Assessment | None,
    given: dict[str, Any],
    expected: tuple[StuckReason, ...],
) -> None:
    assert reasons(state, assessment, **given) == expected


def test_every_reason_has_its_words() -> None:
    assert set(REASON_LABELS) == set(StuckReason)
