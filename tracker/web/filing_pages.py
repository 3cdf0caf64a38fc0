"""Filing: a unit's tasks of one round on one page, saved as drafts or submitted one by one or together."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.filing_checks import takes_texts
from tracker.actions.unit_chasing import unit_chasing
from tracker.domain.rates import Rates
from tracker.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    RoundClosedError,
    TrackerError,
)
from tracker.models import OrgUnit, ReportingRound, TaskList, key
from tracker.store.rounds import rates_by_unit, round_by_name
from tracker.store.units import unit_by_name
from tracker.web.chasing_views import told_lines
from tracker.web.filing_form import (
    FILE_ALL,
    NothingToFileError,
    draft_conflicts,
    lock_typed,
    save_untaken,
    submit_typed,
    typed_of,
    unchanged_returns,
    wanted_of,
)
from tracker.web.filing_sheet import Sheet, read_sheet
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.home_pages import round_card
from tracker.web.rendering import redirect, render
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from tracker.actions.file_progress import Submission
    from tracker.web.filing_form import Typed

router = APIRouter()


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
        sheet = _sheet(visit, task_list, reporting_round, unit)
        return _page(visit, task_list, reporting_round, unit, sheet)


@router.post("/filing/{slug}/{period}")
def file(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    try:
        with signed_in(request, to_write=True) as visit:
            if visit.unit is None:
                raise ForbiddenError
            if number_field(form, "unit") != key(visit.unit):
                # Typed under one unit's sign-in and sent under another's.
                raise NotFoundError
            task_list, reporting_round = round_by_name(visit.session, slug, period)
            return _file(visit, task_list, reporting_round, visit.unit, form)
    except NotSignedInError:
        return _keep_typed(request, form)


def _file(
    visit: Visit, task_list: TaskList, reporting_round: ReportingRound, unit: OrgUnit, form: FormData
) -> Response:
    lock_typed(visit.session, form, reporting_round, unit)
    sheet = _sheet(visit, task_list, reporting_round, unit)
    typed = typed_of(form, sheet)
    act = field(form, "act")
    errors = draft_conflicts(typed)
    free = [entry for entry in typed if entry.row.task_id not in errors]
    wanted = wanted_of(act, free)
    try:
        errors |= save_untaken(visit, reporting_round, unit, [entry for entry in free if entry not in wanted])
        outcome, refused = submit_typed(visit, reporting_round, unit, wanted, field(form, "key"))
    except RoundClosedError as error:
        return _refused(visit, task_list, reporting_round, unit, typed, {}, None, error)
    errors |= refused
    if act == FILE_ALL:
        errors |= unchanged_returns(free)
    nothing = NothingToFileError() if act == FILE_ALL and not wanted and not errors else None
    if errors or nothing:
        return _refused(visit, task_list, reporting_round, unit, typed, errors, outcome, nothing)
    if outcome.receipt:
        return redirect(f"/receipts/{outcome.receipt.number}")
    return redirect(f"/filing/{task_list.slug}/{reporting_round.period}?done=draft")


def _refused(
    visit: Visit,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    typed: Iterable[Typed],
    errors: dict[int, TrackerError],
    outcome: Submission | None,
    problem: TrackerError | None,
) -> Response:
    """The page again, with the reasons at their tasks and everything typed still in its box."""
    visit.session.flush()
    sheet = _sheet(visit, task_list, reporting_round, unit)
    filed = {key(line.task) for line in outcome.filed} if outcome else set()
    for entry in typed:
        row = sheet.by_task[entry.row.task_id]
        if row.task_id in filed:
            continue
        row.box, row.box_is_nil = entry.text, entry.is_nil
        if error := errors.get(row.task_id):
            row.error = error.worded(visit.gettext)
            row.theirs = error.theirs if isinstance(error, ConflictError) else ""
    sheet.problem = problem.worded(visit.gettext) if problem else ""
    is_conflict = isinstance(problem, RoundClosedError) or any(
        isinstance(error, ConflictError) for error in errors.values()
    )
    return _page(
        visit,
        task_list,
        reporting_round,
        unit,
        sheet,
        status=409 if is_conflict else 422,
        receipt=outcome.receipt.number if outcome and outcome.receipt else "",
        filed_count=len(filed),
    )


def _page(
    visit: Visit,
    task_list: TaskList,
    reporting_round: ReportingRound,
    unit: OrgUnit,
    sheet: Sheet,
    *,
    status: int = 200,
    receipt: str = "",
    filed_count: int = 0,
) -> Response:
    rates = rates_by_unit(visit.session, reporting_round).get(key(unit), Rates())
    chasing = unit_chasing(visit.session, visit.settings, task_list, reporting_round, unit, visit.now)
    return visit.page(
        "pages/filing.html",
        status=status,
        card=round_card(visit, task_list, reporting_round, rates, unit_id=key(unit)),
        unit=unit,
        sheet=sheet,
        chasing=chasing,
        told=told_lines(chasing, visit.gettext),
        is_own=visit.unit is not None,
        page_key=secrets.token_urlsafe(24),
        receipt=receipt,
        filed_count=filed_count,
    )


def _sheet(visit: Visit, task_list: TaskList, reporting_round: ReportingRound, unit: OrgUnit) -> Sheet:
    return read_sheet(
        visit.session,
        visit.actor,
        task_list,
        reporting_round,
        unit,
        visit.gettext,
        is_open=takes_texts(reporting_round, visit.now),
    )


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
