"""How a unit is reminded in a round: what it has had, when the next one would come, and what stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.chasing.read_chasing import read_chasing, send_window
from tracker.actions.chasing.reminder_parts import read_parts
from tracker.i18n import mark
from tracker.models import key
from tracker.store.reminders import reminders_of_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import OrgUnit, Reminder, ReportingRound, TaskList

_CLOSED = mark("本期已关闭，不再催报。")
_ALL_FILED = mark("已全部报送，不再催报。")
_OFF = mark("本期的自动催报已关闭。")
_PAUSED = mark("对该单位的催报已暂停。")
_NO_MORE = mark("本期不再有自动催报。")


@dataclass(frozen=True, slots=True)
class UnitChasing:
    """`next_at` is None where no reminder comes by itself, and `silence` then says why (a source text)."""

    reminders: Sequence[Reminder]
    next_at: datetime | None
    silence: str = ""


def unit_chasing(
    session: Session,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    now: datetime,
) -> UnitChasing:
    """As it stands at `now`; reads only."""
    unit_id = key(unit)
    reminders = reminders_of_unit(session, reporting_round, unit_id)
    if reporting_round.closed_at:
        return UnitChasing(reminders, None, _CLOSED)
    chasing = read_chasing(session, settings, send_window(session, settings), reporting_round)
    read = read_parts(session, settings, chasing, task_list, reporting_round, unit_ids=[unit_id])
    if not read.owed:
        return UnitChasing(reminders, None, _ALL_FILED)
    if next_at := read.next_at(unit_id, now):
        return UnitChasing(reminders, next_at)
    if chasing.is_off(now):
        return UnitChasing(reminders, None, _OFF)
    return UnitChasing(reminders, None, _PAUSED if chasing.pause_of(unit_id, now) else _NO_MORE)
