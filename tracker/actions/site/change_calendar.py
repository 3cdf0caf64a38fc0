"""The calendar of working days is changed: by the notice of a year, by a day, or by taking a year away.

A change is planned first, so that a page or a dry run shows what it would do, and then stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tracker.domain.calendar_change import CalendarChange, DayMark, marks_of
from tracker.domain.festivals import notice_year
from tracker.domain.texts import one_line
from tracker.domain.workdays import is_weekend
from tracker.errors import BlockingProblemsError, UnknownCalendarYearError
from tracker.i18n import mark, translations
from tracker.store.workdays import calendar_year, day_marks, notice_marks, replace_days, write_history

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.domain.notice import Notice

_BY: Final = mark("{at} {who}：{what}")
_BY_NOTICE: Final = mark("按国务院办公厅通知登记 {number}")
_AMENDED: Final = mark("按国务院办公厅通知调整{festivals} {number}")
_SET_OFF: Final = mark("{day} 改为放假")
_SET_WORKED: Final = mark("{day} 改为上班")
_LONGEST_NAME: Final = 40


def plan_notice(session: Session, settings: Settings, notice: Notice) -> CalendarChange:
    """What `notice` makes of its year.

    Raises BlockingProblemsError for one with problems, UnknownCalendarYearError for an amendment to a year
    that is not known.
    """
    if notice.problems:
        raise BlockingProblemsError(tuple(problem.worded(str) for problem in notice.problems))
    is_known = calendar_year(session, notice.year) is not None
    if notice.is_amendment and not is_known:
        raise UnknownCalendarYearError(year=notice.year)
    before = notice_marks(session, notice.year)
    festivals = "、".join(festival.name for festival in notice.festivals)
    text = _AMENDED if notice.is_amendment else _BY_NOTICE
    entry = _say(settings, text, number=notice.number, festivals=festivals).strip()
    return CalendarChange(notice.year, before, marks_of(notice, before), is_known, is_known=True, entry=entry)


def plan_day(
    session: Session, settings: Settings, day: date, *, is_workday: bool, name: str = ""
) -> CalendarChange:
    """What it makes of its year that `day` is worked or off, called `name`.

    Raises UnknownCalendarYearError: a year of which single days are known would pass for a known one.
    """
    marked = day_marks(session, day, day).get(day)
    year = notice_year(day, marked.name) if marked else day.year
    if calendar_year(session, year) is None:
        raise UnknownCalendarYearError(year=year)
    before = notice_marks(session, year)
    after = {other: found for other, found in before.items() if other != day}
    if is_workday == is_weekend(day):
        kept = marked.name if marked else ""
        after[day] = DayMark(is_workday, one_line(name)[:_LONGEST_NAME] or kept)
    entry = _say(settings, _SET_WORKED if is_workday else _SET_OFF, day=day)
    return CalendarChange(year, before, after, was_known=True, is_known=True, entry=entry)


def plan_forgetting(session: Session, year: int) -> CalendarChange:
    """The year without its days: provisional again. Raises UnknownCalendarYearError."""
    if calendar_year(session, year) is None:
        raise UnknownCalendarYearError(year=year)
    return CalendarChange(year, notice_marks(session, year), {}, was_known=True, is_known=False, entry="")


def store_change(
    session: Session, actor: Actor, settings: Settings, change: CalendarChange, now: datetime
) -> None:
    """Makes the calendar what `change` says. For administrators. Rounds that are open keep their closing moment."""
    actor.require_administering()
    replace_days(session, change.before, change.after)
    entry = None
    if change.is_known:
        at = f"{now.astimezone(settings.site.zone):%Y-%m-%d %H:%M}"
        entry = one_line(_say(settings, _BY, at=at, who=actor.label, what=change.entry))
    write_history(session, change.year, entry)


def _say(settings: Settings, text: str, **fields: object) -> str:
    """In the site's language: it is stored."""
    return translations(settings.site.language).gettext(text).format(**fields)
