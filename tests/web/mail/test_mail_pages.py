"""The mail queue on pages: found by filter, sent again, and addresses that mail came back from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tracker.models import Contact, MailState, OutgoingMail, Reminder, ReminderMail, key

if TYPE_CHECKING:
    from tests.web.conftest import Pages

ROUND = "/rounds/example/2024Q3"


def mail(pages: Pages, name: str, state: MailState = MailState.SENT, **values: Any) -> int:
    with pages.database.transaction() as session:
        row = OutgoingMail(
            cause=name,
            message_id=f"<{name}@example.org>",
            state=state,
            created_at=pages.now,
            next_attempt_at=pages.now,
            **{
                "kind": "reminder",
                "to_address": f"{name}@example.org",
                "subject": f"主题{name}",
                "text": "正文",
                "html": "<p>正文</p>",
            }
            | values,
        )
        session.add(row)
        session.flush()
        return key(row)


def state_of(pages: Pages, mail_id: int) -> MailState:
    with pages.database.reading() as session:
        return session.get_one(OutgoingMail, mail_id).state


def test_every_state_is_shown_with_its_words(pages: Pages) -> None:
    mail(pages, "cancelled", MailState.CANCELLED, last_error="发出前已全部报送")
    mail(pages, "bounced", MailState.BOUNCED, last_error="550 查无此人", bounced_at=pages.now)
    browser = pages.as_("统筹")
    queue = browser.get("/mails").text
    for shown in ("已取消 1", "已退信 1", "取消原因：发出前已全部报送", "服务器答复：550 查无此人", "搁置 0"):
        assert shown in queue


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"a", "b", "x_y"}),
        ("?kind=interviews", {"b"}),
        ("?kind=reminder&state=sent", {"a"}),
        ("?address=B@EXAMPLE", {"b"}),
        # The letters that LIKE takes for any.
        ("?address=_", {"x_y"}),
        ("?address=%25", set()),
    ],
)
def test_mails_are_found_by_state_kind_and_address(pages: Pages, query: str, found: set[str]) -> None:
    mail(pages, "a")
    mail(pages, "b", kind="interviews")
    mail(pages, "x_y", MailState.PARKED)
    text = pages.as_("统筹").get(f"/mails{query}").text
    assert {name for name in ("a", "b", "x_y") if f"主题{name}" in text} == found


def test_a_units_mails_are_its_reminders_and_what_went_to_its_people(pages_on_each: Pages) -> None:
    pages = pages_on_each
    county = key(pages.example.county_a)
    to_former, to_contact = mail(pages, "former"), mail(pages, "contact", to_address="A@example.org")
    mail(pages, "other", to_address="b@example.org")
    with pages.database.transaction() as session:
        reminder = Reminder(
            round_id=key(pages.example.round),
            unit_id=county,
            rung="-1",
            planned_at=pages.now,
            reminded_at=pages.now,
            outstanding=1,
        )
        session.add(reminder)
        session.flush()
        session.add(ReminderMail(reminder_id=key(reminder), mail_id=to_former))
    browser = pages.as_("统筹")
    text = browser.get(f"/mails?unit={county}").text
    assert ("主题former" in text, "主题contact" in text, "主题other" in text) == (True, True, False)
    shown = browser.get(f"/mails/{to_former}")
    assert "甲县，2024年第三季度" in shown.text
    assert shown.page.xpath(f"//dd/a[starts-with(@href, '{ROUND}')]")
    assert "为何而发" not in browser.get(f"/mails/{to_contact}").text


def test_the_parked_mails_of_a_filter_are_sent_again_once_each(pages_on_each: Pages) -> None:
    pages = pages_on_each
    wanted = mail(pages, "wanted", MailState.PARKED, attempts=12, last_error="451 later")
    other_kind = mail(pages, "kind", MailState.PARKED, kind="interviews")
    sent = mail(pages, "sent")
    browser = pages.as_("统筹")
    asked = browser.get("/mails/resend?kind=reminder")
    assert "1 封" in asked.text
    assert "主题wanted" in asked.text
    form = asked.fields(action="/mails/resend")
    # Parked after the question: not agreed to.
    later = mail(pages, "later", MailState.PARKED)
    assert browser.post("/mails/resend", form).location == "/mails?done=resent_all&count=1"
    assert [state_of(pages, one) for one in (wanted, other_kind, sent, later)] == [
        MailState.QUEUED,
        MailState.PARKED,
        MailState.SENT,
        MailState.PARKED,
    ]
    assert browser.post("/mails/resend", form).location == "/mails?done=resent_all&count=0"
    with pages.database.reading() as session:
        assert session.get_one(OutgoingMail, wanted).message_id == "<wanted@example.org>"


def test_a_bounced_mail_may_be_sent_again_and_a_cancelled_one_not(pages: Pages) -> None:
    bounced = mail(pages, "bounced", MailState.BOUNCED, bounced_at=pages.now)
    cancelled = mail(pages, "cancelled", MailState.CANCELLED)
    browser = pages.as_("统筹")
    assert browser.post(f"/mails/{bounced}/resend").location == f"/mails/{bounced}?done=resent"
    assert state_of(pages, bounced) is MailState.QUEUED
    assert browser.post(f"/mails/{cancelled}/resend").status == 409
    assert state_of(pages, cancelled) is MailState.CANCELLED


def test_an_address_that_mail_came_back_from_is_marked_where_it_is_shown(pages: Pages) -> None:
    browser = pages.as_("统筹")
    places = ("/contacts", "/units", f"/units/{pages.example.county_a.id}", f"{ROUND}/remind")
    assert not any("曾退信" in browser.get(place).text for place in places)
    mail(
        pages,
        "back",
        MailState.BOUNCED,
        to_address="A@example.org",
        last_error="550 查无此人",
        sent_at=pages.now,
        bounced_at=pages.now,
    )
    for place in places:
        marks = browser.get(place).page.xpath("//span[@title='550 查无此人']/text()")
        assert marks == ["曾退信"], place
    with pages.database.reading() as session:
        assert session.get_one(Contact, 2).email == "a@example.org"
