"""What came back from a unit's page: which texts to file, which to keep, which to show again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.file_progress import Filing, Submission, submit
from tracker.actions.save_draft import save_draft
from tracker.domain.states import ObligationState
from tracker.domain.texts import check_progress
from tracker.errors import ConflictError, InputError, RequestKeyUsedError, RoundClosedError, TrackerError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.rounds import lock_obligations, round_rules
from tracker.web.filing_sheet import cleaned_or_raw, mark_of
from tracker.web.forms import field, number_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session
    from starlette.datastructures import FormData

    from tracker.models import OrgUnit, ReportingRound
    from tracker.web.filing_sheet import Sheet, SheetRow
    from tracker.web.visits import Visit

FILE_ALL: Final = "all"
_FILE_ONE: Final = "one-"
_TEXT: Final = "text-"


class NothingToFileError(InputError):
    message = mark("没有可以报送的内容：请先填写，或修改已报送的文字后再报送。")


class UnchangedReturnError(InputError):
    message = mark("第 {task} 项退回后还没有修改，未重新报送。不需修改的，请点“报送本项”。")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back in the box of one task."""

    row: SheetRow
    text: str
    is_nil: bool
    base_version: int | None
    shown: str

    @property
    def is_touched(self) -> bool:
        """Whether somebody typed in this box: an old page must not undo what a colleague has saved since."""
        return mark_of(self.text) != self.shown

    @property
    def overwrites_draft(self) -> bool:
        """Whether a colleague saved another draft after this page was shown."""
        row = self.row
        return row.draft not in (None, cleaned_or_raw(self.text)) and row.mark != self.shown

    @property
    def is_empty(self) -> bool:
        return not cleaned_or_raw(self.text)

    @property
    def has_changed(self) -> bool:
        return self.row.has_changed(self.text, is_nil=self.is_nil)


def lock_typed(session: Session, form: FormData, reporting_round: ReportingRound, unit: OrgUnit) -> None:
    """Before anything is read: two colleagues on one page take turns."""
    names = [name.removeprefix(_TEXT) for name in form if name.startswith(_TEXT)]
    task_ids = [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 10]  # noqa: PLR2004
    lock_obligations(session, reporting_round, key(unit), task_ids)


def typed_of(form: FormData, sheet: Sheet) -> list[Typed]:
    """Boxes of tasks that the unit may write to; anything else in the form is nobody's."""
    return [
        Typed(
            row,
            field(form, f"{_TEXT}{row.task_id}"),
            field(form, f"nil-{row.task_id}") == "1",
            number_field(form, f"base-{row.task_id}"),
            field(form, f"shown-{row.task_id}") or row.mark,
        )
        for row in sheet.rows
        if f"{_TEXT}{row.task_id}" in form and (row.is_editable or not sheet.is_open)
    ]


def wanted_of(act: str, typed: list[Typed]) -> list[Typed]:
    """Which texts are to be filed. "All" leaves out empty boxes and what is on file already as it stands."""
    if act == FILE_ALL:
        return [
            entry
            for entry in typed
            if (entry.is_nil or not entry.is_empty)
            and (entry.has_changed or entry.row.state in (ObligationState.PENDING, ObligationState.DRAFT))
        ]
    return [entry for entry in typed if act == f"{_FILE_ONE}{entry.row.task_id}"]


def submit_typed(
    visit: Visit, reporting_round: ReportingRound, unit: OrgUnit, wanted: list[Typed], page_key: str
) -> tuple[Submission, dict[int, TrackerError]]:
    """What was filed, and by task why the rest was not."""
    if not wanted:
        return Submission(None), {}
    outcome = submit(
        visit.session,
        visit.actor,
        reporting_round,
        unit,
        [Filing(entry.row.task, entry.text, entry.base_version, entry.is_nil) for entry in wanted],
        visit.now,
        request_key=_request_key(page_key, wanted),
    )
    typed = {entry.row.task_id: entry for entry in wanted}
    limit = round_rules(reporting_round).character_limit
    errors = {key(refusal.task): refusal.error for refusal in outcome.refused}
    for task_id, error in errors.items():
        if isinstance(error, RequestKeyUsedError):
            errors[task_id] = _first_refusal(typed[task_id], limit) or error
    return outcome, errors


def _first_refusal(entry: Typed, limit: int) -> TrackerError | None:
    """What the first click was told of this text: the second is answered from its receipt alone."""
    try:
        check_progress(entry.text, task=entry.row.task.number, limit=limit)
    except TrackerError as error:
        return error
    return None


def _request_key(page_key: str, wanted: list[Typed]) -> str:
    """The same for a second click on the same page with the same texts; another text is another request."""
    parts = [page_key, *(f"{e.row.task_id} {e.is_nil} {cleaned_or_raw(e.text)}" for e in wanted)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def save_untaken(
    visit: Visit, reporting_round: ReportingRound, unit: OrgUnit, typed: Iterable[Typed]
) -> dict[int, TrackerError]:
    """Keeps what was typed and is not being filed; the errors by task."""
    errors: dict[int, TrackerError] = {}
    for entry in typed:
        if not entry.is_touched or cleaned_or_raw(entry.text) == entry.row.stored:
            continue
        try:
            save_draft(
                visit.session,
                visit.actor,
                reporting_round,
                unit,
                entry.row.task,
                entry.text if entry.has_changed else "",
                visit.now,
                base_version=entry.base_version,
            )
        except RoundClosedError:
            raise
        except TrackerError as error:
            errors[entry.row.task_id] = error
    return errors


def draft_conflicts(typed: Iterable[Typed]) -> dict[int, TrackerError]:
    return {
        entry.row.task_id: ConflictError(
            task=entry.row.task.number,
            filed_by=entry.row.draft_by,
            theirs=entry.row.stored,
            yours=entry.text,
        )
        for entry in typed
        if entry.is_touched and entry.overwrites_draft
    }


def unchanged_returns(typed: Iterable[Typed]) -> dict[int, TrackerError]:
    return {
        entry.row.task_id: UnchangedReturnError(task=entry.row.task.number)
        for entry in typed
        if entry.row.state is ObligationState.RETURNED and not entry.has_changed
    }
