"""Where an obligation stands once it is expected again."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.domain.restored_state import state_on_file
from tracker.domain.states import ObligationState

NOTHING: dict[str, Any] = {"is_filed": False, "is_nil": False, "has_draft": False, "review": None}


@pytest.mark.parametrize(
    ("on_file", "state"),
    [
        ({}, "pending"),
        ({"has_draft": True}, "draft"),
        ({"is_filed": True}, "submitted"),
        ({"is_filed": True, "has_draft": True}, "submitted"),
        ({"is_filed": True, "is_nil": True}, "nil"),
        ({"is_filed": True, "review": "returned"}, "returned"),
        ({"is_filed": True, "is_nil": True, "review": "returned"}, "returned"),
        ({"is_filed": True, "review": "accepted"}, "accepted"),
    ],
)
def test_what_is_on_file_says_it(on_file: dict[str, Any], state: str) -> None:
    assert state_on_file(**NOTHING | on_file) is ObligationState(state)
