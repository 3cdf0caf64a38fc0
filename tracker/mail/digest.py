"""What one person is reminded of: the data behind a reminder mail and behind `tracker remind --json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.ladder import OPENING

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
    """One unit's outstanding tasks in one round.

    `rung` is the offset in working days, with @ and the day where that is the unit's own; "open"; or H1, H2… by
    hand. `sentence` is the rung's own. `next_at` is when the next reminder comes if this one brings nothing.
    """

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
    sentence: str = ""
    next_at: datetime | None = None
    is_extended: bool = False
    channels: tuple[str, ...] = ("mail",)

    @property
    def is_opening(self) -> bool:
        return self.rung == OPENING


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one recipient is told at one moment."""

    to_name: str
    to_address: str
    parts: tuple[DigestPart, ...]


@dataclass(frozen=True, slots=True)
class MissingUnit:
    """A unit that has not filed everything after the due day, with whom to call.

    `extended_to` is the unit's own last day where it was given a later one.
    """

    unit: str
    kind: str
    expected: int
    missing: int
    task_numbers: tuple[str, ...]
    contacts: tuple[str, ...]
    extended_to: date | None = None


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
class InterviewUnit:
    """A unit proposed for 约谈: what it has not filed, how often it was reminded, and how it did before.

    `remark` is "" or says what speaks against it. `rounds` counts the earlier rounds looked at, `late` and `missing`
    those of them in which the unit was late with something or never filed something.
    """

    unit: str
    kind: str
    expected: int
    task_numbers: tuple[str, ...]
    reminders: int
    contacts: tuple[str, ...]
    rounds: int
    late: int
    missing: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Interviews:
    """The draft list of units to be spoken to in one round; nothing is published by it."""

    list_title: str
    period_label: str
    due_at: datetime
    units: tuple[InterviewUnit, ...]
    link: str


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """What a coordinator is told when a round closes; the workbook travels with it.

    `is_published` says whether an account of the round has been published; at `account_link` it is, or waits to be.
    """

    list_title: str
    period_label: str
    due_on: date
    closed_at: datetime
    expected: int
    filed: int
    on_time: int
    missing: int
    link: str
    is_published: bool
    account_link: str
