"""The record of what was changed about units: who, when, what; and the taking back of one change."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import col, select
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.errors import StateError
from tracker.http_status import status_of
from tracker.models import Obligation, ReportingRound, Task, TaskList, UnitChange, UnitChangeKind
from tracker.store.unit_changes import change_by_number, list_changes, merge_data
from tracker.web.forms import CheckedForm, number_field
from tracker.web.rendering import redirect
from tracker.web.units.unit_words import change_in_words, rows_in_words
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words

router = APIRouter()

ChangeNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 100


@router.get("/units/changes")
def show_changes(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _list_page(visit)


@router.get("/units/changes/{change_id}")
def show_change(request: Request, change_id: ChangeNumber) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _change_page(visit, change_by_number(visit.session, change_id))


@router.post("/units/changes/{change_id}/undo")
def undo(request: Request, change_id: ChangeNumber, form: CheckedForm) -> Response:  # noqa: ARG001 - checked, and empty
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        change = change_by_number(visit.session, change_id)
        try:
            with visit.session.begin_nested():
                undo_unit_change(visit.session, visit.actor, change, visit.now)
        except StateError as error:
            return _change_page(visit, change, status=status_of(error), problem=error.worded(visit.gettext))
        return redirect("/units/changes?done=unit_undone")


def _list_page(visit: Visit) -> Response:
    """The newest; `before` asks for those older than a number."""
    before = number_field(visit.request.query_params, "before")
    found = list_changes(visit.session, before=before, limit=_PAGE + 1)
    return visit.page(
        "pages/unit_changes.html",
        changes=[(change, change_in_words(change, visit.gettext)) for change in found[:_PAGE]],
        older=found[_PAGE - 1].id if len(found) > _PAGE else None,
    )


def _change_page(visit: Visit, change: UnitChange, *, status: int = 200, problem: str = "") -> Response:
    data = merge_data(change) if change.kind is UnitChangeKind.MERGED else None
    moved = (
        [(rows_in_words(f"{rows.table}.{rows.column}", visit.gettext), len(rows.keys)) for rows in data.moved]
        if data
        else []
    )
    removed: dict[str, int] = {}
    for stored in data.removed if data else ():
        words = rows_in_words(f"{stored.table}.unit_id", visit.gettext)
        removed[words] = removed.get(words, 0) + 1
    return visit.page(
        "pages/unit_change.html",
        status=status,
        problem=problem,
        change=change,
        said=change_in_words(change, visit.gettext),
        data=data,
        moved=moved,
        removed=list(removed.items()),
        left=_left_behind(visit, data.from_id) if data and change.undone_at is None else [],
    )


def _left_behind(visit: Visit, unit_id: int) -> list[tuple[Obligation, Task, str, str]]:
    """What stayed with the unit that was merged away, with list and round."""
    rows = visit.session.exec(
        select(Obligation, Task, ReportingRound, TaskList)
        .join(Task, col(Task.id) == col(Obligation.task_id))
        .join(ReportingRound, col(ReportingRound.id) == col(Obligation.round_id))
        .join(TaskList, col(TaskList.id) == col(ReportingRound.list_id))
        .where(Obligation.unit_id == unit_id)
        .order_by(col(ReportingRound.due_at).desc(), col(Task.position))
    )
    return [
        (obligation, task, task_list.title, round_in_words(reporting_round, visit.gettext))
        for obligation, task, reporting_round, task_list in rows
    ]
