"""批示: a leader's words are registered as a dated task of one or more units, and every unit is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.actions.duties.tell_instruction import tell_instruction
from tracker.domain.instructions import LONGEST
from tracker.domain.reasons import require_words
from tracker.domain.texts import one_line
from tracker.errors import InvalidValueError
from tracker.i18n import mark
from tracker.models import Instruction, key
from tracker.store.units import unit_by_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, Task, TaskList

TEXT_FIELD: Final = mark("批示内容")
_BY: Final = mark("批示人")
_ON: Final = mark("批示日期")
DUE_FIELD: Final = mark("答复期限")
_UNITS: Final = mark("责任单位")
_LONGEST_BY: Final = 100


def instruct(
    session: Session,
    actor: Actor,
    settings: Settings,
    *,
    text: str,
    instructed_by: str,
    instructed_on: date,
    due_on: date,
    units: Sequence[OrgUnit],
    now: datetime,
    about: tuple[TaskList, Task] | None = None,
) -> list[Instruction]:
    """One for each unit (or the one it was merged into), to be answered by the end of `due_on`; `about` a task or none.

    Raises InvalidValueError and ValueTooLongError: no words, nobody named, a day that cannot be, no unit.
    """
    actor.require_coordinating()
    words = require_words(text, field=TEXT_FIELD, limit=LONGEST)
    by = require_words(one_line(instructed_by), field=_BY, limit=_LONGEST_BY)
    today = now.astimezone(settings.site.zone).date()
    if instructed_on > today:
        raise InvalidValueError(field=_ON, value=instructed_on, reason=mark("不能晚于今天"))
    require_due(due_on, today)
    if not units:
        raise InvalidValueError(field=_UNITS, value="", reason=mark("请至少选择一个单位"))
    bound = {key(found): found for found in (unit_by_id(session, key(unit)) for unit in units)}
    given = [
        Instruction(
            unit_id=unit_id,
            list_id=key(about[0]) if about else None,
            lineage=about[1].lineage if about else None,
            text=words,
            instructed_by=by,
            instructed_on=instructed_on,
            due_on=due_on,
            created_at=now,
            created_by=actor.label,
        )
        for unit_id in bound
    ]
    session.add_all(given)
    session.flush()
    for instruction in given:
        tell_instruction(session, settings, instruction, now)
    return given


def require_due(due_on: date, today: date) -> None:
    """Raises InvalidValueError."""
    if due_on < today:
        raise InvalidValueError(field=DUE_FIELD, value=due_on, reason=mark("不能早于今天"))
