"""States of an obligation and the acts that lead from one to the next (DESIGN: rule 5)."""

from __future__ import annotations

from enum import StrEnum

from tracker.i18n import mark


class ObligationState(StrEnum):
    """Where one obligation stands. Silence is never nil: `pending` stays pending."""

    PENDING = "pending"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    NIL = "nil"
    EXEMPT = "exempt"


class Act(StrEnum):
    """What someone does to an obligation."""

    SAVE_DRAFT = "save_draft"
    SUBMIT = "submit"
    SUBMIT_NIL = "submit_nil"
    RETURN = "return"
    ENDORSE = "endorse"
    ACCEPT = "accept"
    EXEMPT = "exempt"


_S = ObligationState

STATE_LABELS = {
    _S.PENDING: mark("未报送"),
    _S.DRAFT: mark("草稿"),
    _S.SUBMITTED: mark("已报送"),
    _S.RETURNED: mark("已退回"),
    _S.ACCEPTED: mark("已通过"),
    _S.NIL: mark("无进展"),
    _S.EXEMPT: mark("免报"),
}
# One character a state for a matrix, so that it reads without colour and when printed in black.
STATE_LETTERS = {
    _S.PENDING: mark("未"),
    _S.DRAFT: mark("稿"),
    _S.SUBMITTED: mark("报"),
    _S.RETURNED: mark("退"),
    _S.ACCEPTED: mark("通"),
    _S.NIL: mark("无"),
    _S.EXEMPT: mark("免"),
}
ACT_LABELS = {
    Act.SAVE_DRAFT: mark("保存草稿"),
    Act.SUBMIT: mark("报送"),
    Act.SUBMIT_NIL: mark("报无进展"),
    Act.RETURN: mark("退回"),
    Act.ENDORSE: mark("初审通过"),
    Act.ACCEPT: mark("通过"),
    Act.EXEMPT: mark("免报"),
}

# What a unit still has to act on, and what counts as filed in a rate.
OUTSTANDING = frozenset({_S.PENDING, _S.DRAFT, _S.RETURNED})
FILED = frozenset({_S.SUBMITTED, _S.RETURNED, _S.ACCEPTED, _S.NIL})

# A draft over a filed text keeps the filed state: what was filed still counts while it is being improved.
_NEXT: dict[Act, dict[ObligationState, ObligationState]] = {
    Act.SAVE_DRAFT: {
        _S.PENDING: _S.DRAFT,
        _S.DRAFT: _S.DRAFT,
        _S.SUBMITTED: _S.SUBMITTED,
        _S.RETURNED: _S.RETURNED,
        _S.NIL: _S.NIL,
    },
    Act.SUBMIT: dict.fromkeys((_S.PENDING, _S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.NIL), _S.SUBMITTED),
    Act.SUBMIT_NIL: dict.fromkeys((_S.PENDING, _S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.NIL), _S.NIL),
    Act.RETURN: dict.fromkeys((_S.SUBMITTED, _S.NIL, _S.ACCEPTED), _S.RETURNED),
    # The word of the unit above passes a text on; only the office's changes where it stands.
    Act.ENDORSE: {_S.SUBMITTED: _S.SUBMITTED, _S.NIL: _S.NIL},
    Act.ACCEPT: dict.fromkeys((_S.SUBMITTED, _S.NIL), _S.ACCEPTED),
    Act.EXEMPT: dict.fromkeys((_S.PENDING, _S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.NIL), _S.EXEMPT),
}


def next_state(state: ObligationState, act: Act) -> ObligationState | None:
    """The state after `act`, or None where the act is not allowed from `state`."""
    return _NEXT[act].get(state)
