"""A person's word on indicators: which are ones, and which quantities of a text are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import NotFoundError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.indicators import indicators_by_lineage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from tracker.domain.actors import Actor
    from tracker.models import IndicatorState, ListVersion


class UnknownIndicatorError(NotFoundError):
    message = mark("这一版清单中没有编号为 {number} 的指标。")


def settle_indicators(
    session: Session, actor: Actor, version: ListVersion, states: Mapping[int, IndicatorState]
) -> int:
    """Sets the states of indicators of one version, by lineage; how many were another before.

    Other versions keep theirs: rounds were opened on them. A version that comes later takes over what was said.
    Raises UnknownIndicatorError, and then nothing is changed.
    """
    actor.require_coordinating()
    found = indicators_by_lineage(session, key(version), states)
    if missing := sorted(set(states) - set(found)):
        raise UnknownIndicatorError(number=missing[0])
    changed = [indicator for lineage, indicator in found.items() if indicator.state is not states[lineage]]
    for indicator in changed:
        indicator.state = states[indicator.lineage]
    session.add_all(changed)
    session.flush()
    return len(changed)
