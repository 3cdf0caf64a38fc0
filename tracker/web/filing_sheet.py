"""A unit's page of one round as plain rows: what is asked, what was filed last, what stands in the box."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.actions.compile_worksheet import compile_worksheet
from tracker.domain.periods import parse_period
from tracker.domain.states import FILED, OUTSTANDING, Act, ObligationState, next_state
from tracker.domain.texts import clean_text, count_characters
from tracker.errors import ControlCharacterError
from tracker.models import key
from tracker.store.lists import measures_of
from tracker.store.receipts import receipt_numbers
from tracker.store.rounds import find_round, round_rules
from tracker.web.words import period_in_words, shown_state

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.compile_worksheet import WorksheetLine
    from tracker.domain.actors import Actor
    from tracker.models import OrgUnit, ProgressUpdate, ReportingRound, Task, TaskList
    from tracker.web.words import Gettext


@dataclass(slots=True)
class SheetRow:
    """One task. `box` is what the editor shows: what was just typed, else the draft, else what is on file."""

    task: Task
    obligation_id: int
    state: ObligationState
    base_version: int
    filed: str
    is_nil: bool
    draft: str | None
    draft_by: str
    box: str
    box_is_nil: bool
    remark: str
    exempt_reason: str
    is_late: bool
    is_editable: bool
    measure: str = ""
    previous: str = ""
    previous_note: str = ""
    receipt: str = ""
    error: str = ""
    theirs: str = ""

    @property
    def task_id(self) -> int:
        return key(self.task)

    @property
    def is_outstanding(self) -> bool:
        return self.state in OUTSTANDING

    @property
    def stored(self) -> str:
        """What the box shows before anybody types: the draft, else what is on file."""
        return self.filed if self.draft is None else self.draft

    @property
    def mark(self) -> str:
        """Travels with the box, so that it is seen afterwards what its writer had before them."""
        return mark_of(self.stored)

    @property
    def count(self) -> int:
        return count_or_length(self.box)

    def has_changed(self, text: str, *, is_nil: bool) -> bool:
        """Whether `text` differs from what is on file."""
        return (cleaned_or_raw(text), is_nil if text else self.is_nil) != (self.filed, self.is_nil)


@dataclass(slots=True)
class Sheet:
    """`problem` speaks of the whole page. `is_open` says whether the round still takes texts."""

    rows: list[SheetRow]
    limit: int
    is_open: bool
    previous_label: str
    problem: str = ""
    by_task: dict[int, SheetRow] = field(default_factory=dict)

    @property
    def is_editable(self) -> bool:
        return any(row.is_editable for row in self.rows)


def read_sheet(
    session: Session,
    actor: Actor,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    gettext: Gettext,
    *,
    is_open: bool,
) -> Sheet:
    """The sheet of `unit`, whose boxes open to itself only. Raises NotFoundError out of the actor's scope."""
    worksheet = compile_worksheet(session, actor, task_list, reporting_round, unit)
    is_own = actor.unit_id == key(unit)
    receipts = receipt_numbers(session, reporting_round, key(unit))
    measures = measures_of(session, reporting_round.version_id)
    period = parse_period(worksheet.previous_period, round_rules(reporting_round).period_type)
    has_previous = find_round(session, task_list, period) is not None
    rows = []
    for line in worksheet.lines:
        measure = measures.get(line.task.measure_id or 0)
        can_submit = next_state(line.obligation.state, Act.SUBMIT) is not None
        row = _row(line, is_own=is_own, is_editable=is_own and is_open and can_submit)
        row.measure = measure.title if measure else ""
        row.receipt = receipts.get(line.update.receipt_id, "") if line.update else ""
        row.previous, row.previous_note = _previous_words(line.previous, gettext, has_round=has_previous)
        rows.append(row)
    return Sheet(
        rows=rows,
        limit=worksheet.character_limit,
        is_open=is_open,
        previous_label=period_in_words(period, gettext),
        by_task={row.task_id: row for row in rows},
    )


def mark_of(text: str) -> str:
    return hashlib.sha256(cleaned_or_raw(text).encode("utf-8", "replace")).hexdigest()[:16]


def cleaned_or_raw(text: str) -> str:
    """As it would be stored; as it came where it cannot be."""
    try:
        return clean_text(text)
    except ControlCharacterError:
        return text


def count_or_length(text: str) -> int:
    try:
        return count_characters(text)
    except ControlCharacterError:
        return len(text)


def _row(line: WorksheetLine, *, is_own: bool, is_editable: bool) -> SheetRow:
    obligation, update = line.obligation, line.update
    is_nil = bool(update and update.nil_reason)
    filed = (update.nil_reason or update.text) if update else ""
    is_returned = obligation.state is ObligationState.RETURNED
    return SheetRow(
        task=line.task,
        obligation_id=key(obligation),
        state=obligation.state if is_own else shown_state(obligation.state),
        base_version=obligation.version,
        filed=filed,
        is_nil=is_nil,
        draft=line.draft.text if line.draft else None,
        draft_by=line.draft.saved_by if line.draft else "",
        box=line.draft.text if line.draft else filed,
        box_is_nil=is_nil,
        remark=line.review.reason if line.review and is_returned else "",
        exempt_reason=obligation.exempt_reason,
        is_late=obligation.state in FILED and not obligation.is_on_time,
        is_editable=is_editable,
    )


def _previous_words(update: ProgressUpdate | None, gettext: Gettext, *, has_round: bool) -> tuple[str, str]:
    """The text, and a note that stands in its place or before it."""
    if update is None:
        return "", gettext("上期未报送") if has_round else gettext("上期未在本系统报送")
    if update.nil_reason:
        return update.nil_reason, gettext("上期报无进展，理由：")
    return update.text, ""
