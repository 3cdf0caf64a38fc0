"""What a returned form says, beside what is on file: for the person who decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.actions.filing.issue_form import FORM_KEY
from tracker.domain.form_identity import read_fields, read_mark
from tracker.domain.form_words import HAS_NONE
from tracker.errors import NotFoundError, TrackerError
from tracker.i18n import mark
from tracker.models import IncomingState, ReportingRound, TaskList, key
from tracker.store.lists import tasks_of
from tracker.store.progress import latest_updates
from tracker.store.rounds import obligations_of
from tracker.store.site_keys import site_key
from tracker.store.units import unit_by_id
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.form_identity import FormIdentity
    from tracker.importers.forms import FormReading, ReturnedRow
    from tracker.models import Obligation, OrgUnit, ProgressUpdate, Task
    from tracker.web.visits import Visit

INCOMING_STATE_LABELS: Final = {
    IncomingState.RECEIVED: mark("待处理"),
    IncomingState.HELD: mark("顺延"),
    IncomingState.FILED: mark("已报送"),
    IncomingState.REFUSED: mark("未收"),
    IncomingState.QUARANTINED: mark("待人工"),
    IncomingState.DISCARDED: mark("已丢弃"),
    IncomingState.IGNORED: mark("自动邮件"),
    IncomingState.BOUNCE: mark("退信"),
}
INCOMING_STATE_STYLES: Final = {
    IncomingState.RECEIVED: "state-draft",
    IncomingState.HELD: "state-draft",
    IncomingState.FILED: "state-accepted",
    IncomingState.REFUSED: "state-returned",
    IncomingState.QUARANTINED: "state-returned",
    IncomingState.DISCARDED: "state-nil",
    IncomingState.IGNORED: "state-nil",
    IncomingState.BOUNCE: "state-submitted",
}


@dataclass(frozen=True, slots=True)
class FormRowView:
    """A row with a text. `is_known` is False where its mark is not one of this form's."""

    number: str
    title: str
    text: str
    is_nil: bool
    on_file: str
    is_same: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """`problem` says why the form cannot be filed at all; then unit and rows are empty."""

    file: str
    problem: str
    unit_id: int | None = None
    unit: str = ""
    title: str = ""
    slug: str = ""
    period: str = ""
    period_label: str = ""
    rows: tuple[FormRowView, ...] = ()


def view_form(visit: Visit, form: FormReading) -> FormView:
    secret = site_key(visit.session, FORM_KEY, visit.now)
    try:
        identity = read_fields(form.fields, form.signature, secret)
        return _view(visit, form, identity, secret)
    except TrackerError as error:
        return FormView(form.file, error.worded(visit.gettext))


def _view(visit: Visit, form: FormReading, identity: FormIdentity, secret: str) -> FormView:
    session = visit.session
    unit = unit_by_id(session, identity.unit_id)
    reporting_round = session.get(ReportingRound, identity.round_id)
    if reporting_round is None:
        raise NotFoundError
    task_list = session.get_one(TaskList, reporting_round.list_id)
    tasks = {key(task): task for task in tasks_of(session, reporting_round.version_id)}
    on_file = _on_file(visit, reporting_round, unit)
    found = []
    for row in form.rows:
        mark_of_row = read_mark(row.mark, secret, form.signature)
        if row.text.strip() or row.fault:
            task = tasks.get(mark_of_row.task_id) if mark_of_row else None
            found.append(_row(form, row, task, on_file.get(key(task)) if task else None))
    return FormView(
        file=form.file,
        problem="",
        unit_id=key(unit),
        unit=unit.name,
        title=task_list.title,
        slug=task_list.slug,
        period=reporting_round.period,
        period_label=round_in_words(reporting_round, visit.gettext),
        rows=tuple(found),
    )


def _on_file(visit: Visit, reporting_round: ReportingRound, unit: OrgUnit) -> Mapping[int, ProgressUpdate]:
    """The newest version by task id."""
    updates = latest_updates(visit.session, reporting_round, unit_id=key(unit))
    obligations: list[Obligation] = list(obligations_of(visit.session, reporting_round, unit_id=key(unit)))
    return {found.task_id: updates[key(found)] for found in obligations if key(found) in updates}


def _row(
    form: FormReading, row: ReturnedRow, task: Task | None, update: ProgressUpdate | None
) -> FormRowView:
    filed = (update.nil_reason or update.text) if update else ""
    return FormRowView(
        number=task.number if task else row.number,
        title=task.title if task else "",
        text=row.text,
        is_nil=bool(row.status) and row.status == form.fields.get(HAS_NONE),
        on_file=filed,
        is_same=filed == row.text.strip(),
        is_known=task is not None,
    )
