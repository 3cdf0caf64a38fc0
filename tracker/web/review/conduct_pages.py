"""What counts against one obligation: a finding by the office, an appeal by the unit, an excuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.review.appeal import ask_appeal, excuse
from tracker.actions.review.find_no_substance import find_no_substance, withdraw_finding
from tracker.domain.faults import Fault
from tracker.errors import InputError, InvalidValueError, NotFoundError, StateError
from tracker.i18n import mark
from tracker.models import Obligation, Task
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.rendering import redirect
from tracker.web.rounds.obligation_pages import obligation_page
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

router = APIRouter()

ObligationId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.post("/obligations/{obligation_id}/finding")
def find(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        reason, version = field(form, "reason"), number_field(form, "version")
        find_no_substance(visit.session, visit.actor, obligation, task, reason, visit.now, version=version)
        return "no_substance"

    return _change(request, obligation_id, form, act, is_coordinators=True)


@router.post("/obligations/{obligation_id}/finding/withdraw")
def withdraw(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        withdraw_finding(visit.session, visit.actor, obligation, task, visit.now)
        return "finding_withdrawn"

    return _change(request, obligation_id, form, act, is_coordinators=True)


@router.post("/obligations/{obligation_id}/appeal")
def ask(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        visit.actor.require_filing(obligation.unit_id)
        fault, words = _fault(form), field(form, "reason")
        ask_appeal(visit.session, visit.actor, visit.settings, obligation, task, fault, words, visit.now)
        return "appealed"

    return _change(request, obligation_id, form, act)


@router.post("/obligations/{obligation_id}/excuse")
def excuse_it(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        fault, reason = _fault(form), field(form, "reason")
        excuse(visit.session, visit.actor, visit.settings, obligation, task, fault, reason, visit.now)
        return "appeal_upheld"

    return _change(request, obligation_id, form, act, is_coordinators=True)


def _change(
    request: Request,
    obligation_id: int,
    form: FormData,
    act: Callable[[Visit, Obligation, Task], str],
    *,
    is_coordinators: bool = False,
) -> Response:
    """Does it and shows the obligation again, with the notice that `act` names; with what was typed where it is
    refused."""
    with signed_in(request, to_write=True) as visit:
        if is_coordinators:
            visit.actor.require_coordinating()
        obligation = visit.session.get(Obligation, obligation_id)
        if obligation is None:
            raise NotFoundError
        visit.actor.require_sight(obligation.unit_id)
        task = visit.session.get_one(Task, obligation.task_id)
        try:
            done = act(visit, obligation, task)
        except (InputError, StateError) as error:
            typed = {name: field(form, name) for name in ("form", "fault", "reason")}
            return obligation_page(visit, obligation, conduct_error=error, typed=typed)
        return redirect(f"/obligations/{obligation_id}?done={done}#conduct")


def _fault(form: FormData) -> Fault:
    named = field(form, "fault")
    if named not in list(Fault):
        raise InvalidValueError(field=mark("扣分事项"), value="", reason=mark("请选择一项"))
    return Fault(named)
