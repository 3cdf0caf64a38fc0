"""申诉 of a list: what waits for the office's decision, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.review.decide_appeal import refuse_appeal, take_back_excuse, uphold_appeal
from tracker.actions.review.tell_appeals import APPEAL_LABELS
from tracker.errors import InputError, NotFoundError, StateError
from tracker.models import AppealState, Obligation, ReportingRound, TaskList
from tracker.store.conduct import appeal_by_number, count_appeals, list_appeals
from tracker.store.lists import list_by_slug
from tracker.web.forms import CheckedForm, field
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.review.conduct_views import appeal_view, to_be_corrected, upheld_at
from tracker.web.visits import Visit, signed_in
from tracker.web.words import round_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

    from tracker.errors import TrackerError
    from tracker.models import Appeal

router = APIRouter()

AppealId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 30
_CORRECTS: Final = {
    "appeal_upheld": "state=upheld&done=appeal_upheld",
    "appeal_taken_back": "done=appeal_taken_back_published",
}


@router.get("/lists/{slug}/appeals")
def show_appeals(request: Request, slug: str) -> Response:
    with signed_in(request) as visit:
        if not visit.actor.sees_all:
            raise NotFoundError
        task_list = list_by_slug(visit.session, slug)
        return _page(visit, task_list, _state(request.query_params.get("state", "")))


@router.post("/appeals/{appeal_id}/uphold")
def uphold(request: Request, appeal_id: AppealId, form: CheckedForm) -> Response:
    def act(visit: Visit, reason: str) -> Appeal:
        return uphold_appeal(visit.session, visit.actor, visit.settings, appeal_id, reason, visit.now)

    return _decide(request, appeal_id, form, act, done="appeal_upheld")


@router.post("/appeals/{appeal_id}/refuse")
def refuse(request: Request, appeal_id: AppealId, form: CheckedForm) -> Response:
    def act(visit: Visit, reason: str) -> Appeal:
        return refuse_appeal(visit.session, visit.actor, visit.settings, appeal_id, reason, visit.now)

    return _decide(request, appeal_id, form, act, done="appeal_refused")


@router.post("/appeals/{appeal_id}/takeback")
def take_back(request: Request, appeal_id: AppealId, form: CheckedForm) -> Response:
    def act(visit: Visit, reason: str) -> Appeal:
        return take_back_excuse(visit.session, visit.actor, visit.settings, appeal_id, reason, visit.now)

    return _decide(request, appeal_id, form, act, done="appeal_taken_back")


def _decide(
    request: Request, appeal_id: int, form: FormData, act: Callable[[Visit, str], Appeal], *, done: str
) -> Response:
    """Back to what waits; to what was decided where it says there that a published account is to be corrected. What
    was taken back has no such place: it is said at once."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        found = appeal_by_number(visit.session, appeal_id)
        obligation = visit.session.get_one(Obligation, found.obligation_id)
        reporting_round = visit.session.get_one(ReportingRound, obligation.round_id)
        task_list = visit.session.get_one(TaskList, reporting_round.list_id)
        reason = field(form, "reason")
        try:
            decided = act(visit, reason)
        except (InputError, StateError) as error:
            return _page(visit, task_list, found.state, error=error, at=appeal_id, typed=reason)
        where = f"done={done}"
        if to_be_corrected(visit.session, reporting_round, [decided.decided_at]):
            where = _CORRECTS.get(done, where)
        return redirect(f"/lists/{task_list.slug}/appeals?{where}")


def _state(text: str) -> AppealState:
    """Raises NotFoundError for a word that means nothing."""
    if not text:
        return AppealState.ASKED
    if text not in list(AppealState):
        raise NotFoundError
    return AppealState(text)


def _page(
    visit: Visit,
    task_list: TaskList,
    state: AppealState,
    *,
    error: TrackerError | None = None,
    at: int = 0,
    typed: str = "",
) -> Response:
    """`at` is the appeal that `error` and what was `typed` belong to."""
    counts = count_appeals(visit.session, task_list)
    base = f"/lists/{task_list.slug}/appeals"
    pager = pager_of(
        visit.request.query_params, counts[state], _PAGE, lambda page: f"{base}?state={state}&page={page}"
    )
    rows = list_appeals(visit.session, task_list, state=state, limit=_PAGE, offset=pager.offset)
    return visit.page(
        "pages/appeals.html",
        status=200 if error is None else (409 if isinstance(error, StateError) else 422),
        task_list=task_list,
        tabs=[
            (visit.gettext(label), counts[found], found is state, f"{base}?state={found}")
            for found, label in APPEAL_LABELS.items()
        ],
        state=state.value,
        rows=[
            (
                row,
                appeal_view(row.appeal, visit.gettext),
                round_in_words(row.round, visit.gettext),
                to_be_corrected(visit.session, row.round, [upheld_at(row.appeal)]),
            )
            for row in rows
        ],
        pager=pager,
        problem=error.worded(visit.gettext) if error else "",
        at=at,
        typed=typed,
    )
