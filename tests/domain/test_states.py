"""From which state which act leads where, written out in full."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.states import (
    ACT_LABELS,
    FILED,
    OUTSTANDING,
    STATE_LABELS,
    Act,
    ObligationState,
    next_state,
)

# State: then save_draft, submit, submit_nil, return, endorse, accept, exempt; None where the act is refused.
TABLE = {
    "pending": ("draft", "submitted", "nil", None, None, None, "exempt"),
    "draft": ("draft", "submitted", "nil", None, None, None, "exempt"),
    "submitted": ("submitted", "submitted", "nil", "returned", "submitted", "accepted", "exempt"),
    "returned": ("returned", "submitted", "nil", None, None, None, "exempt"),
    "accepted": (None, None, None, "returned", None, None, None),
    "nil": ("nil", "submitted", "nil", "returned", "nil", "accepted", "exempt"),
    "exempt": (None, None, None, None, None, None, None),
}
ACTS = ("save_draft", "submit", "submit_nil", "return", "endorse", "accept", "exempt")


@pytest.mark.parametrize("state", TABLE)
def test_each_act_leads_where_the_table_says(state: str) -> None:
    assert tuple(next_state(ObligationState(state), Act(act)) for act in ACTS) == TABLE[state]


def test_the_table_names_every_state_and_every_act() -> None:
    assert set(TABLE) == set(ObligationState) == set(STATE_LABELS)
    assert set(ACTS) == set(Act) == set(ACT_LABELS)


def test_what_is_outstanding_and_what_counts_as_filed() -> None:
    assert {"pending", "draft", "returned"} == OUTSTANDING
    assert {"submitted", "returned", "accepted", "nil"} == FILED
    # Only a returned text is both: it was filed, and the unit has to act on it.
    assert {"returned"} == FILED & OUTSTANDING
    assert {"exempt"} == set(ObligationState) - FILED - OUTSTANDING


@given(st.lists(st.sampled_from(Act)))
def test_what_was_filed_once_never_falls_back_to_silence(acts: list[Act]) -> None:
    state, was_filed = ObligationState.PENDING, False
    for act in acts:
        state = next_state(state, act) or state
        was_filed |= state in FILED
        if was_filed:
            assert state in FILED | {ObligationState.EXEMPT}
