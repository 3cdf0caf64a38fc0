"""The ledger of a round, its forms, the draft of interviews, and what units and mails say of reminding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from tests.actions.reminding import EVE, FIRST_AFTER, at, file, remind
from tests.web.conftest import FILING, ROUND
from tracker.mail.due_event import is_calendar
from tracker.models import ChasePause, Extension, MailAttachment, OutgoingMail, Reminder, RungMove, key

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

CHASING = f"{ROUND}/chasing"


def post(browser: Browser, path: str, **fields: str) -> Answer:
    return browser.post(f"{ROUND}/{path}", fields)


def county(pages: Pages) -> str:
    return str(pages.example.county_a.id)


def test_the_ledger_shows_the_ladder_and_every_reminder_with_its_mails(pages: Pages) -> None:
    with pages.database.transaction() as session:
        file(session, pages.example, pages.example.bureau, 1, 2, 3)
        for moment in (at(9, 18, 9), at(9, 25, 9), EVE):
            remind(session, pages.settings, moment)
    page = pages.as_("统筹").get(CHASING)
    assert page.status == 200
    assert "已发出的催报：6 次" in page.text
    assert "截止前 5 个工作日填报人 2024年9月25日（星期三）09:00 填报人 2" in page.text
    assert "截止日是休息日，这一档不发" in page.text
    assert "2024年10月10日（星期四）09:00 填报人、单位领导、统筹人 0" in page.text
    assert "2024年9月30日（星期一）09:00 2 a@example.org 待发" in page.text


def test_an_extension_is_granted_shown_and_revoked(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    asked = browser.get(f"{CHASING}?unit={county(pages)}")
    assert asked.page.xpath("//select[@id='unit-extension']/option[@selected]/text()") == ["甲县"]
    answer = post(browser, "extensions", unit=county(pages), until="2024-10-10", reason="防汛")
    assert (answer.status, answer.location) == (303, f"{CHASING}?done=extended")
    with pages.database.reading() as session:
        (row,) = session.exec(select(Extension)).all()
    assert (row.granted_by, row.granted_at, row.reason) == ("统筹", pages.now, "防汛")
    assert "甲县 2024年10月10日（星期四）23:59 防汛 统筹" in browser.get(CHASING).text
    # The board shows who has one and why, the unit's own pages until when.
    assert "延至 2024年10月10日（星期四）23:59：防汛" in browser.get(ROUND).text
    own = pages.as_("甲县")
    for path in ("/", FILING):
        assert "2024年10月10日（星期四）23:59 截止（已延期）" in own.get(path).text
    assert "（已延期）" not in pages.as_("乙县").get(FILING).text
    answer = post(browser, f"extensions/{row.id}/revoke")
    assert answer.location == f"{CHASING}?done=extension_revoked"
    assert "统筹于 2024年10月3日（星期四）10:00 撤销" in browser.get(CHASING).text
    assert "（已延期）" not in own.get(FILING).text
    assert post(browser, f"extensions/{row.id}/revoke").status == 409


def test_a_receipt_within_the_extension_is_not_called_late(pages: Pages) -> None:
    post(pages.as_("统筹"), "extensions", unit=county(pages), until="2024-10-10", reason="防汛")
    pages.now = at(10, 9, 10)
    receipts = {}
    for name, unit in (("甲县", pages.example.county_a), ("乙县", pages.example.county_b)):
        browser = pages.as_(name)
        task = pages.example.tasks[0].id
        form = browser.get(FILING).fields(action=FILING)
        answer = browser.post(FILING, form | {f"text-{task}": "已完成。", "act": f"one-{task}"})
        receipts[unit.name] = browser.get(answer.location).text
    assert "（截止之后）" not in receipts["甲县"]
    assert "（截止之后）" in receipts["乙县"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": "2024-10-06", "reason": "防汛"}, "应晚于本期的截止日 2024-10-06"),
        ({"until": "2025-01-07", "reason": "防汛"}, "最晚到 2025-01-06"),
        ({"until": "soon", "reason": "防汛"}, "应形如 2024-11-30"),
        ({"until": "2024-10-10", "reason": " "}, "请写明理由"),
    ],
)
def test_a_refused_extension_keeps_what_was_typed(pages: Pages, fields: dict[str, str], words: str) -> None:
    answer = post(pages.as_("统筹"), "extensions", form="extension", unit=county(pages), **fields)
    assert answer.status == 422
    assert words in answer.text
    assert answer.page.xpath("//input[@id='until']/@value") == [fields["until"]]
    assert answer.page.xpath("//input[@id='reason-extension']/@value") == [fields["reason"]]
    assert answer.page.xpath("//select[@id='unit-extension']/option[@selected]/text()") == ["甲县"]
    assert post(pages.as_("统筹"), "extensions", unit="", **fields).status == 422
    assert post(pages.as_("统筹"), "extensions", unit="999999", **fields).status == 404
    with pages.database.reading() as session:
        assert session.exec(select(Extension)).all() == []


def test_what_a_coordinator_typed_is_text(pages: Pages) -> None:
    browser = pages.as_("统筹")
    answer = post(browser, "extensions", unit=county(pages), until="2024-10-10", reason="<b>急</b>\u202e")
    assert answer.status == 303
    for path in (CHASING, ROUND):
        page = browser.get(path)
        assert "<b>急</b>⟨U+202E⟩" in page.text
        assert "<b>急" not in page.html


def test_a_pause_is_begun_and_ended(pages: Pages) -> None:
    browser = pages.as_("统筹")
    answer = post(browser, "pauses", unit=county(pages), scope="all", last_on="2024-10-09", reason="正在换人")
    assert answer.location == f"{CHASING}?done=paused"
    with pages.database.reading() as session:
        (row,) = session.exec(select(ChasePause)).all()
    assert (row.round_id, row.last_on, row.paused_by) == (None, date(2024, 10, 9), "统筹")
    assert "甲县 所有报送期，到 2024年10月9日 正在换人" in browser.get(CHASING).text
    assert post(browser, f"pauses/{row.id}/end").location == f"{CHASING}?done=pause_ended"
    assert post(browser, f"pauses/{row.id}/end").status == 409
    assert "统筹于 2024年10月3日（星期四）10:00 结束" in browser.get(CHASING).text
    over = post(browser, "pauses", unit=county(pages), last_on="2024-10-02", reason="换人")
    assert over.status == 422


def test_a_reminder_is_moved(pages: Pages) -> None:
    browser = pages.as_("统筹")
    answer = post(browser, "moves", rung="1", planned_on="2024-10-09", reason="会期冲突")
    assert answer.location == f"{CHASING}?done=rung_moved"
    with pages.database.reading() as session:
        (row,) = session.exec(select(RungMove)).all()
    assert (row.rung, row.planned_on, row.moved_by) == ("1", date(2024, 10, 9), "统筹")
    text = browser.get(CHASING).text
    assert "2024年10月9日（星期三）09:00统筹改期：会期冲突" in text
    refused = post(browser, "moves", form="move", rung="1", planned_on="2024-10-13", reason="会期冲突")
    assert refused.status == 422
    assert "2024-10-13 不是工作日" in refused.text


def test_the_interview_list_is_there_to_print_for_coordinators_alone(pages: Pages) -> None:
    with pages.database.transaction() as session:
        file(session, pages.example, pages.example.bureau, 1, 2, 3)
        remind(session, pages.settings, EVE)
    browser = pages.as_("统筹")
    assert "没有已过截止日仍未报送的单位" in browser.get(f"{ROUND}/interviews").text
    pages.now = FIRST_AFTER
    page = browser.get(f"{ROUND}/interviews")
    assert "甲县 2 项（应报 2 项）1、2" in page.text
    assert "1 次 没有往期 甲县联系人 <a@example.org>" in page.text
    assert "市示例局" not in page.text
    assert page.page.xpath("//button[@data-print]")
    assert pages.as_("领导").get(f"{ROUND}/interviews").status == 403


def test_a_unit_sees_why_it_is_reminded_when_next_and_what_stops_it(pages: Pages) -> None:
    with pages.database.transaction() as session:
        remind(session, pages.settings, EVE)
    own = pages.as_("甲县")
    text = own.get(FILING).text
    assert "催报：如仍有未报，下一次在 2024年10月8日（星期二）09:00" in text
    assert "2024年9月30日（星期一）09:00，截止前 1 个工作日，当时未报 2 项" in text
    assert "全部报送后不再发送" in text
    with pages.database.transaction() as session:
        file(session, pages.example, pages.example.county_a, 1, 2)
    assert "催报：已全部报送，不再催报。" in own.get(FILING).text


def test_the_page_of_a_mail_says_why_it_came_and_when_the_next_one_would(pages: Pages) -> None:
    with pages.database.transaction() as session:
        remind(session, pages.settings, EVE)
        mail = session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "a@example.org")).one()
    page = pages.as_("统筹").get(f"/mails/{mail.id}")
    assert "甲县，2024年第三季度，截止前 1 个工作日，当时未报 2 项。" in page.text
    assert "如仍有未报，下一次在 2024年10月8日（星期二）09:00。" in page.text
    assert "该单位全部报送后不再发送" in page.text


@pytest.mark.parametrize("with_form", [True, False])
def test_a_reminder_by_hand_brings_the_form_where_it_is_ticked(pages_on_each: Pages, with_form: bool) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    form = browser.get(f"{ROUND}/remind?unit={county(pages)}").fields(action=f"{ROUND}/remind")
    assert "with_form" not in form
    answer = post(browser, "remind", **form | ({"with_form": "1"} if with_form else {}))
    assert answer.location == f"{ROUND}?done=reminded&count=1"
    assert post(browser, "remind", **form).location == f"{ROUND}?done=remind_stale"
    with pages.database.reading() as session:
        (mail,) = session.exec(select(OutgoingMail)).all()
        attached = session.exec(select(MailAttachment)).all()
    forms = [found for found in attached if not is_calendar(found.media_type)]
    assert mail.kind == "reminder"
    assert [form.mail_id for form in forms] == ([key(mail)] if with_form else [])


def test_an_opening_is_sent_by_hand_to_those_that_had_none(pages: Pages) -> None:
    browser = pages.as_("统筹")
    address = f"{ROUND}/remind?kind=opening"
    form = browser.get(address).fields(action=f"{ROUND}/remind")
    assert (form["rung"], form["kind"]) == ("open", "opening")
    assert post(browser, "remind", **form | {"with_form": "1"}).location == f"{ROUND}?done=reminded&count=3"
    with pages.database.reading() as session:
        mails = session.exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()
        assert {reminder.rung for reminder in session.exec(select(Reminder))} == {"open"}
    assert {mail.kind for mail in mails} == {"round_opened"}
    assert "没有可以发出的开启通知" in browser.get(address).text
