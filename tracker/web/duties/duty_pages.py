"""任务变动 of one unit's task: moved to another unit, expected again after an exemption, asked or said to be finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import col, select
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.duties.ask_close_out import EVIDENCE_LIMIT, ask_close_out
from tracker.actions.duties.close_out import close_directly
from tracker.actions.duties.reassign import reassign, tell_new_unit
from tracker.actions.duties.undo_reassignment import Undoing, undo_reassignment
from tracker.actions.review.undo_exemption import undo_exemption
from tracker.domain.rates import Rates
from tracker.domain.states import Act, ObligationState, next_state
from tracker.errors import InputError, InvalidValueError, NotFoundError, StateError
from tracker.i18n import mark
from tracker.models import Obligation, OrgUnit, Task
from tracker.store.close_outs import evidence_files
from tracker.store.reassignments import reassignment_by_number
from tracker.store.units import all_units
from tracker.web.duties.duty_views import duty_view
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.rendering import redirect
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_of
from tracker.web.visits import Visit, signed_in
from tracker.web.words import shown_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.datastructures import FormData

    from tracker.errors import TrackerError

router = APIRouter()

ObligationId = Annotated[int, Path(ge=1, le=2**31 - 1)]
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
# What a form of this page may hold, to show it again after a refusal.
_TYPED: Final = ("form", "unit", "reason", "is_lasting", "evidence", "scope", "exempts")
# Ticked unless somebody unticked it.
_TELLS: Final = "tells"


@router.get("/obligations/{obligation_id}/duties")
def show_duties(request: Request, obligation_id: ObligationId) -> Response:
    with signed_in(request) as visit:
        return _page(visit, _in_sight(visit, obligation_id), {_TELLS: "1"})


@router.post("/obligations/{obligation_id}/reassign")
def move_task(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        moved = reassign(
            visit.session,
            visit.actor,
            visit.settings,
            obligation,
            task,
            _unit(visit, form),
            field(form, "reason"),
            visit.now,
            is_lasting=field(form, "is_lasting") == "1",
        )
        if field(form, _TELLS) == "1":
            count = tell_new_unit(visit.session, visit.actor, visit.settings, moved, visit.now)
            return f"reassigned_told&count={count}"
        return "reassigned"

    return _change(request, obligation_id, form, act, is_coordinators=True)


@router.post("/reassignments/{reassignment_id}/undo")
def undo_move(request: Request, reassignment_id: RowId, form: CheckedForm) -> Response:
    del form
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        outcome = undo_reassignment(visit.session, visit.actor, visit.settings, reassignment_id, visit.now)
        moved = reassignment_by_number(visit.session, reassignment_id)
        back = visit.session.exec(
            select(Obligation.id)
            .join(Task, col(Task.id) == col(Obligation.task_id))
            .where(
                Obligation.round_id == moved.round_id,
                Task.lineage == moved.lineage,
                col(Obligation.unit_id).in_([moved.from_unit_id, moved.to_unit_id]),
            )
            .order_by(col(Obligation.unit_id) != moved.from_unit_id)
        ).first()
        if back is None:
            raise NotFoundError
        done = "reassignment_undone" if outcome is Undoing.RESTORES else "reassignment_stopped"
        return redirect(f"/obligations/{back}/duties?done={done}")


@router.post("/obligations/{obligation_id}/restore")
def restore(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        reason = field(form, "reason")
        undo_exemption(visit.session, visit.actor, visit.settings, obligation, task, reason, visit.now)
        return "restored"

    return _change(request, obligation_id, form, act, is_coordinators=True)


@router.post("/obligations/{obligation_id}/closeout/ask")
def ask_closing(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        task_list, _round = round_of(visit, obligation)
        unit = visit.session.get_one(OrgUnit, obligation.unit_id)
        evidence = field(form, "evidence")
        ask_close_out(visit.session, visit.actor, visit.settings, task_list, task, unit, evidence, visit.now)
        return "close_out_asked"

    return _change(request, obligation_id, form, act)


@router.post("/obligations/{obligation_id}/closeout/close")
def close_at_once(request: Request, obligation_id: ObligationId, form: CheckedForm) -> Response:
    def act(visit: Visit, obligation: Obligation, task: Task) -> str:
        task_list, _round = round_of(visit, obligation)
        is_whole = field(form, "scope") == "all"
        close_directly(
            visit.session,
            visit.actor,
            visit.settings,
            task_list,
            task,
            None if is_whole else visit.session.get_one(OrgUnit, obligation.unit_id),
            field(form, "evidence"),
            visit.now,
            exempts=field(form, "exempts") == "1",
        )
        return "closed_out"

    return _change(request, obligation_id, form, act, is_coordinators=True)


def _change(
    request: Request,
    obligation_id: int,
    form: FormData,
    act: Callable[[Visit, Obligation, Task], str],
    *,
    is_coordinators: bool = False,
) -> Response:
    """Does it and shows the page again, with the notice that `act` names; with what was typed where it is refused."""
    with signed_in(request, to_write=True) as visit:
        if is_coordinators:
            visit.actor.require_coordinating()
        obligation = _in_sight(visit, obligation_id)
        task = visit.session.get_one(Task, obligation.task_id)
        try:
            done = act(visit, obligation, task)
        except (InputError, StateError) as error:
            return _page(
                visit, obligation, {name: field(form, name) for name in (*_TYPED, _TELLS)}, error=error
            )
        return redirect(f"/obligations/{obligation_id}/duties?done={done}")


def _in_sight(visit: Visit, obligation_id: int) -> Obligation:
    found = visit.session.get(Obligation, obligation_id)
    if found is None:
        raise NotFoundError
    visit.actor.require_sight(found.unit_id)
    return found


def _unit(visit: Visit, form: FormData) -> OrgUnit:
    unit_id = number_field(form, "unit")
    unit = visit.session.get(OrgUnit, unit_id) if unit_id else None
    if unit is None:
        raise InvalidValueError(field=mark("改派给"), value="", reason=mark("请选择一个单位"))
    return unit


def _page(
    visit: Visit, obligation: Obligation, typed: Mapping[str, str], *, error: TrackerError | None = None
) -> Response:
    session = visit.session
    task_list, reporting_round = round_of(visit, obligation)
    task = session.get_one(Task, obligation.task_id)
    duties = duty_view(visit, obligation, task)
    is_open = reporting_round.closed_at is None
    is_exempt = obligation.state is ObligationState.EXEMPT
    files = evidence_files(session, task_list.id or 0, task.lineage, obligation.unit_id)
    status = 200 if error is None else (409 if isinstance(error, StateError) else 422)
    is_own = visit.unit is not None
    return visit.page(
        "pages/obligation_duties.html",
        status=status,
        card=round_card(visit, task_list, reporting_round, Rates(), unit_id=obligation.unit_id),
        obligation=obligation,
        state=obligation.state if is_own else shown_state(obligation.state),
        task=task,
        unit=session.get_one(OrgUnit, obligation.unit_id),
        units=[unit for unit in all_units(session) if unit.id != obligation.unit_id],
        duties=duties,
        files=[material.file_name for material in files],
        limit=EVIDENCE_LIMIT,
        can_move=is_open and next_state(obligation.state, Act.EXEMPT) is not None,
        can_restore=is_open and is_exempt and not duties.is_moved_away,
        # What went to another unit is that one's to finish.
        can_ask=not duties.is_closed and not duties.is_asked and not duties.is_moved_away,
        problem=error.worded(visit.gettext) if error else "",
        typed={name: typed.get(name, "") for name in (*_TYPED, _TELLS)},
    )
