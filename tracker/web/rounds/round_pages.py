"""A round as its coordinator and the leaders see it, and what the coordinator may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.rounds.close_round import close_round, switch_chasing
from tracker.actions.rounds.open_round import covered_periods, open_round
from tracker.domain.periods import parse_period
from tracker.domain.rates import Rates
from tracker.domain.states import ObligationState
from tracker.errors import NotFoundError
from tracker.i18n import mark
from tracker.models import Obligation, ReportingRound, TaskList, key
from tracker.store.backlog import backlogs_of
from tracker.store.lists import list_by_slug, rules_of
from tracker.store.rounds import EVERYTHING, find_round, round_by_name, round_rates
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.rounds.backlog_view import backlog_view
from tracker.web.rounds.board_filter import filter_of_board
from tracker.web.rounds.round_board import Shown, matrix_board, task_board, unit_board
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_trend import trend_board
from tracker.web.visits import Visit, signed_in
from tracker.web.words import period_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.web.rounds.round_board import Matrix, TaskBoard, UnitBoard
    from tracker.web.rounds.round_card import RoundCard
    from tracker.web.rounds.round_trend import TrendBoard

router = APIRouter()

_VIEWS: Final = {
    "units": mark("按单位"),
    "tasks": mark("按任务"),
    "matrix": mark("单位 × 任务"),
    "trend": mark("历期走势"),
}
_LEGEND: Final = [state for state in ObligationState if state is not ObligationState.DRAFT]


@router.get("/rounds/open")
def ask_to_open(request: Request) -> Response:
    """What opening would do: how late it is, and that mails may follow."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, request.query_params.get("list", ""))
        rules = rules_of(task_list)
        period = parse_period(request.query_params.get("period", ""), rules.period_type)
        if found := find_round(visit.session, task_list, period):
            return redirect(f"/rounds/{task_list.slug}/{found.period}")
        if period not in covered_periods(task_list):
            raise NotFoundError
        due_at = rules.due_at(period, visit.settings.site.zone)
        return visit.page(
            "pages/round_open.html",
            task_list=task_list,
            period=period.key,
            period_label=period_in_words(period, visit.gettext),
            due_at=due_at,
            time_left=visit.time_left(due_at),
            is_late=visit.now > due_at,
            close_after=rules.close_after,
        )


@router.post("/rounds/open")
def open_here(request: Request, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, line_field(form, "list"))
        opened = open_round(
            visit.session, visit.actor, visit.settings, task_list, line_field(form, "period"), visit.now
        )
        return redirect(f"/rounds/{task_list.slug}/{opened.period}?done=opened")


@router.get("/rounds/{slug}/{period}")
def show_round(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        session, gettext = visit.session, visit.gettext
        view = _view_in(request.query_params)
        board_filter = filter_of_board(visit, reporting_round)
        base = f"/rounds/{quote(task_list.slug)}/{reporting_round.period}"
        shown = Shown(
            board_filter.wanted,
            request.query_params,
            lambda page: board_filter.address(base, view, page),
        )
        board: UnitBoard | TaskBoard | Matrix | TrendBoard
        match view:
            case "tasks":
                board = task_board(session, reporting_round, shown)
            case "matrix":
                board = matrix_board(session, reporting_round, shown, gettext)
            case "trend":
                board = trend_board(session, task_list, reporting_round, shown.wanted, gettext)
            case _:
                board = unit_board(session, reporting_round, shown, gettext)
        # What waits is of the whole round, whatever is shown of it.
        whole = board.total if shown.wanted == EVERYTHING else round_rates(session, reporting_round)
        backlogs = backlogs_of(session, [reporting_round], {key(reporting_round): whole})
        return visit.page(
            "pages/round.html",
            # The figures are the board's: they follow its filter.
            card=round_card(visit, task_list, reporting_round, Rates()),
            backlog=backlog_view(visit, backlogs[key(reporting_round)]),
            view=view,
            views=[
                (name, gettext(label), board_filter.address(base, name)) for name, label in _VIEWS.items()
            ],
            filter=board_filter,
            board=board,
            legend=_LEGEND,
        )


@router.post("/rounds/{slug}/{period}/chasing")
def set_chasing(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        is_chasing = field(form, "is_chasing") == "1"
        switch_chasing(visit.session, visit.actor, reporting_round, visit.now, is_chasing=is_chasing)
        done = "chasing_on" if is_chasing else "chasing_off"
        return redirect(f"/rounds/{task_list.slug}/{reporting_round.period}?done={done}")


@router.get("/rounds/{slug}/{period}/close")
def ask_to_close(request: Request, slug: str, period: str) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        return visit.page("pages/round_close.html", card=_card(visit, task_list, reporting_round))


@router.post("/rounds/{slug}/{period}/close")
def close_here(request: Request, slug: str, period: str) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        close_round(visit.session, visit.actor, reporting_round, visit.now)
        return redirect(f"/rounds/{task_list.slug}/{reporting_round.period}?done=closed")


def round_in_sight(visit: Visit, slug: str, period: str) -> tuple[TaskList, ReportingRound]:
    """For those who see all units; for a filer the board does not exist."""
    if not visit.actor.sees_all:
        raise NotFoundError
    return round_by_name(visit.session, slug, period)


def round_of(visit: Visit, obligation: Obligation) -> tuple[TaskList, ReportingRound]:
    reporting_round = visit.session.get_one(ReportingRound, obligation.round_id)
    return visit.session.get_one(TaskList, reporting_round.list_id), reporting_round


def _view_in(query: Mapping[str, str]) -> str:
    """Raises NotFoundError for a view that there is not."""
    view = query.get("view") or "units"
    if view not in _VIEWS:
        raise NotFoundError
    return view


def _card(visit: Visit, task_list: TaskList, reporting_round: ReportingRound) -> RoundCard:
    return round_card(visit, task_list, reporting_round, round_rates(visit.session, reporting_round))
