"""The due day for a filler's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from tests.domain.calendar_2024 import CALENDAR
from tests.mail.samples import AT, DUE_AT, LIST_TITLE, mail
from tracker.mail.due_event import DueDay, due_event
from tracker.mail.envelope import seal
from tracker.models import MailAttachment

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.mail.letter import Attachment

DUE = DueDay(7, 3, "甲县", LIST_TITLE, "2024年第三季度", DUE_AT, "http://127.0.0.1:8000/filing/x/2024Q3")


def made(settings: Settings, due: DueDay = DUE, now: datetime = AT) -> Attachment:
    return due_event(due, CALENDAR, now=now, remind_at=time(9), settings=settings)


def event_of(attachment: Attachment) -> Any:
    (event,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    return event


def test_the_event_fills_the_due_day_and_alarms_on_the_working_day_before(settings: Settings) -> None:
    event = event_of(made(settings))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2024, 10, 6), date(2024, 10, 7))
    assert event["summary"].startswith("桂林市促进脱贫人口持续增收")
    assert event["summary"].endswith("2024年第三季度报送截止（甲县）")
    assert "2024年10月6日（星期日）23:59前报送" in event["description"]
    (alarm,) = event.walk("VALARM")
    # The holiday lies between: the last working day before is Monday, 30 September, 9:00 in Shanghai.
    assert alarm["trigger"].dt == datetime(2024, 9, 30, 1, 0, tzinfo=UTC)


def test_a_later_file_of_the_same_round_and_unit_replaces_the_entry(settings: Settings) -> None:
    first, later = (event_of(made(settings, now=now)) for now in (AT, AT + timedelta(days=3)))
    assert first["uid"] == later["uid"] == "due-7-3@example.org"
    assert later["sequence"] > first["sequence"]
    other = event_of(made(settings, DueDay(7, 4, "乙县", "", "", DUE_AT, "http://127.0.0.1/")))
    assert other["uid"] != first["uid"]


def test_an_extended_day_is_the_units_own(settings: Settings) -> None:
    due = DueDay(7, 3, "甲县", LIST_TITLE, "第三季度", DUE_AT + timedelta(days=4), "http://127.0.0.1/")
    event = event_of(made(settings, due))
    assert event["dtstart"].dt == date(2024, 10, 10)
    assert event.walk("VALARM")[0]["trigger"].dt == datetime(2024, 10, 9, 1, 0, tzinfo=UTC)


def test_what_a_unit_is_called_adds_no_line(settings: Settings) -> None:
    due = DueDay(7, 3, "甲县\r\nATTENDEE:x;,", "a\nb", "c", DUE_AT, "http://127.0.0.1/")
    event = event_of(made(settings, due))
    assert "attendee" not in event
    assert "甲县 ATTENDEE:x;," in event["summary"]


def test_it_travels_as_a_published_calendar(settings: Settings) -> None:
    event = made(settings)
    row = MailAttachment(
        mail_id=1, file_name=event.file_name, media_type=event.media_type, content=event.content
    )
    message = message_from_bytes(seal(mail(), [row], settings).content, policy=default)
    (found,) = message.iter_attachments()
    assert (found.get_content_type(), found.get_param("method")) == ("text/calendar", "PUBLISH")
    assert found.get_filename() == "报送截止 2024年第三季度 甲县.ics"
    assert Calendar.from_ical(found.get_content()).walk("VEVENT")
