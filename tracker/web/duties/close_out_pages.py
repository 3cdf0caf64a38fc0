"""销号: the register of a list, and the office's word on what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.duties.close_out import close_asked, refuse_close_out, reopen_close_out
from tracker.actions.duties.tell_close_out import CLOSE_OUT_LABELS
from tracker.errors import InputError, NotFoundError, StateError
from tracker.models import CloseOut, CloseOutState, TaskList
from tracker.store.close_outs import close_out_by_number, close_outs_of, task_numbers
from tracker.store.lists import list_by_slug
from tracker.web.duties.duty_views import close_out_view
from tracker.web.forms import CheckedForm, field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

    from tracker.errors import TrackerError

router = APIRouter()

CloseOutId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/lists/{slug}/closeouts")
def show_close_outs(request: Request, slug: str) -> Response:
    with signed_in(request) as visit:
        if not visit.actor.sees_all:
            raise NotFoundError
        return _page(visit, list_by_slug(visit.session, slug))


@router.post("/closeouts/{closeout_id}/close")
def close(request: Request, closeout_id: CloseOutId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> CloseOut:
        return close_asked(
            visit.session,
            visit.actor,
            visit.settings,
            closeout_id,
            field(form, "reason"),
            visit.now,
            exempts=field(form, "exempts") == "1",
        )

    return _decide(request, closeout_id, form, act, done="closed_out")


@router.post("/closeouts/{closeout_id}/refuse")
def refuse(request: Request, closeout_id: CloseOutId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> CloseOut:
        reason = field(form, "reason")
        return refuse_close_out(visit.session, visit.actor, visit.settings, closeout_id, reason, visit.now)

    return _decide(request, closeout_id, form, act, done="close_out_refused")


@router.post("/closeouts/{closeout_id}/reopen")
def reopen(request: Request, closeout_id: CloseOutId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> CloseOut:
        reason = field(form, "reason")
        return reopen_close_out(visit.session, visit.actor, visit.settings, closeout_id, reason, visit.now)

    return _decide(request, closeout_id, form, act, done="close_out_reopened")


def _decide(
    request: Request, closeout_id: int, form: FormData, act: Callable[[Visit], CloseOut], *, done: str
) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        found = close_out_by_number(visit.session, closeout_id)
        task_list = visit.session.get_one(TaskList, found.list_id)
        try:
            act(visit)
        except (InputError, StateError) as error:
            return _page(visit, task_list, error=error, at=closeout_id, typed=field(form, "reason"))
        return redirect(f"/lists/{task_list.slug}/closeouts?done={done}")


def _page(
    visit: Visit, task_list: TaskList, *, error: TrackerError | None = None, at: int = 0, typed: str = ""
) -> Response:
    """`at` is the close-out that `error` and what was `typed` belong to."""
    tasks = task_numbers(visit.session, task_list.id or 0)
    views = [
        (close_out_view(visit, found, unit.name if unit else ""), tasks[found.lineage])
        for found, unit in close_outs_of(visit.session, task_list.id or 0)
    ]
    return visit.page(
        "pages/closeouts.html",
        status=200 if error is None else (409 if isinstance(error, StateError) else 422),
        task_list=task_list,
        groups=[
            (state.value, visit.gettext(CLOSE_OUT_LABELS[state]), found)
            for state in CloseOutState
            if (found := [pair for pair in views if pair[0].state == state.value])
        ],
        problem=error.worded(visit.gettext) if error else "",
        at=at,
        typed=typed,
    )
