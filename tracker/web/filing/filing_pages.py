"""Filing: a unit's tasks of one round on one page, saved as drafts or submitted one by one or together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.errors import (
    ConflictError,
    IndicatorError,
    NotFoundError,
    NotSignedInError,
    RoundClosedError,
    TrackerError,
)
from tracker.models import OrgUnit, key
from tracker.store.rounds import round_by_name
from tracker.store.units import unit_by_name
from tracker.web.filing.attachment_pages import attach, detach
from tracker.web.filing.filing_desk import Desk, own_desk
from tracker.web.filing.filing_form import (
    FILE_ALL,
    NothingToFileError,
    draft_conflicts,
    read_typed,
    save_untaken,
    submit_typed,
    unchanged_returns,
    wanted_of,
)
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.rendering import redirect, render
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from tracker.actions.filing.file_progress import Submission
    from tracker.web.filing.filing_form import Typed
    from tracker.web.filing.filing_sheet import Sheet

router = APIRouter()

# Acts that keep what was typed and show the page again at one task: with what, and by which query.
_COPY: Final = "copy"
_FILES: Final = "files"
_ATTACH: Final = "attach"


@router.get("/filing/{slug}/{period}")
def show_sheet(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        wanted = request.query_params.get("unit")
        if visit.unit is None and wanted is None:
            return redirect(f"/rounds/{task_list.slug}/{reporting_round.period}")
        unit = visit.unit if wanted is None else unit_in_sight(visit, wanted)
        if unit is None:
            raise NotFoundError
        desk = Desk(visit, task_list, reporting_round, unit)
        sheet = desk.read()
        if row := sheet.by_task.get(number_field(request.query_params, _COPY) or 0):
            row.copy_previous()
        if row := sheet.by_task.get(number_field(request.query_params, _FILES) or 0):
            row.takes_file = row.is_editable
        return desk.show(sheet)


@router.post("/filing/{slug}/{period}")
def file(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    try:
        with signed_in(request, to_write=True) as visit:
            return _file(own_desk(visit, slug, period, form), form)
    except NotSignedInError:
        return _keep_typed(request, form)


def _file(desk: Desk, form: FormData) -> Response:
    typed = read_typed(desk, form)
    act = field(form, "act")
    errors = draft_conflicts(typed)
    free = [one for one in typed if one.row.task_id not in errors]
    wanted = wanted_of(act, free)
    taken = {one.row.task_id for one in wanted}
    try:
        errors |= save_untaken(desk, [one for one in free if one.row.task_id not in taken])
        outcome, refused = submit_typed(desk, wanted, field(form, "key"))
        errors |= refused | attach(desk, form, [one.row.task for one in typed], act)
        at_task = _turned_to(desk, act)
    except RoundClosedError as error:
        return _refused(desk, typed, {}, None, error)
    if act == FILE_ALL:
        errors |= unchanged_returns(free)
    nothing = NothingToFileError() if act == FILE_ALL and not wanted and not errors else None
    if errors or nothing:
        return _refused(desk, typed, errors, outcome, nothing)
    if outcome.receipt:
        return redirect(f"/receipts/{outcome.receipt.number}")
    return redirect(f"{desk.address}{at_task or '?done=draft'}")


def _turned_to(desk: Desk, act: str) -> str:
    """The query and place of the task that an act is about; "" for acts of the whole page."""
    name, _, number = act.partition("-")
    if name == "unfile":
        name, number = _FILES, str(detach(desk, number))
    if name == _ATTACH:
        name = _FILES
    if name not in (_COPY, _FILES) or not number.isascii() or not number.isdigit():
        return ""
    return f"?{name}={number}#task-{number}"


def _refused(
    desk: Desk,
    typed: Iterable[Typed],
    errors: dict[int, TrackerError],
    outcome: Submission | None,
    problem: TrackerError | None,
) -> Response:
    """The page again, with the reasons at their tasks and everything typed still in its box."""
    sheet = desk.read()
    filed = {key(line.task) for line in outcome.filed} if outcome else set()
    for one in typed:
        task_id = one.row.task_id
        if task_id not in filed:
            sheet.by_task[task_id].show(one.as_typed)
    for task_id, error in errors.items():
        _tell(desk.visit, sheet, task_id, error)
    sheet.problem = problem.worded(desk.visit.gettext) if problem else ""
    is_conflict = isinstance(problem, RoundClosedError) or any(
        isinstance(error, ConflictError) for error in errors.values()
    )
    return desk.show(
        sheet,
        status=409 if is_conflict else 422,
        receipt=outcome.receipt.number if outcome and outcome.receipt else "",
        filed_count=len(filed),
    )


def _tell(visit: Visit, sheet: Sheet, task_id: int, error: TrackerError) -> None:
    row = sheet.by_task[task_id]
    row.error = error.worded(visit.gettext)
    row.theirs = error.theirs if isinstance(error, ConflictError) else ""
    if isinstance(error, IndicatorError):
        row.blame(error.indicator_id)


def unit_in_sight(visit: Visit, name: str) -> OrgUnit:
    """For a filer any name but its own is unknown, whether or not it exists."""
    if visit.unit is not None:
        if name != visit.unit.name:
            raise NotFoundError
        return visit.unit
    unit = unit_by_name(visit.session, name)
    visit.actor.require_sight(key(unit))
    return unit


def _keep_typed(request: Request, form: FormData) -> Response:
    """The session ended while somebody was writing: their texts come back, to send again afterwards."""
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return render(
        request,
        "pages/signed_out.html",
        status=401,
        action=request.url.path,
        fields=[(name, value) for name, value in fields if name != "form_token"],
        texts=[value for name, value in fields if name.startswith("text-") and value.strip()],
    )
