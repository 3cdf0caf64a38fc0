"""What one person is reminded of: the data behind a reminder mail and behind `tracker remind --json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class OutstandingTask:
    """A task that the unit still has to act on; `remark` says why a returned one came back."""

    number: str
    title: str
    state: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One unit's outstanding tasks in one round. `rung` is the offset in working days, or H1, H2… by hand."""

    round_id: int
    unit_id: int
    unit: str
    list_slug: str
    list_title: str
    period: str
    period_label: str
    due_at: datetime
    is_due_on_holiday: bool
    is_overdue: bool
    rung: str
    planned_at: datetime
    tasks: tuple[OutstandingTask, ...]
    reason: str
    link: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one recipient is told at one moment."""

    to_name: str
    to_address: str
    parts: tuple[DigestPart, ...]


@dataclass(frozen=True, slots=True)
class MissingUnit:
    """A unit that has not filed everything after the due day, with whom to call."""

    unit: str
    kind: str
    expected: int
    missing: int
    task_numbers: tuple[str, ...]
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingUnits:
    """The list a coordinator gets after the deadline."""

    list_title: str
    period_label: str
    due_at: datetime
    expected: int
    filed: int
    on_time: int
    units: tuple[MissingUnit, ...]
    link: str


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """What a coordinator is told when a round closes; the workbook travels with it."""

    list_title: str
    period_label: str
    due_on: date
    closed_at: datetime
    expected: int
    filed: int
    on_time: int
    missing: int
    link: str
