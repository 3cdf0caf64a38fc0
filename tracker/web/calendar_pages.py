"""The calendar of working days: a year to look at, and for administrators its change, with a preview."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.rounds.plan_year import shifted_dates
from tracker.actions.site.change_calendar import plan_day, plan_forgetting, plan_notice, store_change
from tracker.actions.site.prepare_database import PACKAGED
from tracker.domain.festivals import festival_in_words
from tracker.domain.notice import YEARS, read_notice
from tracker.domain.workdays import WEEKDAYS
from tracker.errors import BlockingProblemsError, InvalidValueError, NotFoundError, TrackerError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.store.workdays import calendar_year, day_marks
from tracker.web.calendar_views import festival_views, month_views
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import FormData

    from tracker.domain.calendar_change import CalendarChange

router = APIRouter()

# Festivals around New Year reach into the next year by less.
_AROUND: Final = timedelta(days=31)
# What a change is made of: the form asks with these, and its confirmation sends them again.
_FIELDS: Final = ("what", "text", "day", "as", "name")


def year_in_range(year: int) -> int:
    """Raises NotFoundError for a year that no calendar is kept for."""
    if year not in YEARS:
        raise NotFoundError
    return year


@router.get("/calendar")
def this_year(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return redirect(f"/calendar/{visit.now.astimezone(visit.settings.site.zone).year}")


@router.get("/calendar/{year}")
def show_year(request: Request, year: int) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        return _year_page(visit, year_in_range(year))


@router.post("/calendar/{year}/preview")
def preview(request: Request, year: int, form: CheckedForm) -> Response:
    """What the posted change would do; nothing is stored."""
    with signed_in(request) as visit:
        visit.actor.require_administering()
        return _preview_page(visit, year_in_range(year), form)


@router.post("/calendar/{year}")
def store(request: Request, year: int, form: CheckedForm) -> Response:
    """Stores the change that was previewed; where the calendar changed meanwhile, the preview comes again."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_administering()
        try:
            change = _planned(visit, year_in_range(year), form)
        except TrackerError:
            return _preview_page(visit, year, form)
        if change.fingerprint != field(form, "shown"):
            return _preview_page(visit, year, form, is_stale=True)
        store_change(visit.session, visit.actor, visit.settings, change, visit.now)
        return redirect(f"/calendar/{change.year}?done=calendar_saved")


def _planned(visit: Visit, year: int, form: FormData) -> CalendarChange:
    """The change that the form asks for. Raises as `read_notice` and the plans, InvalidValueError for no day."""
    match field(form, "what"):
        case "notice":
            notice = read_notice(field(form, "text"), year)
            if notice.problems:
                raise BlockingProblemsError(tuple(found.worded(visit.gettext) for found in notice.problems))
            return plan_notice(visit.session, visit.settings, notice)
        case "day":
            text = line_field(form, "day")
            try:
                day = date.fromisoformat(text)
            except ValueError as error:
                raise InvalidValueError(
                    field=mark("日期"), value=text, reason=mark("应形如 2024-11-30")
                ) from error
            is_workday = field(form, "as") == "work"
            name = line_field(form, "name")
            return plan_day(visit.session, visit.settings, day, is_workday=is_workday, name=name)
        case "forget":
            return plan_forgetting(visit.session, year)
        case _:
            raise NotFoundError


def _preview_page(visit: Visit, year: int, form: FormData, *, is_stale: bool = False) -> Response:
    try:
        change = _planned(visit, year, form)
    except BlockingProblemsError as error:
        return _year_page(visit, year, status=422, problems=error.problems, text=field(form, "text"))
    except TrackerError as error:
        problems = [error.worded(visit.gettext)]
        return _year_page(visit, year, status=status_of(error), problems=problems, text=field(form, "text"))
    known = calendar_year(visit.session, change.year)
    return visit.page(
        "pages/calendar_preview.html",
        year=year,
        change=change,
        differences=[(found, festival_in_words(found.name, visit.gettext)) for found in change.differences],
        shifts=[
            (shift, shift.event.worded(visit.gettext))
            for shift in shifted_dates(visit.session, visit.settings, change, visit.now)
        ],
        fields={name: field(form, name) for name in _FIELDS},
        is_packaged=known is not None and known.source.split("\n")[0] == PACKAGED,
        is_stale=is_stale,
        weekdays=[visit.gettext(name) for name in WEEKDAYS],
    )


def _year_page(
    visit: Visit, year: int, *, status: int = 200, problems: Sequence[str] = (), text: str = ""
) -> Response:
    known = calendar_year(visit.session, year)
    marks = day_marks(visit.session, date(year, 1, 1) - _AROUND, date(year, 12, 31) + _AROUND)
    today = visit.now.astimezone(visit.settings.site.zone).date()
    return visit.page(
        "pages/calendar.html",
        status=status,
        year=year,
        years=(YEARS[0], YEARS[-1]),
        is_known=known is not None,
        history=known.source.split("\n") if known else [],
        packaged=PACKAGED,
        months=month_views(year, marks, today, visit.gettext),
        festivals=festival_views(year, marks, visit.gettext),
        can_change=visit.actor.is_administering,
        problems=problems,
        text=text,
    )
