"""One-click reminder: first who would get what, then the sending of exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.chasing.remind import plan_by_hand, send_reminders
from tracker.actions.filing.attach_forms import compile_forms, render_forms
from tracker.domain.rates import Rates
from tracker.errors import NotFoundError
from tracker.models import OrgUnit
from tracker.store.bounces import bouncing_addresses
from tracker.store.rounds import round_by_name
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.rendering import redirect
from tracker.web.rounds.round_card import round_card
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from tracker.actions.chasing.remind import ReminderPlan
    from tracker.models import ReportingRound, TaskList

router = APIRouter()


@router.get("/rounds/{slug}/{period}/remind")
def preview(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        unit = None
        if request.query_params.get("unit"):
            unit_id = number_field(request.query_params, "unit")
            unit = visit.session.get(OrgUnit, unit_id) if unit_id else None
            if unit is None:
                raise NotFoundError
        is_opening = request.query_params.get("kind") == "opening"
        plan = plan_by_hand(
            visit.session,
            visit.settings,
            task_list,
            reporting_round,
            visit.now,
            unit_ids=[unit.id] if unit and unit.id else None,
            is_opening=is_opening,
        )
        return visit.page(
            "pages/remind.html",
            card=round_card(visit, task_list, reporting_round, Rates()),
            plan=plan,
            rung=_rung(plan),
            unit=unit,
            is_opening=is_opening,
            bouncing=bouncing_addresses(visit.session, visit.now),
            # Said of one unit, the others are not skipped but not meant.
            skipped=[
                (one.unit, one.worded(visit.gettext))
                for one in plan.skipped
                if unit is None or one.unit == unit.name
            ],
        )


@router.post("/rounds/{slug}/{period}/remind")
def send(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    """Forms are drawn between two visits: nobody waits for them, and the second plans anew."""
    sheets = {}
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        address = f"/rounds/{task_list.slug}/{reporting_round.period}"
        plan = _planned(visit, task_list, reporting_round, form)
        if plan is None:
            return redirect(f"{address}?done=remind_stale")
        if field(form, "with_form") != "1":
            count = send_reminders(visit.session, visit.actor, visit.settings, plan)
            return redirect(f"{address}?done=reminded&count={count}")
        sheets = compile_forms(visit.session, visit.settings, plan.parts, visit.now)
        settings = visit.settings
    forms = render_forms(sheets, settings)
    with signed_in(request, to_write=True) as visit:
        plan = _planned(visit, *round_by_name(visit.session, slug, period), form)
        if plan is None:
            return redirect(f"{address}?done=remind_stale")
        count = send_reminders(visit.session, visit.actor, visit.settings, plan, forms)
        return redirect(f"{address}?done=reminded&count={count}")


def _planned(
    visit: Visit, task_list: TaskList, reporting_round: ReportingRound, form: FormData
) -> ReminderPlan | None:
    """What was previewed; None where it was sent meanwhile.

    A second click would be the next reminder by hand: the number that was previewed must still be free.
    """
    visit.actor.require_coordinating()
    unit_id = number_field(form, "unit")
    plan = plan_by_hand(
        visit.session,
        visit.settings,
        task_list,
        reporting_round,
        visit.now,
        unit_ids=None if unit_id is None else [unit_id],
        is_opening=field(form, "kind") == "opening",
    )
    return plan if _rung(plan) == field(form, "rung") else None


def _rung(plan: ReminderPlan) -> str:
    return plan.digests[0].parts[0].rung if plan.digests else ""
