"""The list behind a number, and one obligation with its history and review."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from sqlmodel import col, select
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.review_update import exempt, review_update
from tracker.domain.actors import Role
from tracker.domain.rates import Rates
from tracker.domain.states import FILED, Act, next_state
from tracker.errors import InvalidValueError, NotFoundError
from tracker.models import (
    Draft,
    Obligation,
    OrgUnit,
    ReviewOutcome,
    Task,
)
from tracker.store.progress import history_of
from tracker.store.receipts import numbers_of_versions, reviews_of_versions
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.home_pages import round_card
from tracker.web.rendering import redirect
from tracker.web.round_pages import round_of
from tracker.web.visits import Visit, signed_in
from tracker.web.words import shown_state

router = APIRouter()

ObligationId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/obligations/{obligation_id}")
def show_obligation(request: Request, obligation_id: ObligationId) -> Response:
    with signed_in(request) as visit:
        return _page(visit, _in_sight(visit, obligation_id))


@router.post("/obligations/{obligation_id}/accept")
def accept(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    return _review(request, obligation_id, form, ReviewOutcome.ACCEPTED)


@router.post("/obligations/{obligation_id}/return")
def return_it(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    return _review(request, obligation_id, form, ReviewOutcome.RETURNED)


@router.post("/obligations/{obligation_id}/exempt")
def exempt_it(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        obligation = _to_review(visit, obligation_id)
        task = visit.session.get_one(Task, obligation.task_id)
        reason = field(form, "reason")
        if field(form, "is_sure") != "1":
            error = visit.gettext("免报不能撤销，请先勾选确认。")
            return _page(visit, obligation, error=error, reason=reason)
        try:
            exempt(visit.session, visit.actor, obligation, task, reason)
        except InvalidValueError as error:
            return _page(visit, obligation, error=_words_of(error, visit), reason=reason)
        return redirect(f"/obligations/{obligation_id}?done=exempted")


def _review(request: Request, obligation_id: int, form: CheckedForm, outcome: ReviewOutcome) -> Response:
    with signed_in(request, to_write=True) as visit:
        obligation = _to_review(visit, obligation_id)
        task = visit.session.get_one(Task, obligation.task_id)
        reason = field(form, "reason")
        try:
            review_update(
                visit.session,
                visit.actor,
                obligation,
                task,
                outcome,
                visit.now,
                reason=reason,
                version=number_field(form, "version"),
            )
        except InvalidValueError as error:
            return _page(visit, obligation, error=_words_of(error, visit), reason=reason)
        done = "accepted" if outcome is ReviewOutcome.ACCEPTED else "returned"
        return redirect(f"/obligations/{obligation_id}?done={done}")


def _words_of(error: InvalidValueError, visit: Visit) -> str:
    """Of a field that was left empty there is no value to quote."""
    if error.fields["value"]:
        return error.worded(visit.gettext)
    field, reason = (visit.gettext(str(error.fields[name])) for name in ("field", "reason"))
    return f"{field}{visit.gettext('：')}{reason}"


def _to_review(visit: Visit, obligation_id: int) -> Obligation:
    """Locked: the version that is judged cannot change meanwhile."""
    visit.actor.require_coordinating()
    found = visit.session.exec(
        select(Obligation).where(col(Obligation.id) == obligation_id).with_for_update()
    ).first()
    if found is None:
        raise NotFoundError
    return found


def _in_sight(visit: Visit, obligation_id: int) -> Obligation:
    found = visit.session.get(Obligation, obligation_id)
    if found is None:
        raise NotFoundError
    visit.actor.require_sight(found.unit_id)
    return found


def _page(visit: Visit, obligation: Obligation, *, error: str = "", reason: str = "") -> Response:
    task_list, reporting_round = round_of(visit, obligation)
    is_own = visit.actor.role is Role.FILLER
    return visit.page(
        "pages/obligation.html",
        status=422 if error else 200,
        card=round_card(visit, task_list, reporting_round, Rates(), unit_id=obligation.unit_id),
        obligation=obligation,
        state=obligation.state if is_own else shown_state(obligation.state),
        is_late=obligation.state in FILED and not obligation.is_on_time,
        task=visit.session.get_one(Task, obligation.task_id),
        unit=visit.session.get_one(OrgUnit, obligation.unit_id),
        versions=history_of(visit.session, obligation),
        receipts=numbers_of_versions(visit.session, obligation),
        reviews=reviews_of_versions(visit.session, obligation),
        draft=visit.session.get(Draft, obligation.id) if is_own else None,
        can_accept=next_state(obligation.state, Act.ACCEPT) is not None,
        can_return=next_state(obligation.state, Act.RETURN) is not None,
        can_exempt=next_state(obligation.state, Act.EXEMPT) is not None,
        error=error,
        reason=reason,
    )
