"""催报台账: all that was sent in a round, and what a coordinator changes about it: extensions, pauses, other days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.chasing.interviews import interviews_of
from tracker.actions.chasing.move_rung import move_rung
from tracker.actions.chasing.pause_chasing import end_pause, pause_chasing
from tracker.actions.rounds.grant_extension import grant_extension, latest_extension, revoke_extension
from tracker.domain.ladder_words import rung_in_words
from tracker.domain.rates import Rates
from tracker.errors import InputError, InvalidValueError, NotFoundError, StateError, UnknownRungError
from tracker.i18n import mark
from tracker.models import OrgUnit, UnitKind, key
from tracker.store.extensions import extension_history, extensions_of
from tracker.store.pauses import move_history, pause_history
from tracker.store.reminders import reminder_ledger
from tracker.store.rounds import round_by_name, units_in_round
from tracker.store.units import all_units
from tracker.web.forms import CheckedForm, field, number_field
from tracker.web.mail.chasing_views import rung_lines
from tracker.web.rendering import redirect
from tracker.web.rounds.round_card import round_card
from tracker.web.visits import Visit, signed_in
from tracker.web.words import kind_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.datastructures import FormData

    from tracker.errors import TrackerError
    from tracker.models import ReportingRound, TaskList

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
# What a form of this page may hold, to show it again after a refusal.
_TYPED: Final = ("form", "unit", "until", "last_on", "scope", "rung", "planned_on", "reason")


@router.get("/rounds/{slug}/{period}/chasing")
def show_chasing(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        return _page(visit, task_list, reporting_round, {"unit": request.query_params.get("unit", "")})


@router.post("/rounds/{slug}/{period}/extensions")
def grant(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    def act(visit: Visit, _task_list: TaskList, reporting_round: ReportingRound) -> None:
        grant_extension(
            visit.session,
            visit.actor,
            visit.settings,
            reporting_round,
            _unit(visit, form),
            _day(form, "until", mark("延期至")),
            field(form, "reason"),
            visit.now,
        )

    return _change(request, slug, period, form, act, done="extended")


@router.post("/rounds/{slug}/{period}/extensions/{extension_id}/revoke")
def revoke(request: Request, slug: str, period: str, extension_id: RowId, form: CheckedForm) -> Response:
    def act(visit: Visit, _task_list: TaskList, reporting_round: ReportingRound) -> None:
        revoke_extension(visit.session, visit.actor, visit.settings, reporting_round, extension_id, visit.now)

    return _change(request, slug, period, form, act, done="extension_revoked")


@router.post("/rounds/{slug}/{period}/pauses")
def pause(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    def act(visit: Visit, _task_list: TaskList, reporting_round: ReportingRound) -> None:
        pause_chasing(
            visit.session,
            visit.actor,
            visit.settings,
            _unit(visit, form),
            field(form, "reason"),
            visit.now,
            reporting_round=None if field(form, "scope") == "all" else reporting_round,
            last_on=_day(form, "last_on", mark("暂停至")) if field(form, "last_on") else None,
        )

    return _change(request, slug, period, form, act, done="paused")


@router.post("/rounds/{slug}/{period}/pauses/{pause_id}/end")
def end(request: Request, slug: str, period: str, pause_id: RowId, form: CheckedForm) -> Response:
    def act(visit: Visit, _task_list: TaskList, _round: ReportingRound) -> None:
        end_pause(visit.session, visit.actor, pause_id, visit.now)

    return _change(request, slug, period, form, act, done="pause_ended")


@router.post("/rounds/{slug}/{period}/moves")
def move(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    def act(visit: Visit, _task_list: TaskList, reporting_round: ReportingRound) -> None:
        move_rung(
            visit.session,
            visit.actor,
            visit.settings,
            reporting_round,
            field(form, "rung"),
            _day(form, "planned_on", mark("改到")),
            field(form, "reason"),
            visit.now,
        )

    return _change(request, slug, period, form, act, done="rung_moved")


@router.get("/rounds/{slug}/{period}/interviews")
def show_interviews(request: Request, slug: str, period: str) -> Response:
    """约谈名单: a draft for coordinators, as it stands now, to print."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        draft = interviews_of(
            visit.session, visit.settings, task_list, reporting_round, visit.now, gettext=visit.gettext
        )
        groups = [
            (kind_in_words(kind, visit.gettext), [unit for unit in draft.units if unit.kind == kind.value])
            for kind in UnitKind
        ]
        return visit.page(
            "pages/interviews.html",
            card=round_card(visit, task_list, reporting_round, Rates()),
            groups=[(label, units) for label, units in groups if units],
            count=len(draft.units),
            told_at=reporting_round.interviews_told_at,
            now=visit.now,
        )


def _change(
    request: Request,
    slug: str,
    period: str,
    form: FormData,
    act: Callable[[Visit, TaskList, ReportingRound], None],
    *,
    done: str,
) -> Response:
    """Does it and shows the page again; with what was typed where it is refused."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        try:
            act(visit, task_list, reporting_round)
        except (InputError, StateError, UnknownRungError) as error:
            typed = {name: field(form, name) for name in _TYPED}
            return _page(visit, task_list, reporting_round, typed, error=error)
        return redirect(f"/rounds/{task_list.slug}/{reporting_round.period}/chasing?done={done}")


def _page(
    visit: Visit,
    task_list: TaskList,
    reporting_round: ReportingRound,
    typed: Mapping[str, str],
    *,
    error: TrackerError | None = None,
) -> Response:
    session = visit.session
    today = visit.now.astimezone(visit.settings.site.zone).date()
    bound = units_in_round(session, reporting_round)
    lines = rung_lines(visit, reporting_round)
    return visit.page(
        "pages/chasing.html",
        status=200 if error is None else (409 if isinstance(error, StateError) else 422),
        card=round_card(visit, task_list, reporting_round, Rates()),
        problem=error.worded(visit.gettext) if error else "",
        typed={name: typed.get(name, "") for name in _TYPED},
        is_open=reporting_round.closed_at is None,
        rungs=lines,
        movable=[line for line in lines if not line.told],
        units=[unit for unit in all_units(session) if key(unit) in bound],
        latest=latest_extension(reporting_round, visit.settings),
        in_force={key(extension) for extension in extensions_of(session, reporting_round).values()},
        extensions=extension_history(session, reporting_round),
        pauses=[
            (pause, unit, of_round, pause.last_on is not None and pause.last_on < today)
            for pause, unit, of_round in pause_history(session, reporting_round)
        ],
        moves=[
            (one, rung_in_words(one.rung, visit.gettext)) for one in move_history(session, reporting_round)
        ],
        reminders=[
            (row, unit, rung_in_words(row.rung, visit.gettext), mails)
            for row, unit, mails in reminder_ledger(session, reporting_round)
        ],
        today=today,
    )


def _unit(visit: Visit, form: FormData) -> OrgUnit:
    if not field(form, "unit"):
        raise InvalidValueError(field=mark("单位"), value="", reason=mark("请选择一个单位"))
    unit_id = number_field(form, "unit")
    unit = visit.session.get(OrgUnit, unit_id) if unit_id else None
    if unit is None:
        raise NotFoundError
    return unit


def _day(form: FormData, name: str, label: str) -> date:
    """Raises InvalidValueError."""
    text = field(form, name)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(field=label, value=text, reason=mark("应形如 2024-11-30")) from error
