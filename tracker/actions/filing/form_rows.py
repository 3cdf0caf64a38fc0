"""The rows of a returned 报送表, one by one: to be filed, on file already, empty, or refused and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.filing import Filing
from tracker.domain.assessment import Assessment
from tracker.domain.form_identity import read_mark
from tracker.domain.form_words import HAS_NONE, HAS_PROGRESS, assessment_field
from tracker.domain.names import normalise_name
from tracker.domain.states import ObligationState
from tracker.domain.texts import clean_text, visible
from tracker.errors import (
    CellErrorError,
    ConflictError,
    CoveredCellError,
    NilReasonError,
    RepeatedRowError,
    TrackerError,
    UnknownAssessmentError,
    UnknownRowError,
    UnknownStatusError,
    UnsavedFormulaError,
)
from tracker.models import key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tracker.domain.actors import Actor
    from tracker.domain.form_identity import RowMark
    from tracker.importers.forms import FormReading, ReturnedRow
    from tracker.models import Draft, Obligation, ProgressUpdate, Task

    MarkedRow = tuple[ReturnedRow, RowMark]

_FAULTS: Final[dict[str, type[TrackerError]]] = {
    "error": CellErrorError,
    "unsaved": UnsavedFormulaError,
    "covered": CoveredCellError,
}


class Fate(StrEnum):
    """What became of one row. `unchanged` says what is on file already."""

    FILED = "filed"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FormLine:
    """One row of the form. `receipt` confirms the text on file; `error` says why a row was refused, and of a
    ConflictError both texts are kept. `number` is the task's, or for an unknown row what is printed there."""

    number: str
    where: str
    fate: Fate
    version: int = 0
    receipt: str = ""
    error: TrackerError | None = None
    is_returned: bool = False


def rows_by_task(
    reading: FormReading, tasks: Mapping[int, Task], secret: str
) -> tuple[dict[int, list[MarkedRow]], list[FormLine]]:
    """The rows of each task, and those with a text that are nobody's.

    A row whose number is another than its mark says was sorted in part: its text may be another task's.
    """
    found: dict[int, list[MarkedRow]] = defaultdict(list)
    strangers = []
    for row in reading.rows:
        mark = read_mark(row.mark, secret, reading.signature)
        task = tasks.get(mark.task_id) if mark else None
        if mark and task and _is_number_of(row, task):
            found[mark.task_id].append((row, mark))
        elif row.text.strip():
            error = UnknownRowError(where=row.where, number=row.number)
            strangers.append(refused_line(row.number, row.where, error))
    return dict(found), strangers


def _is_number_of(row: ReturnedRow, task: Task) -> bool:
    return not row.number or normalise_name(row.number) == normalise_name(visible(task.number))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rows of one form are compared with. `words` are the form's own for its statuses and 自评."""

    actor: Actor
    words: Mapping[str, str]
    issued_at: datetime
    obligations: Mapping[int, Obligation]
    updates: Mapping[int, ProgressUpdate]
    drafts: Mapping[int, Draft]
    receipts: Mapping[int, str]

    def judge(self, task: Task, rows: Sequence[MarkedRow]) -> Filing | FormLine:
        """What is to be filed, or what there is to say of the row without filing."""
        row, mark = next((pair for pair in rows if pair[0].text), rows[0])
        said = {(other.text, other.status, other.remark, other.assessment) for other, _ in rows if other.text}
        try:
            if len(said) > 1:
                raise RepeatedRowError(task=task.number)
            return self._judged(task, row, mark)
        except TrackerError as error:
            return refused_line(task.number, row.where, error)

    def _judged(self, task: Task, row: ReturnedRow, mark: RowMark) -> Filing | FormLine:
        if row.fault:
            raise _FAULTS[row.fault](task=task.number, value=visible(row.text))
        obligation = self.obligations.get(key(task))
        update = self.updates.get(key(obligation)) if obligation else None
        text = clean_text(row.text)
        is_nil = self._is_nil(task, row)
        if not text:
            if is_nil:
                raise NilReasonError(task=task.number)
            return FormLine(task.number, row.where, Fate.EMPTY)
        filing = Filing(
            task,
            text,
            mark.base_version,
            is_nil,
            clean_text(row.remark) or None,
            assessment=self._assessment(task, row),
        )
        if obligation and update and filing.is_said_by(update):
            return FormLine(
                task.number,
                row.where,
                Fate.UNCHANGED,
                update.version,
                self.receipts.get(update.receipt_id, ""),
                is_returned=obligation.state is ObligationState.RETURNED,
            )
        if obligation:
            self._require_no_newer_draft(task, obligation, text)
        return filing

    def _is_nil(self, task: Task, row: ReturnedRow) -> bool:
        if row.status in ("", self.words[HAS_PROGRESS]):
            return False
        if row.status != self.words[HAS_NONE]:
            raise UnknownStatusError(task=task.number, status=visible(row.status))
        return True

    def _assessment(self, task: Task, row: ReturnedRow) -> Assessment | None:
        if not row.assessment:
            return None
        for assessment in Assessment:
            if row.assessment == self.words.get(assessment_field(assessment)):
                return assessment
        raise UnknownAssessmentError(task=task.number, assessment=visible(row.assessment))

    def _require_no_newer_draft(self, task: Task, obligation: Obligation, text: str) -> None:
        """A colleague's draft, saved after the form was issued, is not thrown away for it."""
        draft = self.drafts.get(key(obligation))
        if draft is None or draft.text == text or draft.saved_by == self.actor.label:
            return
        if draft.saved_at > self.issued_at:
            raise ConflictError(task=task.number, filed_by=draft.saved_by, theirs=draft.text, yours=text)


def refused_line(number: str, where: str, error: TrackerError) -> FormLine:
    return FormLine(number, where, Fate.REFUSED, error=error)
