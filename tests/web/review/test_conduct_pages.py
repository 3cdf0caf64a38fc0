"""Findings, appeals and the ranking: said at the text, decided on a page, counted everywhere alike."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select

from tests.web.conftest import FILING, ROUND
from tests.web.filing.test_filing_pages import sheet
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.review.rank_units import rank_units
from tracker.domain.faults import Fault
from tracker.models import (
    Appeal,
    AppealState,
    Circular,
    CircularKind,
    Finding,
    OutgoingMail,
    ReportingRound,
    TaskList,
    key,
)
from tracker.reports.ranking import rankings_of
from tracker.store.obligation_list import count_obligations
from tracker.web.rounds.obligation_filter import filter_in

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

APPEALS = "/lists/example/appeals"
RANKING = f"{ROUND}/ranking"


def own(pages: Pages, number: str = "1") -> str:
    """The address of an obligation of 甲县."""
    return f"/obligations/{pages.obligations(pages.example.county_a.id)[number].id}"


def late(pages: Pages) -> None:
    """甲县 files its first text a day late and leaves the second."""
    pages.now += timedelta(days=5)
    sheet(pages, "甲县").send("one-1", {"1": "推进中"})


def appealed(pages: Pages, words: str = "已于截止前送达纸质材料。", fault: str = "late") -> Answer:
    return pages.as_("甲县").post(f"{own(pages)}/appeal", {"fault": fault, "reason": words, "form": "appeal"})


def rows_of(browser: Browser, address: str = RANKING) -> list[str]:
    page = browser.get(address).page
    return [
        " ".join(" ".join(cell.text_content().split()) for cell in row.xpath("*"))
        for row in page.xpath("//tbody/tr")
    ]


def mails(pages: Pages, kind: str) -> list[OutgoingMail]:
    with pages.database.reading() as session:
        found = session.exec(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id))  # type: ignore[arg-type]
        return list(found)


def test_a_text_is_found_to_say_nothing_where_it_is_reviewed(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("one-1", {"1": "高度重视，扎实推进。"})
    office, number = pages.as_("统筹"), own(pages).rpartition("/")[2]
    review = f"{ROUND}/review"
    form = office.get(review).fields(action=f"{review}?page=1")
    refused = office.post(f"{review}?page=1", form | {"act": f"find-{number}", f"nothing-{number}": " "})
    assert refused.status == 422
    assert "请写明理由，它会留在记录里" in refused.text
    done = office.post(f"{review}?page=1", form | {"act": f"find-{number}", f"nothing-{number}": "没有数字"})
    assert done.status == 303
    card = office.get(done.location).text
    assert "已认定无实质内容，填报单位会看到理由。" in card
    assert "认定无实质内容，2024年10月3日（星期四）10:00，统筹：没有数字" in card
    # It is still to be accepted or returned.
    assert "共 1 项" in card
    again = office.post(f"{review}?page=1", form | {"act": f"find-{number}", f"nothing-{number}": "再来"})
    assert (again.status, "已认定无实质内容（统筹）" in again.text) == (409, True)
    for address in (FILING, own(pages)):
        assert "统筹：没有数字" in pages.as_("甲县").get(address).text
    withdrawn = office.post(f"{review}?page=1", form | {"act": f"withdraw-{number}"})
    assert withdrawn.status == 303
    assert "没有数字" not in pages.as_("甲县").get(FILING).text
    # What was said stays on record.
    page = pages.as_("甲县").get(own(pages)).text
    assert "曾认定无实质内容" in page
    assert "统筹于 2024年10月3日（星期四）10:00 撤销" in page
    with pages.database.reading() as session:
        (finding,) = session.exec(select(Finding)).all()
    assert (finding.reason, finding.withdrawn_by) == ("没有数字", "统筹")


def test_a_finding_is_of_the_text_that_was_read(pages: Pages) -> None:
    sheet(pages, "甲县").send("one-1", {"1": "第一版"})
    sheet(pages, "甲县").send("one-1", {"1": "第二版"})
    office = pages.as_("统筹")
    refused = office.post(f"{own(pages)}/finding", {"version": "1", "reason": "空", "form": "finding"})
    assert refused.status == 409
    nothing = office.post(f"{own(pages, '2')}/finding", {"version": "0", "reason": "空", "form": "finding"})
    assert nothing.status == 409
    assert "第 2 项本期还没有报送文字" in nothing.text
    assert office.post(f"{own(pages)}/finding", {"version": "2", "reason": "空"}).status == 303


def test_an_appeal_is_asked_once_seen_and_upheld(pages_on_each: Pages) -> None:
    pages = pages_on_each
    late(pages)
    unit, office = pages.as_("甲县"), pages.as_("统筹")
    assert "本项目前计入扣分：逾期" in unit.get(own(pages)).text
    empty = appealed(pages, " ")
    assert (empty.status, "申诉内容：请填写内容" in empty.text) == (422, True)
    assert appealed(pages, "长" * 1001).status == 422
    done = appealed(pages)
    assert done.status == 303
    assert done.location.endswith("?done=appealed#conduct")
    page = unit.get(own(pages)).text
    assert "待处理" in page
    assert "已于截止前送达纸质材料。" in page
    again = appealed(pages, "再申诉")
    assert (again.status, "已有第 1 号申诉，目前为“待处理”" in again.text) == (409, True)
    assert "再申诉" not in unit.get(own(pages)).text
    (told,) = mails(pages, "appeal_asked")
    assert told.subject == "【申诉】甲县对示例任务清单2024年第三季度提出 1 项申诉"
    assert "申诉内容：已于截止前送达纸质材料。" in told.text
    assert "1 项申诉等待处理" in office.get("/").text
    assert "申诉（待处理 1）" in office.get("/lists/example").text
    queue = office.get(APPEALS).text
    assert "甲县：逾期" in queue
    refused = office.post("/appeals/1/uphold", {"reason": " "})
    assert (refused.status, "请写明理由" in refused.text) == (422, True)
    assert rows_of(office)[1].startswith("1 甲县 35.00")
    upheld = office.post("/appeals/1/uphold", {"reason": "情况属实"})
    assert rows_of(office)[1].startswith("1 甲县 50.00")
    assert upheld.location == f"{APPEALS}?done=appeal_upheld"
    assert "没有等待处理的申诉" in office.get(upheld.location).text
    assert "情况属实" in office.get(f"{APPEALS}?state=upheld").text
    page = unit.get(own(pages)).text
    assert "本项目前没有扣分" in page
    assert "情况属实" in page
    (answer,) = mails(pages, "appeal_decided")
    assert "处理结果：已免责，不再扣分" in answer.text
    assert answer.to_address == "a@example.org"
    late_again = office.post("/appeals/1/refuse", {"reason": "晚了"})
    assert (late_again.status, "目前为“已免责”" in late_again.text) == (409, True)


def test_a_refused_appeal_is_final_for_the_unit_but_not_for_the_office(pages: Pages) -> None:
    late(pages)
    appealed(pages)
    office = pages.as_("统筹")
    assert office.post("/appeals/1/refuse", {"reason": "没有收到"}).status == 303
    page = pages.as_("甲县").get(own(pages))
    assert "没有收到" in page.text
    assert not page.page.xpath("//form[contains(@action, '/appeal')]")
    assert appealed(pages, "再来").status == 409
    assert office.post(f"{own(pages)}/excuse", {"fault": "late", "reason": "查到了"}).status == 303
    assert "本项目前没有扣分" in pages.as_("甲县").get(own(pages)).text
    taken = office.post("/appeals/2/takeback", {"reason": "查错了"})
    assert taken.location == f"{APPEALS}?done=appeal_taken_back"
    told = pages.as_("甲县").get(own(pages)).text
    assert "本项目前计入扣分：逾期" in told
    assert "2024-10-08由统筹免责。 撤回免责：查错了" in " ".join(told.split())
    assert office.post("/appeals/2/takeback", {"reason": "再来"}).status == 409
    assert office.post("/appeals/9/uphold", {"reason": "x"}).status == 404


@pytest.mark.parametrize("fault", ["returned", "missing", "no_substance", "", "nothing"])
def test_only_what_counts_can_be_appealed(pages: Pages, fault: str) -> None:
    late(pages)
    found = appealed(pages, fault=fault)
    assert found.status == (409 if fault in list(Fault) else 422)
    assert "已于截止前送达纸质材料。" in found.page.xpath("//textarea[@id='appeal-words']")[0].text
    with pages.database.reading() as session:
        assert session.exec(select(Appeal)).all() == []


def test_what_is_not_due_is_nothing_to_appeal_or_excuse(pages: Pages) -> None:
    assert appealed(pages, fault="missing").status == 409
    excuse = {"fault": "missing", "reason": "理由"}
    assert pages.as_("统筹").post(f"{own(pages)}/excuse", excuse).status == 409
    pages.now += timedelta(days=5)
    assert pages.as_("统筹").post(f"{own(pages)}/excuse", excuse).status == 303


def test_appeals_of_one_unit_share_a_mail_while_it_waits(pages: Pages) -> None:
    late(pages)
    appealed(pages)
    second = {"fault": "missing", "reason": "第二项的理由"}
    assert pages.as_("甲县").post(f"{own(pages, '2')}/appeal", second).status == 303
    (told,) = mails(pages, "appeal_asked")
    assert "提出 2 项申诉" in told.subject
    assert "第二项的理由" in told.text
    office = pages.as_("统筹")
    office.post("/appeals/1/uphold", {"reason": "第一个答复"})
    pages.now += timedelta(minutes=1)
    office.post("/appeals/2/refuse", {"reason": "第二个答复"})
    (answer,) = mails(pages, "appeal_decided")
    assert "第一个答复" in answer.text
    assert "处理结果：未采纳，照常扣分" in answer.text
    with pages.database.transaction() as session:
        mail = session.get_one(OutgoingMail, answer.id)
        mail.attempts = 1
        session.add(mail)
    office.post("/appeals/1/takeback", {"reason": "第三个答复"})
    assert len(mails(pages, "appeal_decided")) == 2
    assert "第一个答复" not in mails(pages, "appeal_decided")[1].text.partition("撤回免责")[2]


def published(pages: Pages, *, edition: int = 1) -> None:
    with pages.database.transaction() as session:
        session.add(
            Circular(
                list_id=key(pages.example.task_list),
                round_id=key(pages.example.round),
                period="2024Q3",
                kind=CircularKind.CIRCULAR,
                year=2024,
                number=1,
                edition=edition,
                title="示例通报",
                cut_off_at=pages.now,
                created_at=pages.now,
                created_by="统筹",
                published_at=pages.now,
                published_by="统筹",
            )
        )


def test_what_was_published_before_is_said_to_need_a_correction(pages: Pages) -> None:
    late(pages)
    appealed(pages)
    published(pages)
    pages.now += timedelta(days=1)
    office = pages.as_("统筹")
    done = office.post("/appeals/1/uphold", {"reason": "情况属实"})
    assert done.location == f"{APPEALS}?state=upheld&done=appeal_upheld"
    answer = office.get(done.location)
    assert "示例通报 2024年第 1 期 在此之前已经发布，没有计入这一变化，需要更正。" in answer.text
    assert answer.page.xpath("//main//a[@href='/circulars/1']")
    pages.now += timedelta(days=1)
    published(pages, edition=2)
    assert "需要更正" not in office.get(f"{APPEALS}?state=upheld").text
    pages.now += timedelta(days=1)
    taken = office.post("/appeals/1/takeback", {"reason": "查错了"})
    assert "本期已发布的报告或通报需要更正" in office.get(taken.location).text


def test_so_does_a_finding_after_publication(pages: Pages) -> None:
    sheet(pages, "甲县").send("one-1", {"1": "一"})
    published(pages)
    office = pages.as_("统筹")
    assert "需要更正" not in office.get(own(pages)).text
    pages.now += timedelta(days=1)
    office.post(f"{own(pages)}/finding", {"version": "1", "reason": "空"})
    assert "示例通报 2024年第 1 期 在此之前已经发布" in office.get(own(pages)).text
    # To correct it is the office's.
    assert "需要更正" not in pages.as_("甲县").get(own(pages)).text


def test_the_ranking_shows_what_counts_what_was_struck_out_and_what_is_proposed(pages: Pages) -> None:
    late(pages)
    sheet(pages, "局").send("all", {"1": "一", "2": "二", "3": "三"})
    office = pages.as_("领导")
    assert rows_of(office) == [
        "1 市示例局 70.00 3 逾期 3 −30.00 — 黄牌",
        "1 甲县 35.00 2 未报 1 −50.00，逾期 1 −15.00 — 红牌",
        "2 乙县 0.00 3 未报 3 −100.00 — 红牌",
    ]
    text = office.get(RANKING).text
    assert "得分 = 100 − 100 × 未报占比 − 30 × 逾期占比" in text
    assert (
        "建议给乙县发红牌：得分 0.00，未报 3 项。建议给甲县发红牌：得分 35.00，未报 1 项，逾期 1 项。" in text
    )
    assert "建议（草稿，由人决定后发出）" in text
    pages.as_("统筹").post(f"{own(pages, '2')}/excuse", {"fault": "missing", "reason": "停电"})
    assert rows_of(office)[1] == "1 甲县 85.00 2 逾期 1 −15.00 已免责 未报 1 —"


def test_a_round_that_is_not_due_has_no_places(pages: Pages) -> None:
    office = pages.as_("统筹")
    answer = office.get(RANKING)
    assert rows_of(office) == []
    assert "还没有到截止时间" in answer.text
    assert (
        "未到本单位截止时间，暂不排名：2024年10月6日（星期日）23:59 截止的有甲县（未报 2）、乙县（未报 3）。"
        in answer.text
    )


def test_every_number_of_the_ranking_leads_to_its_list(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("one-1", {"1": "一"})
    office = pages.as_("统筹")
    office.post(f"{own(pages)}/return", {"version": "1", "reason": "补数据"})
    late(pages)
    office.post(f"{own(pages)}/finding", {"version": "2", "reason": "空"})
    sheet(pages, "乙县").send("all", {"1": "一", "2": "二", "3": "三"})
    office.post(f"{own(pages, '2')}/excuse", {"fault": "missing", "reason": "停电"})
    links = office.get(RANKING).page.xpath("//main//a[contains(@href, 'obligations?')]")
    said = [link.text_content() for link in links]
    assert {"退回 1", "无实质内容 1", "逾期 3", "已免责 未报 1"} <= set(said)
    with pages.database.reading() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        for link in links:
            number = re.search(r"\d+", link.text_content())
            assert number
            wanted = filter_in(dict(parse_qsl(urlsplit(link.get("href")).query)))
            assert count_obligations(session, found, wanted) == int(number[0]), link.get("href")
            shown = office.get(link.get("href"))
            assert shown.page.xpath("//*[@id='count']")[0].text == number[0]


def test_the_page_and_the_documents_rank_alike(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("one-1", {"1": "一"})
    office = pages.as_("统筹")
    office.post(f"{own(pages)}/return", {"version": "1", "reason": "补数据"})
    late(pages)
    office.post(f"{own(pages)}/finding", {"version": "2", "reason": "空"})
    office.post(f"{own(pages)}/excuse", {"fault": "returned", "reason": "误退"})
    sheet(pages, "乙县").send("one-1", {"1": "一"})
    with pages.database.reading() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        report = compile_report(session, pages.settings, task_list, found, pages.now)
        counted = rank_units(session, pages.settings, found, pages.now)
        assert rankings_of(report) == counted
        assert session.exec(select(Appeal)).one().state is AppealState.UPHELD


def test_a_fault_narrows_lists_and_no_board(pages: Pages) -> None:
    office = pages.as_("统筹")
    assert office.get(f"{ROUND}?fault=late").status == 404
    assert office.get(f"{ROUND}/obligations?fault=nonsense").status == 404
    assert "逾期（计入扣分）" in office.get(f"{ROUND}/obligations?fault=late").text
    assert "逾期（已免责）" in office.get(f"{ROUND}/obligations?fault=late&struck=1").text
    assert office.get(f"{APPEALS}?state=nonsense").status == 404
