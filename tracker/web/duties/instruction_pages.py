"""批示: the register, one instruction with its answers, and registering a new one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.duties.answer_instruction import ask_further, close_instruction, reply_to_instruction
from tracker.actions.duties.instruct import DUE_FIELD, instruct
from tracker.actions.duties.read_instructions import read_instructions
from tracker.domain.instructions import INSTRUCTION_LABELS, LONGEST, InstructionState
from tracker.errors import InputError, InvalidValueError, StateError, UnknownTaskError
from tracker.i18n import mark
from tracker.models import key
from tracker.store.instructions import count_instructions, find_instructions, instruction_by_number
from tracker.store.lists import all_lists, current_version, list_by_slug, task_by_number
from tracker.store.units import all_units
from tracker.store.workdays import work_calendar
from tracker.web.duties.duty_views import instruction_view
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from starlette.datastructures import FormData

    from tracker.errors import TrackerError
    from tracker.models import Task, TaskList

router = APIRouter()

InstructionId = Annotated[int, Path(ge=1, le=2**31 - 1)]
_PAGE: Final = 50
_TYPED: Final = ("text", "instructed_by", "instructed_on", "due_on", "list", "task")
_ON: Final = mark("批示日期")


@router.get("/instructions")
def show_register(request: Request) -> Response:
    """All of them for those who see all; a unit's own."""
    with signed_in(request) as visit:
        unit_id = key(visit.unit) if visit.unit else None
        counts = count_instructions(visit.session, _today(visit), unit_id=unit_id)
        asked = request.query_params.get("state", "")
        wanted = next((state for state in InstructionState if state.value == asked), None)
        total = counts[wanted] if wanted else sum(counts.values())
        pager = pager_of(request.query_params, total, _PAGE, lambda page: _address(wanted, page))
        found = find_instructions(
            visit.session,
            _today(visit),
            states=[wanted] if wanted else (),
            unit_id=unit_id,
            limit=_PAGE,
            offset=pager.offset,
        )
        rows = read_instructions(
            visit.session, visit.settings, [instruction for instruction, _ in found], visit.now
        )
        labels = {state: visit.gettext(label) for state, label in INSTRUCTION_LABELS.items()}
        return visit.page(
            "pages/instructions.html",
            rows=[instruction_view(visit, row) for row in rows],
            choices=[
                (wanted is state, labels[state] if state else "", count, _address(state))
                for state, count in ((None, sum(counts.values())), *counts.items())
            ],
            pager=pager,
            is_own=visit.unit is not None,
        )


@router.get("/instructions/new")
def ask_instruction(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        query = request.query_params
        typed = {name: query.get(name, "") for name in ("list", "task")}
        typed["instructed_on"] = _today(visit).isoformat()
        return _form(visit, typed, {query.get("unit", "")})


@router.post("/instructions")
def register(request: Request, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        chosen = {str(value) for value in form.getlist("units")}
        try:
            due_on = _day(form, "due_on", DUE_FIELD)
            given = instruct(
                visit.session,
                visit.actor,
                visit.settings,
                text=field(form, "text"),
                instructed_by=line_field(form, "instructed_by"),
                instructed_on=_day(form, "instructed_on", _ON),
                due_on=due_on,
                units=[unit for unit in all_units(visit.session) if str(unit.id) in chosen],
                about=_about(visit, form),
                now=visit.now,
            )
        except (InputError, UnknownTaskError) as error:
            return _form(visit, {name: field(form, name) for name in _TYPED}, chosen, error=error)
        return redirect(f"/instructions?done={_done(visit, due_on)}&count={len(given)}")


@router.get("/instructions/{instruction_id}")
def show_instruction(request: Request, instruction_id: InstructionId) -> Response:
    with signed_in(request) as visit:
        return _page(visit, instruction_id)


@router.post("/instructions/{instruction_id}/reply")
def reply(request: Request, instruction_id: InstructionId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> str:
        reply_to_instruction(visit.session, visit.actor, instruction_id, field(form, "text"), visit.now)
        return "instruction_answered"

    return _change(request, instruction_id, form, act)


@router.post("/instructions/{instruction_id}/close")
def close(request: Request, instruction_id: InstructionId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> str:
        close_instruction(visit.session, visit.actor, instruction_id, visit.now)
        return "instruction_closed"

    return _change(request, instruction_id, form, act)


@router.post("/instructions/{instruction_id}/further")
def further(request: Request, instruction_id: InstructionId, form: CheckedForm) -> Response:
    def act(visit: Visit) -> str:
        visit.actor.require_coordinating()
        due_on = _day(form, "due_on", DUE_FIELD)
        ask_further(
            visit.session,
            visit.actor,
            visit.settings,
            instruction_id,
            field(form, "text"),
            due_on,
            visit.now,
        )
        is_day_off = _done(visit, due_on) == "instructed_day_off"
        return "asked_further_day_off" if is_day_off else "asked_further"

    return _change(request, instruction_id, form, act)


def _change(request: Request, instruction_id: int, form: FormData, act: Callable[[Visit], str]) -> Response:
    with signed_in(request, to_write=True) as visit:
        _require_sight(visit, instruction_id)
        try:
            done = act(visit)
        except (InputError, StateError) as error:
            typed = {name: field(form, name) for name in ("form", "text", "due_on")}
            return _page(visit, instruction_id, typed, error=error)
        return redirect(f"/instructions/{instruction_id}?done={done}")


def _require_sight(visit: Visit, instruction_id: int) -> None:
    visit.actor.require_sight(instruction_by_number(visit.session, instruction_id).unit_id)


def _page(
    visit: Visit,
    instruction_id: int,
    typed: Mapping[str, str] | None = None,
    *,
    error: TrackerError | None = None,
) -> Response:
    found = instruction_by_number(visit.session, instruction_id)
    visit.actor.require_sight(found.unit_id)
    (row,) = read_instructions(visit.session, visit.settings, [found], visit.now)
    today = _today(visit)
    due_on = row.due_on.isoformat() if row.due_on >= today else ""
    return visit.page(
        "pages/instruction.html",
        status=200 if error is None else (409 if isinstance(error, StateError) else 422),
        view=instruction_view(visit, row),
        can_reply=row.closed_at is None and (visit.unit is not None or visit.actor.is_coordinating),
        can_close=row.state is InstructionState.ANSWERED,
        limit=LONGEST,
        today=today,
        typed={"form": "", "text": "", "due_on": due_on} | dict(typed or {}),
        problem=error.worded(visit.gettext) if error else "",
    )


def _form(
    visit: Visit, typed: Mapping[str, str], chosen: Collection[str], *, error: TrackerError | None = None
) -> Response:
    return visit.page(
        "pages/instruction_new.html",
        status=200 if error is None else 422,
        typed={name: typed.get(name, "") for name in _TYPED},
        chosen=chosen,
        units=all_units(visit.session),
        lists=all_lists(visit.session),
        limit=LONGEST,
        today=_today(visit),
        problem=error.worded(visit.gettext) if error else "",
    )


def _about(visit: Visit, form: FormData) -> tuple[TaskList, Task] | None:
    slug, number = line_field(form, "list"), line_field(form, "task")
    if not slug:
        return None
    if not number:
        raise InvalidValueError(field=mark("任务序号"), value="", reason=mark("选了清单，就要写明是第几项"))
    task_list = list_by_slug(visit.session, slug)
    version = current_version(visit.session, task_list)
    return task_list, task_by_number(visit.session, key(version), number)


def _done(visit: Visit, due_on: date) -> str:
    return "instructed" if work_calendar(visit.session).is_workday(due_on) else "instructed_day_off"


def _day(form: FormData, name: str, label: str) -> date:
    """Raises InvalidValueError."""
    text = field(form, name)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(field=label, value=text, reason=mark("应形如 2024-11-30")) from error


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.settings.site.zone).date()


def _address(state: InstructionState | None, page: int = 1) -> str:
    pairs = [*([f"state={state.value}"] if state else []), *([f"page={page}"] if page > 1 else [])]
    return "/instructions" + (f"?{'&'.join(pairs)}" if pairs else "")
