"""The coordinator's pages: every number is its list, and what may be done to a round."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from tests.web.conftest import ROUND
from tests.web.filing.test_filing_pages import sheet
from tracker.domain.states import FILED, ObligationState
from tracker.models import (
    AssignmentRole,
    Contact,
    MailState,
    Obligation,
    OutgoingMail,
    Reminder,
    ReportingRound,
    Task,
    key,
)
from tracker.store.obligation_list import (
    ObligationFilter,
    StateWord,
    TimingWord,
    count_obligations,
    list_obligations,
)
from tracker.store.rounds import rates_by_task, rates_by_unit, round_rates

if TYPE_CHECKING:
    from sqlmodel import Session

    from tests.web.conftest import Pages
    from tracker.domain.rates import Rates

OUTCOMES = st.lists(
    st.tuples(st.sampled_from(ObligationState), st.sampled_from([True, False, None])), min_size=8, max_size=8
)
relaxed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def set_states(session: Session, outcomes: list[tuple[ObligationState, bool | None]]) -> None:
    for obligation, (state, is_on_time) in zip(session.exec(select(Obligation)), outcomes, strict=True):
        obligation.state, obligation.is_on_time = state, is_on_time
        session.add(obligation)
    session.flush()


def filters_of(rates: Rates, wanted: ObligationFilter) -> list[tuple[int, ObligationFilter]]:
    """Each count beside the filter that its link asks for."""
    from dataclasses import replace  # noqa: PLC0415

    words = [(getattr(rates, word.value), replace(wanted, state=word)) for word in StateWord]
    return words + [(getattr(rates, word.value), replace(wanted, timing=word)) for word in TimingWord]


@relaxed
@given(outcomes=OUTCOMES)
def test_every_count_equals_the_list_behind_it(
    pages_on_each: Pages, outcomes: list[tuple[ObligationState, bool | None]]
) -> None:
    pages = pages_on_each
    with pages.database.transaction() as session:
        set_states(session, outcomes)
        reporting_round = session.get_one(ReportingRound, pages.example.round.id)
        expected = filters_of(round_rates(session, reporting_round), ObligationFilter())
        for unit_id, rates in rates_by_unit(session, reporting_round).items():
            expected += filters_of(rates, ObligationFilter(unit_id=unit_id))
        for task_id, rates in rates_by_task(session, reporting_round).items():
            expected += filters_of(rates, ObligationFilter(task_id=task_id))
        for count, wanted in expected:
            rows = list_obligations(session, reporting_round, wanted)
            assert len(rows) == count == count_obligations(session, reporting_round, wanted), wanted


@settings(relaxed, max_examples=6)
@given(outcomes=OUTCOMES)
def test_every_number_on_the_board_links_to_a_list_of_that_length(
    pages: Pages, outcomes: list[tuple[ObligationState, bool | None]]
) -> None:
    with pages.database.transaction() as session:
        set_states(session, outcomes)
    browser = pages.as_("领导")
    seen: dict[str, int] = {}
    for view in ("", "?view=tasks"):
        for link in browser.get(ROUND + view).page.xpath("//a[contains(@href, '/obligations?')]"):
            begins = re.match(r"\s*(\d+)", link.text_content())
            assert begins, link.text_content()
            address = urljoin(ROUND, link.get("href"))
            assert seen.setdefault(address, int(begins[1])) == int(begins[1])
    assert len(seen) > 60
    for address, number in seen.items():
        page = browser.get(address).page
        assert int(page.get_element_by_id("count").text_content()) == number, address
        assert len(page.xpath("//tbody/tr")) == number, address


def test_the_matrix_shows_each_obligation_once_and_no_draft(pages: Pages) -> None:
    sheet(pages).send("draft", {"1": "写到一半"})
    sheet(pages, "乙县").send("all", {"1": "一", "3": "三"})
    page = pages.as_("领导").get(f"{ROUND}?view=matrix").page
    cells = page.xpath("//table[contains(@class, 'matrix')]//td")
    assert len(cells) == 9
    letters = "".join(cell.text_content().strip() for cell in cells)
    assert sorted(letters) == sorted("未未未未未未报报")
    assert not page.find_class("c-d")
    assert len({link.get("href") for link in page.xpath("//td/a")}) == 8


def test_a_late_text_counts_as_late_and_says_so(pages: Pages) -> None:
    pages.now = pages.now.replace(day=8)
    sheet(pages).send("one-1", {"1": "迟了"})
    browser = pages.as_("统筹")
    assert "逾期：1 项" in browser.get(f"{ROUND}/obligations?timing=late").text
    assert "已逾期 1 个工作日" in browser.get(ROUND).text


@pytest.mark.parametrize("query", ["state=draft", "timing=soon", "unit=x", "kind=planet", "unit=1&task=-1"])
def test_a_filter_that_means_nothing_is_not_quietly_dropped(pages: Pages, query: str) -> None:
    assert pages.as_("统筹").get(f"{ROUND}/obligations?{query}").status == 404


def test_long_lists_come_in_pages(pages: Pages) -> None:
    with pages.database.transaction() as session:
        for number in range(4, 200):
            task = Task(
                version_id=pages.example.round.version_id,
                lineage=number,
                position=number,
                number=str(number),
                title="多",
                content="多",
            )
            session.add(task)
            session.flush()
            for unit in (pages.example.county_a, pages.example.county_b):
                session.add(
                    Obligation(
                        round_id=key(pages.example.round),
                        task_id=key(task),
                        unit_id=key(unit),
                        role=AssignmentRole.LOCAL,
                    )
                )
    browser = pages.as_("统筹")
    first = browser.get(f"{ROUND}/obligations")
    assert "应报：400 项" in first.text
    assert len(first.page.xpath("//tbody/tr")) == 200
    second = browser.get(f"{ROUND}/obligations?page=2")
    assert len(second.page.xpath("//tbody/tr")) == 200
    assert browser.get(f"{ROUND}/obligations?page=99").html.count("<tr>") == second.html.count("<tr>")


def test_a_round_opened_late_says_that_it_does_not_chase(pages: Pages) -> None:
    browser = pages.as_("统筹")
    preview = browser.get("/rounds/open?list=example&period=2024Q2")
    assert "自动催报是关闭的" in preview.text
    answer = browser.post("/rounds/open", preview.fields(action="/rounds/open"))
    assert answer.location == "/rounds/example/2024Q2?done=opened"
    page = browser.get(answer.location)
    assert "自动催报已关闭" in page.text
    on = browser.post("/rounds/example/2024Q2/chasing", {"is_chasing": "1"})
    assert "自动催报已打开" in browser.get(on.location).text
    assert browser.get("/rounds/open?list=example&period=2024Q2").location == "/rounds/example/2024Q2"
    assert browser.get("/rounds/open?list=example&period=2030Q2").status == 404


def test_closing_is_asked_first_and_cannot_be_repeated(pages: Pages) -> None:
    browser = pages.as_("统筹")
    question = browser.get(f"{ROUND}/close")
    assert "不能重新打开" in question.text
    assert "还有 8 项未报" in question.text
    assert browser.post(f"{ROUND}/close").status == 303
    assert browser.post(f"{ROUND}/close").status == 409
    page = browser.get(ROUND)
    assert "已关闭" in page.text
    assert "一键催报" not in page.text
    assert browser.get(f"{ROUND}/remind").status == 409


def test_a_reminder_is_previewed_and_goes_out_once(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages).send("all", {"1": "一", "2": "二"})
    browser = pages.as_("统筹")
    preview = browser.get(f"{ROUND}/remind")
    assert "将发出 2 封邮件" in preview.text
    assert "b@example.org" in preview.text
    assert "a@example.org" not in preview.text
    assert "甲县本期已全部报送" in preview.text
    form = preview.fields(action=f"{ROUND}/remind")
    assert browser.post(f"{ROUND}/remind", form).location == f"{ROUND}?done=reminded&count=2"
    assert browser.post(f"{ROUND}/remind", form).location == f"{ROUND}?done=remind_stale"
    with pages.database.reading() as session:
        assert len(session.exec(select(OutgoingMail)).all()) == 2
        assert {reminder.rung for reminder in session.exec(select(Reminder))} == {"H1"}
    assert "催报邮件 2 封" in browser.get(f"{ROUND}?done=reminded&count=2").text


def test_one_unit_can_be_reminded_alone(pages: Pages) -> None:
    browser = pages.as_("统筹")
    preview = browser.get(f"{ROUND}/remind?unit={pages.example.county_b.id}")
    assert "催报 乙县" in preview.text
    assert "将发出 1 封邮件" in preview.text
    browser.post(f"{ROUND}/remind", preview.fields(action=f"{ROUND}/remind"))
    with pages.database.reading() as session:
        assert [mail.to_address for mail in session.exec(select(OutgoingMail))] == ["b@example.org"]


def test_reviewing_changes_the_state_and_is_told_to_the_unit(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages).send("all", {"1": "一", "2": "二"})
    found = pages.obligations(pages.example.county_a.id)
    browser = pages.as_("统筹")
    path = f"/obligations/{found['1'].id}"
    page = browser.get(path)
    without = browser.post(f"{path}/return", page.fields(action=f"{path}/return") | {"reason": "  "})
    assert without.status == 422
    assert "退回理由：请写明需要怎样修改" in without.text
    assert browser.post(f"{path}/return", {"version": "1", "reason": "请补数据"}).status == 303
    assert browser.post(f"{path}/accept", {"version": "1"}).status == 409
    assert browser.post(f"/obligations/{found['2'].id}/accept", {"version": "1"}).status == 303
    states = {n: o.state for n, o in pages.obligations(pages.example.county_a.id).items()}
    assert states == {"1": ObligationState.RETURNED, "2": ObligationState.ACCEPTED}
    assert "请补数据" in pages.as_("甲县").get(path).text


def test_a_review_of_an_older_version_is_refused(pages: Pages) -> None:
    sheet(pages).send("one-1", {"1": "第一版"})
    obligation = pages.obligations(pages.example.county_a.id)["1"]
    sheet(pages).send("one-1", {"1": "第二版"})
    answer = pages.as_("统筹").post(f"/obligations/{obligation.id}/accept", {"version": "1"})
    assert answer.status == 409
    assert pages.obligations(pages.example.county_a.id)["1"].state is ObligationState.SUBMITTED


def test_exempting_needs_a_reason_and_a_second_thought(pages: Pages) -> None:
    browser = pages.as_("统筹")
    path = f"/obligations/{pages.obligations(pages.example.county_b.id)['3'].id}"
    assert "请先勾选确认" in browser.post(f"{path}/exempt", {"reason": "撤县"}).text
    assert "免报理由：" in browser.post(f"{path}/exempt", {"reason": "", "is_sure": "1"}).text
    assert browser.post(f"{path}/exempt", {"reason": "撤县", "is_sure": "1"}).status == 303
    assert "应报：7 项" in browser.get(f"{ROUND}/obligations").text
    assert "撤县" in pages.as_("乙县").get("/filing/example/2024Q3").text


@pytest.mark.parametrize("form", ["xlsx", "html", "json"])
def test_the_round_is_downloaded_under_its_own_name(pages: Pages, form: str) -> None:
    answer = pages.as_("领导").get(f"{ROUND}/report.{form}")
    assert answer.status == 200
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith(f'attachment; filename="example-2024Q3.{form}"; ')
    assert "%E7%A4%BA%E4%BE%8B" in disposition
    assert pages.as_("领导").get(f"{ROUND}/report.exe").status == 404


def _mail(pages: Pages, state: MailState, **values: Any) -> int:
    with pages.database.transaction() as session:
        mail = OutgoingMail(
            cause=f"test {state}",
            kind="reminder",
            message_id=f"<{state}@example.org>",
            to_name="联系人",
            to_address="a@example.org",
            subject="<b>催报</b>",
            text="正文",
            html="<p onclick=1>正文</p><script>1</script>",
            state=state,
            created_at=pages.now,
            next_attempt_at=pages.now + timedelta(minutes=5),
            **values,
        )
        session.add(mail)
        session.flush()
        return mail.id or 0


def test_the_mail_page_shows_the_servers_words_and_sends_again(pages: Pages) -> None:
    browser = pages.as_("统筹")
    assert "还没有邮件" in browser.get("/mails").text
    parked = _mail(pages, MailState.PARKED, last_error="550 User unknown", attempts=1)
    _mail(pages, MailState.QUEUED, last_error="连接被拒绝", attempts=2)
    queue = browser.get("/mails")
    for shown in (
        "550 User unknown",
        "连接被拒绝",
        "搁置 1",
        "待发 1",
        "不向外发送任何邮件",
        "<b>催报</b>",
        "10:05 再试",
    ):
        assert shown in queue.text
    assert "不向外发送任何邮件" in queue.text
    assert "连接被拒绝" not in browser.get("/mails?state=parked").text
    assert browser.get("/mails?state=lost").status == 404
    assert browser.post(f"/mails/{parked}/resend").location == f"/mails/{parked}?done=resent"
    with pages.database.reading() as session:
        assert session.get_one(OutgoingMail, parked).state is MailState.QUEUED


def test_a_mail_is_shown_in_a_sandbox(pages: Pages) -> None:
    answer = pages.as_("统筹").get(f"/mails/{_mail(pages, MailState.SENT, sent_at=pages.now)}")
    frame = answer.page.xpath("//iframe")[0]
    assert frame.get("sandbox") == ""
    assert "<script>1</script>" in frame.get("srcdoc")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "未向外发送" in answer.text


def test_contacts_are_read_from_a_table_or_not_at_all(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    good = "单位,姓名,邮箱,角色\n甲县,新联系人,new@example.org,填报人\n".encode()
    answer = browser.post("/contacts/import", files={"file": ("联系人.csv", good)})
    assert answer.location == "/contacts?done=contacts&count=1"
    assert "new@example.org" in browser.get(answer.location).text
    bad = "单位,姓名,邮箱\n甲县,又一人,two@example.org\n丙县,某人,c@example.org\n".encode()
    refused = browser.post("/contacts/import", files={"file": ("联系人.csv", bad)})
    assert refused.status == 422
    assert "丙县" in refused.text
    assert "two@example.org" not in refused.text
    for name, content in (("x.exe", b"MZ"), ("../../x.xlsx", b"not a zip"), ("", b"")):
        assert browser.post("/contacts/import", files={"file": (name, content)}).status == 422
    with pages.database.reading() as session:
        assert len(session.exec(select(Contact)).all()) == 5


def test_units_that_lack_something_come_first(pages_on_each: Pages) -> None:
    pages = pages_on_each
    with pages.database.transaction() as session:
        contact = session.exec(select(Contact).where(Contact.email == "b@example.org")).one()
        session.delete(contact)
    browser = pages.as_("统筹")
    rows = browser.get("/units").page.xpath("//tbody/tr")
    assert "乙县" in rows[0].text_content()
    assert "无联系人" in rows[0].text_content()
    assert "还没有联系人的单位：1 个（共 3 个）" in browser.get("/contacts").text
    assert "无联系人" in browser.get(ROUND).text


def test_the_first_page_offers_the_newest_period_that_is_over(pages: Pages) -> None:
    page = pages.as_("统筹").get("/").page
    assert page.xpath("//option[@selected]/@value") == ["2024Q2"]
    assert page.xpath("//option/@value") == ["2024Q4", "2024Q2", "2024Q1"]
    assert not pages.as_("领导").get("/").page.xpath("//select")


def test_a_filers_first_page_says_what_is_due_and_until_when(pages_on_each: Pages) -> None:
    pages = pages_on_each
    text = pages.as_("甲县").get("/").text
    assert "2024年10月6日（星期日）23:59 截止，截止前不再有工作日（截止当天是休息日）" in text
    assert "应报 2 项，已报 0 项，还差 2 项" in text
    pages.now = pages.now.replace(month=9, day=25)
    assert "还有 4 个工作日" in pages.as_("甲县").get("/").text


def test_filed_states_of_the_lists_are_those_of_the_rules() -> None:
    assert ObligationFilter(timing=TimingWord.LATE).states() == FILED
