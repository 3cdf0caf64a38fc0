"""The calendar of a list for a year: as a page, and as a file for a calendar program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response

from tracker.actions.rounds.plan_year import list_calendar
from tracker.domain.ladder_words import AUDIENCE_LABELS
from tracker.domain.workdays import WEEKDAYS
from tracker.domain.year_plan import STANDING_LABELS, UPWARD
from tracker.errors import NotFoundError
from tracker.reports.plan_ics import PlanFeed, plan_ics
from tracker.store.lists import list_by_slug
from tracker.store.workdays import work_calendar
from tracker.web.calendar_pages import year_in_range
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import period_in_words

if TYPE_CHECKING:
    from tracker.domain.year_plan import PlannedEvent, PlannedRound
    from tracker.models import TaskList

router = APIRouter()


@router.get("/lists/{slug}/calendar")
def this_year(request: Request, slug: str) -> Response:
    with signed_in(request) as visit:
        task_list = _in_sight(visit, slug)
        year = visit.now.astimezone(visit.settings.site.zone).year
        return redirect(f"/lists/{task_list.slug}/calendar/{year}")


@router.get("/lists/{slug}/calendar/{year}.ics")
def download(request: Request, slug: str, year: int) -> Response:
    with signed_in(request) as visit:
        task_list = _in_sight(visit, slug)
        plan = list_calendar(visit.session, visit.settings, task_list, year_in_range(year), visit.now)
        link = visit.settings.site.link(f"/lists/{task_list.slug}/calendar/{year}")
        content = plan_ics(plan, PlanFeed(task_list.slug, task_list.title, link, visit.now, visit.gettext))
    disposition = f'attachment; filename="calendar-{year}.ics"'
    return Response(content, media_type="text/calendar", headers={"Content-Disposition": disposition})


@router.get("/lists/{slug}/calendar/{year}")
def show(request: Request, slug: str, year: int) -> Response:
    with signed_in(request) as visit:
        task_list = _in_sight(visit, slug)
        plan = list_calendar(visit.session, visit.settings, task_list, year_in_range(year), visit.now)
        calendar = work_calendar(visit.session)
        return visit.page(
            "pages/list_calendar.html",
            task_list=task_list,
            year=year,
            rounds=[_round_view(planned, visit) for planned in plan],
            unknown_years=[found for found in (year, year + 1) if found not in calendar.known_years],
        )


def _round_view(planned: PlannedRound, visit: Visit) -> dict[str, object]:
    return {
        "plan": planned,
        "label": period_in_words(planned.period, visit.gettext),
        "standing": visit.gettext(STANDING_LABELS[planned.standing]),
        "last": planned.last_before_due(),
        "events": [
            (
                event,
                event.at < visit.now,
                visit.gettext(WEEKDAYS[event.at.weekday()]),
                event.worded(visit.gettext),
                visit.gettext("、").join(_audience(event, visit)),
            )
            for event in planned.events
        ],
    }


def _audience(event: PlannedEvent, visit: Visit) -> list[str]:
    """The roles that the event is told to, as far as it is told to anybody.

    A rung that has climbed to the coordinators tells them by a mail of its own.
    """
    if event.rung:
        told = [role for role in AUDIENCE_LABELS if role in event.rung.audience and role != "coordinator"]
    else:
        told = [role for role in AUDIENCE_LABELS if role == "coordinator" and event.kind in UPWARD]
    return [visit.gettext(AUDIENCE_LABELS[role]) for role in told]


def _in_sight(visit: Visit, slug: str) -> TaskList:
    """For those who see all units. Raises NotFoundError, UnknownListError."""
    if not visit.actor.sees_all:
        raise NotFoundError
    return list_by_slug(visit.session, slug)
