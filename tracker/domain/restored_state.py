"""Where an obligation stands once it is no longer exempt: what is on file says it."""

from __future__ import annotations

from typing import Literal

from tracker.domain.states import ObligationState


def state_on_file(
    *, is_filed: bool, is_nil: bool, has_draft: bool, review: Literal["returned", "accepted"] | None
) -> ObligationState:
    """`review` is the office's newest word on the newest version, None before it spoke."""
    if not is_filed:
        return ObligationState.DRAFT if has_draft else ObligationState.PENDING
    if review == "returned":
        return ObligationState.RETURNED
    if review == "accepted":
        return ObligationState.ACCEPTED
    return ObligationState.NIL if is_nil else ObligationState.SUBMITTED
