"""What came back from a unit's page: which texts to file, which to keep, which to show again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.file_progress import Submission, submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.domain.reported_values import TypedValue
from tracker.domain.states import ObligationState
from tracker.domain.texts import check_progress
from tracker.errors import ConflictError, InputError, RequestKeyUsedError, RoundClosedError, TrackerError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.rounds import lock_obligations, round_rules
from tracker.web.filing.filing_entry import NOTHING, Entry, cleaned_or_raw, judgement_of
from tracker.web.forms import field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from tracker.web.filing.filing_desk import Desk
    from tracker.web.filing.filing_sheet import Sheet, SheetRow

FILE_ALL: Final = "all"
_FILE_ONE: Final = "one-"
_TEXT: Final = "text-"
# Task, version and mark, as `Sheet.bases` writes them.
_BASE: Final = re.compile(r"(\d{1,9}):(\d{1,9})\.([0-9a-f]{8})", re.ASCII)


class NothingToFileError(InputError):
    message = mark("没有可以报送的内容：请先填写，或修改已报送的文字后再报送。")


class UnchangedReturnError(InputError):
    message = mark("第 {task} 项退回后还没有修改，未重新报送。不需修改的，请点“报送本项”。")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back in the controls of one task; `text` as it came, `shown` the mark of what they held before."""

    row: SheetRow
    text: str
    entry: Entry
    base_version: int | None
    shown: str

    @property
    def is_touched(self) -> bool:
        """Whether somebody typed here: an old page must not undo what a colleague has saved since."""
        return self.entry.mark != self.shown

    @property
    def overwrites_draft(self) -> bool:
        """Whether a colleague saved another draft after this page was shown."""
        draft = self.row.draft
        # A tick without a word is no text to lose.
        return draft not in (None, self.entry) and draft.has_words and draft.mark != self.shown

    @property
    def has_changed(self) -> bool:
        """Whether it differs from what is on file."""
        return self.entry != self.row.filed

    @property
    def as_typed(self) -> Entry:
        return replace(self.entry, text=self.text)


def read_typed(desk: Desk, form: FormData) -> list[Typed]:
    """What was typed, beside what is on file; locked before anything is read: two colleagues on one page take turns."""
    names = [name.removeprefix(_TEXT) for name in form if name.startswith(_TEXT)]
    task_ids = [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 10]  # noqa: PLR2004
    lock_obligations(desk.visit.session, desk.reporting_round, key(desk.unit), task_ids)
    return _typed_of(form, desk.read(task_ids))


def _typed_of(form: FormData, sheet: Sheet) -> list[Typed]:
    """Boxes of tasks that the unit may write to; anything else in the form is nobody's."""
    bases = {int(found[1]): found for found in _BASE.finditer(field(form, "bases"))}
    return [
        _typed(form, row, bases.get(row.task_id))
        for row in sheet.rows
        if f"{_TEXT}{row.task_id}" in form and (row.is_editable or not sheet.is_open)
    ]


def _typed(form: FormData, row: SheetRow, base: re.Match[str] | None) -> Typed:
    number = row.task_id
    text, word = field(form, f"{_TEXT}{number}"), field(form, f"rate-{number}")
    values = {
        asked.id: TypedValue(
            field(form, f"value-{number}-{asked.id}").strip(), field(form, f"why-{number}-{asked.id}").strip()
        )
        for asked in row.values
    }
    entry = Entry(
        cleaned_or_raw(text),
        f"nil-{number}" in form,
        judgement_of(word),
        {asked: value for asked, value in values.items() if value.number or value.reason},
    )
    if base is None:
        return Typed(row, text, entry, None, row.stored.mark)
    return Typed(row, text, entry, int(base[2]), base[3])


def wanted_of(act: str, typed: list[Typed]) -> list[Typed]:
    """Which texts are to be filed. "All" leaves out empty boxes and what is on file already as it stands."""
    if act == FILE_ALL:
        return [
            entry
            for entry in typed
            if entry.entry.says_anything
            and (entry.has_changed or entry.row.state in (ObligationState.PENDING, ObligationState.DRAFT))
        ]
    return [entry for entry in typed if act == f"{_FILE_ONE}{entry.row.task_id}"]


def submit_typed(
    desk: Desk, wanted: list[Typed], page_key: str
) -> tuple[Submission, dict[int, TrackerError]]:
    """What was filed, and by task why the rest was not."""
    if not wanted:
        return Submission(None), {}
    visit = desk.visit
    outcome = submit(
        visit.session,
        visit.actor,
        desk.reporting_round,
        desk.unit,
        [
            Filing(
                typed.row.task,
                typed.text,
                typed.base_version,
                typed.entry.is_nil,
                assessment=typed.entry.assessment,
                values=typed.entry.values,
            )
            for typed in wanted
        ],
        visit.now,
        request_key=_request_key(page_key, wanted),
    )
    by_task = {typed.row.task_id: typed for typed in wanted}
    limit = round_rules(desk.reporting_round).character_limit
    errors = {key(refusal.task): refusal.error for refusal in outcome.refused}
    for task_id, error in errors.items():
        if isinstance(error, RequestKeyUsedError):
            errors[task_id] = _first_refusal(by_task[task_id], limit) or error
    return outcome, errors


def _first_refusal(typed: Typed, limit: int) -> TrackerError | None:
    """What the first click was told of this text: the second is answered from its receipt alone."""
    try:
        check_progress(typed.text, task=typed.row.task.number, limit=limit)
    except TrackerError as error:
        return error
    return None


def _request_key(page_key: str, wanted: list[Typed]) -> str:
    """The same for a second click on the same page with the same texts; another text is another request."""
    parts = [page_key, *(f"{typed.row.task_id} {typed.entry.digest}" for typed in wanted)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def save_untaken(desk: Desk, typed: Iterable[Typed]) -> dict[int, TrackerError]:
    """Keeps what was typed and is not being filed; the errors by task. Raises RoundClosedError."""
    errors: dict[int, TrackerError] = {}
    visit = desk.visit
    for one in typed:
        if not one.is_touched or one.entry == one.row.stored:
            continue
        # What stands on file already needs no draft.
        entry = one.entry if one.has_changed else NOTHING
        try:
            save_draft(
                visit.session,
                visit.actor,
                desk.reporting_round,
                desk.unit,
                one.row.task,
                entry.text,
                visit.now,
                base_version=one.base_version,
                is_nil=entry.is_nil,
                assessment=entry.assessment,
                values=entry.values,
            )
        except RoundClosedError:
            raise
        except TrackerError as error:
            errors[one.row.task_id] = error
    return errors


def draft_conflicts(typed: Iterable[Typed]) -> dict[int, TrackerError]:
    return {
        one.row.task_id: ConflictError(
            task=one.row.task.number,
            filed_by=one.row.draft_by,
            theirs=one.row.stored.text,
            yours=one.text,
        )
        for one in typed
        if one.is_touched and one.overwrites_draft
    }


def unchanged_returns(typed: Iterable[Typed]) -> dict[int, TrackerError]:
    return {
        one.row.task_id: UnchangedReturnError(task=one.row.task.number)
        for one in typed
        if one.row.state is ObligationState.RETURNED and not one.has_changed
    }
