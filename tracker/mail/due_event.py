"""The due day of a round as an entry for the filler's own calendar, attached to opening and reminder mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from icalendar import Alarm, Calendar, Event

from tracker.domain.addresses import domain_of
from tracker.i18n import mark, translations
from tracker.mail.letter import Attachment
from tracker.mail.wording import moment_in_words, on_one_line

if TYPE_CHECKING:
    from datetime import time

    from tracker.config import Settings
    from tracker.domain.workdays import WorkCalendar

_SUMMARY: Final = mark("{list} {period}报送截止（{unit}）")
_DESCRIPTION: Final = mark("{due}前报送。填报地址：{link}")
_FILE_NAME: Final = mark("报送截止 {period} {unit}.ics")
_MEDIA_TYPE: Final = "text/calendar; method=PUBLISH; charset=utf-8"
_TITLE: Final = 40


@dataclass(frozen=True, slots=True)
class DueDay:
    """Which unit files what until when; `due_at` is the unit's own, extensions included."""

    round_id: int
    unit_id: int
    unit: str
    list_title: str
    period_label: str
    due_at: datetime
    link: str


def due_event(
    due: DueDay, calendar: WorkCalendar, *, now: datetime, remind_at: time, settings: Settings
) -> Attachment:
    """An entry for the whole due day, with an alarm one working day before at `remind_at` of the site.

    Its UID stays that of round and unit: a later file of the same moves the entry and makes no second one. `now`
    orders the files.
    """
    book = Calendar()
    book.add("prodid", "-//Duban//Due//ZH")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add_component(event_of(due, calendar, now=now, remind_at=remind_at, settings=settings))
    words = {"period": on_one_line(due.period_label), "unit": on_one_line(due.unit)}
    name = translations(settings.site.language).gettext(_FILE_NAME).format(**words)
    return Attachment(name, _MEDIA_TYPE, book.to_ical())


def is_calendar(media_type: str) -> bool:
    """Whether an attachment of a mail is such an entry, and not the form."""
    return media_type == _MEDIA_TYPE


def event_of(
    due: DueDay, calendar: WorkCalendar, *, now: datetime, remind_at: time, settings: Settings
) -> Event:
    """The entry alone, for a calendar of several."""
    site = settings.site
    gettext = translations(site.language).gettext
    due_at = due.due_at.astimezone(site.zone)
    words = {
        "list": on_one_line(due.list_title, _TITLE),
        "period": on_one_line(due.period_label),
        "unit": on_one_line(due.unit),
        "due": moment_in_words(due_at, site.zone, gettext),
        "link": due.link,
    }
    event = Event()
    event.add("uid", f"due-{due.round_id}-{due.unit_id}@{domain_of(settings.mail.sender)}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("dtstart", due_at.date())
    event.add("dtend", due_at.date() + timedelta(days=1))
    event.add("summary", gettext(_SUMMARY).format(**words))
    event.add("description", gettext(_DESCRIPTION).format(**words))
    event.add("url", due.link)
    event.add("transp", "TRANSPARENT")
    alarm_on = calendar.shift(due_at.date(), -1)
    event.add_component(
        _alarm(datetime.combine(alarm_on, remind_at, site.zone), gettext(_SUMMARY).format(**words))
    )
    return event


def _alarm(at: datetime, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    # A moment, and not a distance: that would be of calendar days.
    alarm.add("trigger", at.astimezone(UTC))
    return alarm
