"""The leader's page: one sentence, the curve, what is stuck in the lead's words, places, indicators; and his home."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from sqlmodel import select

from tests.actions.publishing import publish_plainly
from tests.example import COORDINATOR
from tests.web.conftest import ROUND
from tests.web.filing.test_filing_pages import sheet
from tests.web.places import begin_circular
from tracker.actions.duties.ask_close_out import ask_close_out
from tracker.actions.duties.instruct import instruct
from tracker.actions.rounds.grant_extension import grant_extension
from tracker.domain.assessment import Assessment
from tracker.models import (
    CircularKind,
    Contact,
    Indicator,
    IndicatorKind,
    IndicatorState,
    IndicatorValue,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    ReportedValue,
    ReportingRound,
    ValueRole,
    key,
)
from tracker.store.obligation_list import count_obligations
from tracker.web.rounds.obligation_filter import filter_in

if TYPE_CHECKING:
    from sqlmodel import Session

    from tests.web.conftest import Pages

LEADER = "/leader/example/2024Q3"


def assess(session: Session, pages: Pages, unit_id: int | None, assessment: Assessment) -> None:
    """Everything that the unit filed says so."""
    rows = session.exec(
        select(ProgressUpdate)
        .join(Obligation, Obligation.id == ProgressUpdate.obligation_id)  # type: ignore[arg-type]
        .where(Obligation.unit_id == unit_id, Obligation.round_id == pages.example.round.id)
    )
    for update in rows:
        update.assessment = assessment
        session.add(update)
    session.flush()


def test_the_sentence_and_the_curve_say_how_many_are_in(pages: Pages) -> None:
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    answer = pages.as_("领导").get(LEADER)
    assert "应报8项，已报2项（报送率25.0%），按时2项（及时率25.0%），逾期0项，未报6项。" in answer.text
    assert "没有需要关注的任务。" in answer.text
    said = answer.page.xpath("//*[local-name()='svg'][@role='img']/@aria-label")
    assert said == ["累计报送曲线：9月15日 起，10月3日：已报 2 项，应报 8 项，截止 10月6日"]
    # Read out by a screen reader, and printed for everybody.
    assert said[0] in answer.text
    line = answer.page.xpath("//*[local-name()='polyline']/@points")[0].split()
    # One point a day from the opening until today.
    assert len(line) == 19
    heights = [float(point.partition(",")[2]) for point in line]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 2


def test_what_is_stuck_is_told_in_the_leads_own_words(pages: Pages) -> None:
    sheet(pages, "局").send("one-1", {"1": "示范点用地手续未批，开工推迟。" + "长" * 200})
    sheet(pages, "局").send("one-2", {"2": "<b>已完成</b>"})
    with pages.database.transaction() as session:
        assess(session, pages, pages.example.bureau.id, Assessment.BEHIND)
    pages.now += timedelta(days=6)
    answer = pages.as_("领导").get(LEADER)
    assert "需要关注 3 项任务：自评滞后 2 项，逾期未报 1 项。" in answer.text
    items = [re.sub(r"\s+", " ", item.text_content()).strip() for item in answer.page.xpath("//ol/li")]
    assert len(items) == 3
    assert items[0].startswith("第 1 项 示例任务1 自评滞后 市示例局：示范点用地手续未批，开工推迟。长长")
    assert items[0].split("…")[1].strip() == "未报 2 个单位"
    assert "<b>已完成</b>" in items[1]
    assert "第 3 项 示例任务3 逾期未报 市示例局：本期还没有报送 未报 2 个单位" in items[2]


def test_an_extension_and_a_return_are_reasons_too(pages: Pages) -> None:
    sheet(pages, "局").send("one-1", {"1": "一"})
    obligation = pages.obligations(pages.example.bureau.id)["1"]
    pages.as_("统筹").post(f"/obligations/{obligation.id}/return", {"version": "1", "reason": "请补数据"})
    with pages.database.transaction() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        until = (pages.now + timedelta(days=10)).date()
        grant_extension(
            session, COORDINATOR, pages.settings, found, pages.example.bureau, until, "机构调整", pages.now
        )
    answer = pages.as_("领导").get(LEADER)
    assert "需要关注 3 项任务：已退回 1 项，延期中 2 项。" in answer.text
    assert "延至 2024年10月13日（星期日）23:59" in answer.text
    # Who has time left has no place.
    assert "未到期市示例局（未报 2；延至 10月13日）" in answer.text


def test_others_who_fall_behind_are_counted(pages: Pages) -> None:
    for unit in ("局", "甲县", "乙县"):
        sheet(pages, unit).send("one-1", {"1": "一"})
    with pages.database.transaction() as session:
        for county in (pages.example.county_a, pages.example.county_b):
            assess(session, pages, county.id, Assessment.NOT_STARTED)
    answer = pages.as_("领导").get(LEADER)
    assert "需要关注 1 项任务：多个单位自评滞后 1 项。" in answer.text
    assert "另有 2 个单位自评滞后或未启动" in answer.text


def test_places_keep_departments_and_counties_apart_and_show_ties(pages: Pages) -> None:
    page = pages.as_("领导").get(LEADER)
    # Nobody is blamed for what is not due; who has most to file is named first.
    assert "部门 未到期市示例局（未报 3） 县（市、区） 未到期乙县（未报 3）、甲县（未报 2）" in page.text
    sheet(pages, "局").send("all", {"1": "一", "2": "二", "3": "三"})
    assert "部门 已报齐市示例局 县（市、区） 未到期" in pages.as_("领导").get(LEADER).text
    pages.now += timedelta(days=4)
    page = pages.as_("领导").get(LEADER)
    assert "部门 靠前1 市示例局 县（市、区） 靠后1 并列 甲县（未报 2）、乙县（未报 3）" in page.text
    sheet(pages, "甲县").send("all", {"1": "一", "2": "二"})
    page = pages.as_("领导").get(LEADER)
    assert "靠后1 乙县（未报 3） 2 甲县（逾期 2） 得分 = 100 − 100 × 未报占比" in page.text


def test_every_number_leads_to_its_list(pages_on_each: Pages) -> None:
    pages = pages_on_each
    sheet(pages, "甲县").send("one-1", {"1": "一"})
    pages.now += timedelta(days=6)
    sheet(pages, "乙县").send("one-1", {"1": "迟"})
    links = pages.as_("领导").get(LEADER).page.xpath("//main//a[contains(@href, 'obligations?')]")
    assert len(links) > 5
    with pages.database.reading() as session:
        found = session.get_one(ReportingRound, pages.example.round.id)
        for link in links:
            number = re.search(r"\d+", link.text_content())
            assert number, link.text_content()
            wanted = filter_in(dict(parse_qsl(urlsplit(link.get("href")).query)))
            assert count_obligations(session, found, wanted) == int(number[0]), link.get("href")


def add_indicator(
    session: Session, pages: Pages, task: int, name: str, target: str, *, lineage: int, unit: str = "个"
) -> Indicator:
    row = Indicator(
        version_id=pages.example.round.version_id,
        lineage=lineage,
        task_id=pages.example.tasks[task - 1].id,
        position=lineage,
        name=name,
        unit=unit,
        kind=IndicatorKind.UNSTATED,
        state=IndicatorState.CONFIRMED,
    )
    session.add(row)
    session.flush()
    session.add(
        IndicatorValue(
            indicator_id=key(row),
            role=ValueRole.TARGET,
            position=1,
            text=target,
            value=Decimal(target),
            on_date="2025",
            bound="at_least",
        )
    )
    session.flush()
    return row


def report(session: Session, indicator: Indicator, unit_id: int | None, value: str) -> None:
    """With the newest version of the unit's text on the indicator's task."""
    update = session.exec(
        select(ProgressUpdate)
        .join(Obligation, Obligation.id == ProgressUpdate.obligation_id)  # type: ignore[arg-type]
        .where(
            Obligation.unit_id == unit_id,
            Obligation.task_id == indicator.task_id,
            ProgressUpdate.version == Obligation.version,
        )
    ).one()
    session.add(ReportedValue(update_id=key(update), indicator_id=key(indicator), value=Decimal(value)))
    session.flush()


def test_indicators_stand_beside_their_targets(pages_on_each: Pages) -> None:
    pages = pages_on_each
    for unit in ("局", "甲县", "乙县"):
        sheet(pages, unit).send("all", {"1": "一", "2": "二"})
    with pages.database.transaction() as session:
        led = add_indicator(session, pages, 1, "示范基地", "200", lineage=1)
        shared = add_indicator(session, pages, 2, "示例岗位", "90", lineage=2)
        rate = add_indicator(session, pages, 2, "示例普及率", "90", lineage=3, unit="%")
        add_indicator(session, pages, 3, "无人上报", "5", lineage=4)
        a, b = pages.example.county_a.id, pages.example.county_b.id
        report(session, led, pages.example.bureau.id, "50")
        report(session, led, a, "7")
        for indicator in (shared, rate):
            report(session, indicator, a, "30")
            report(session, indicator, b, "15")
    page = pages.as_("领导").get(LEADER).page
    rows = [re.sub(r"\s+", " ", row.text_content()).strip() for row in page.xpath("//table//tbody/tr")]
    assert rows == [
        "示范基地 第 1 项 2025年：不少于200个 50个 2024Q3，牵头单位 25.0%",
        "示例岗位 第 2 项 2025年：不少于90个 45个 2024Q3，2 个单位合计 50.0%",
        "示例普及率 第 2 项 2025年：不少于90% 2 个单位各报，不能相加 —",
        "无人上报 第 3 项 2025年：不少于5个 还没有报数 —",
    ]
    widths = page.xpath("//*[local-name()='svg'][@class='reached']/*/@width")
    assert widths == ["0.25", "0.5"]


def test_an_exempt_round_and_a_closed_one_still_have_their_page(pages: Pages) -> None:
    browser = pages.as_("统筹")
    for unit in (pages.example.bureau, pages.example.county_a, pages.example.county_b):
        for obligation in pages.obligations(unit.id).values():
            browser.post(f"/obligations/{obligation.id}/exempt", {"reason": "示例", "is_sure": "1"})
    assert "应报 0 项" in pages.as_("领导").get(LEADER).text
    assert browser.post(f"{ROUND}/close").status == 303
    assert "已关闭" in pages.as_("领导").get(LEADER).text


def test_a_leader_gets_there_from_home_by_the_one_button(pages: Pages) -> None:
    browser = pages.as_("领导")
    page = browser.get("/").page
    assert page.xpath("//main//a[contains(@class, 'button')]/@href") == [LEADER]
    downloads = browser.get(LEADER).page.xpath("//main//a[contains(@class, 'button')]/@href")
    assert downloads == [f"{ROUND}/report.xlsx", f"{ROUND}/report.html", ROUND]
    pages.as_("统筹").post(f"{ROUND}/close")
    closed = browser.get("/")
    assert "现在没有正在报送的报送期" in closed.text
    assert LEADER in closed.page.xpath("//table//a/@href")


def test_the_coordinators_home_says_what_presses(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("统筹")
    needs = "//section[contains(@class, 'needs')]//a"
    found = browser.get("/").page.xpath(needs)
    assert [link.get("href") for link in found] == [f"{ROUND}/obligations?state=missing"]
    assert "未报 8 项" in found[0].text_content()
    sheet(pages, "甲县").send("all", {"1": "一"})
    with pages.database.transaction() as session:
        session.delete(session.exec(select(Contact).where(Contact.email == "b@example.org")).one())
    found = browser.get("/").page.xpath(needs)
    assert [link.get("href") for link in found][1:] == [f"{ROUND}/review", "/contacts"]
    assert "1 项待审核" in found[1].text_content()
    assert "1 个单位还没有联系人" in found[2].text_content()
    assert not browser.get("/").page.xpath("//li[@class='urgent']")
    pages.now += timedelta(days=6)
    assert len(browser.get("/").page.xpath("//li[@class='urgent']")) == 1
    browser.post(f"{ROUND}/close")
    assert not browser.get("/").page.xpath(needs)


def test_the_coordinators_home_says_what_units_wait_to_hear(pages_on_each: Pages) -> None:
    pages = pages_on_each
    example, now = pages.example, pages.now
    with pages.database.transaction() as session:
        county = session.get_one(OrgUnit, example.county_a.id)
        ask_close_out(
            session,
            example.filer(county),
            pages.settings,
            example.task_list,
            example.tasks[0],
            county,
            "已完成。",
            now,
        )
        for text in ("请答复", "请报告"):
            instruct(
                session,
                COORDINATOR,
                pages.settings,
                text=text,
                instructed_by="领导",
                instructed_on=now.date(),
                due_on=now.date() + timedelta(days=1),
                units=[county],
                now=now,
            )
    pages.now += timedelta(days=3)
    page = pages.as_("统筹").get("/").page
    found = {
        link.get("href"): link.text_content()
        for link in page.xpath("//section[contains(@class, 'needs')]//a")
    }
    assert found["/lists/example/closeouts"] == "示例任务清单：1 项任务申请销号"
    assert found["/instructions?state=overdue"] == "2 件批示过期没有答复"
    assert "/instructions?state=answered" not in found


def test_what_is_published_of_the_round_is_one_step_away(pages: Pages) -> None:
    browser = pages.as_("领导")
    assert "本期已发布" not in browser.get(LEADER).text
    circular_id = begin_circular(pages, CircularKind.CIRCULAR)
    publish_plainly(pages.database, pages.settings, COORDINATOR, circular_id, pages.now)
    office = pages.as_("统筹")
    second = office.post(f"/circulars/{circular_id}/correct", {"reason": "一处数字"}).location
    links = "//p[@class='note']//a/@href"
    assert browser.get(LEADER).page.xpath(links) == [f"/circulars/{circular_id}"]
    publish_plainly(pages.database, pages.settings, COORDINATOR, int(second.rpartition("/")[2]), pages.now)
    answer = browser.get(LEADER)
    assert answer.page.xpath(links) == [second]
    assert "更正第 2 版" in answer.text
