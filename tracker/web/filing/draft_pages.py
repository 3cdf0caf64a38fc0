"""What the script of the filing page saves by itself: drafts, answered with how each task stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import JSONResponse, Response

from tracker.errors import ConflictError, RoundClosedError
from tracker.web.filing.filing_desk import own_desk
from tracker.web.filing.filing_form import draft_conflicts, read_typed, save_untaken
from tracker.web.forms import CheckedForm  # noqa: TC001 - FastAPI reads it at run time
from tracker.web.visits import signed_in

if TYPE_CHECKING:
    from tracker.errors import TrackerError
    from tracker.web.filing.filing_sheet import SheetRow
    from tracker.web.visits import Visit

router = APIRouter()


@router.post("/filing/{slug}/{period}/drafts")
def save_drafts(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    """Takes the fields of the tasks that were written in, as the page itself posts them.

    Answers {"at": "10:32", "tasks": {id: {"base", "state", "label"}}}; a task that was not saved has "error" as
    well, and "theirs" where a colleague's text stands in the way. 409 with "problem" after the round has closed.
    """
    with signed_in(request, to_write=True) as visit:
        desk = own_desk(visit, slug, period, form)
        typed = read_typed(desk, form)
        errors = draft_conflicts(typed)
        try:
            errors |= save_untaken(desk, [one for one in typed if one.row.task_id not in errors])
        except RoundClosedError as error:
            return JSONResponse({"problem": error.worded(visit.gettext)}, 409)
        rows = desk.read([one.row.task_id for one in typed]).by_task
        tasks = {
            one.row.task_id: _answer(visit, rows[one.row.task_id], errors.get(one.row.task_id))
            for one in typed
        }
        at = visit.now.astimezone(visit.settings.site.zone)
        return JSONResponse({"at": f"{at:%H:%M}", "tasks": tasks})


def _answer(visit: Visit, row: SheetRow, error: TrackerError | None) -> dict[str, Any]:
    answer = {"base": row.base, "state": row.state.value, "label": row.state_label}
    if error:
        answer["error"] = error.worded(visit.gettext)
    if isinstance(error, ConflictError):
        answer["theirs"] = error.theirs
    return answer
