"""The indicators of a list on its page: what is shown, and what a person settles."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.example import COORDINATOR
from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import load_list
from tracker.actions.lists.stated_indicators import stated_indicators
from tracker.importers.indicators.parsed import IndicatorSet, ParsedIndicator, Totals
from tracker.models import IndicatorState, key
from tracker.store.lists import list_by_slug, versions_of

if TYPE_CHECKING:
    from tests.web.conftest import Pages
    from tracker.actions.lists.list_content import ListContent

PLAN, GUILIN = "yuxi-145-2021-2025", "guilin-2022-2024"
PAGE = f"/lists/{GUILIN}/indicators"


def store(pages: Pages, content: ListContent) -> None:
    with pages.database.transaction() as session:
        import_list(session, COORDINATOR, content, pages.now)


@pytest.fixture
def content(pages: Pages) -> ListContent:
    found = load_list(pages.settings, GUILIN)
    store(pages, found)
    return found


def states(pages: Pages, number: int = 1, slug: str = GUILIN) -> dict[str, IndicatorState]:
    """By task and name."""
    with pages.database.reading() as session:
        version = next(
            found for found in versions_of(session, list_by_slug(session, slug)) if found.number == number
        )
        return {
            f"{found.indicator.task} {found.indicator.name}": found.state
            for found in stated_indicators(session, key(version)).indicators
        }


def lineage(pages: Pages, name: str) -> str:
    page = pages.as_("统筹").get(PAGE).page
    (box,) = (
        box for box in page.xpath("//input[@name='indicator']") if box.get("aria-label") == f"选中：{name}"
    )
    return str(box.get("value"))


def settle(pages: Pages, data: dict[str, str], slug: str = GUILIN) -> str:
    browser = pages.as_("统筹")
    answer = browser.post(f"/lists/{slug}/indicators", {"version": "1"} | data)
    assert answer.status == 303, answer.text
    return browser.get(answer.location).text


def test_a_plan_shows_its_table_its_texts_and_its_sets_with_totals(pages: Pages) -> None:
    store(pages, load_list(pages.settings, PLAN))
    page = pages.as_("领导").get(f"/lists/{PLAN}/indicators")
    row = next(row for row in page.page.xpath("//tr") if "农村自来水普及率" in row.text_content())
    said = [" ".join(cell.text_content().split()) for cell in row]
    assert said == ["12 农村自来水普及率 第 204 行", "2020年：64%", "2025年：不少于70%", "约束性", "已确认"]
    assert "二、全面实施乡村振兴战略" in page.text
    first, second = page.page.xpath("//table[contains(@class, 'set')]")
    line = next(row for row in first.xpath(".//tr") if "易地扶贫搬迁后续扶持" in row.text_content())
    assert [cell.text_content() for cell in line][1:5] == ["20159", "·", "1400", "3650"]
    assert "3174478" in first.text_content()
    gaps = [gap.text_content() for gap in first.xpath(".//*[contains(@class, 'gap-')]")]
    assert gaps == ["+1", "+1", "-1", "+1", "-1", "+1"]
    assert len(second.xpath(".//*[contains(@class, 'gap-rounding')]")) == 7
    assert page.text.count("空白是未知，不是零") == 2
    # Who only reads is offered nothing to change.
    assert not page.page.xpath("//main//button[@name='confirm' or @name='dismiss']")


def test_a_quantity_is_shown_with_its_words_under_its_task(pages: Pages, content: ListContent) -> None:
    assert content.indicators
    page = pages.as_("统筹").get(PAGE).text
    assert "培训脱贫劳动力 原文 “不少于4500人次” 工作表“重点任务清单”第 23 行" in page
    assert "2024年：累计不少于4500人次" in page
    assert "20 大力开展脱贫劳动力职业技能培训" in page
    assert "15 处待确认" in page


def test_one_several_and_all_are_settled(pages_on_each: Pages) -> None:
    pages = pages_on_each
    store(pages, load_list(pages.settings, GUILIN))
    trained = lineage(pages, "培训脱贫劳动力")
    assert "已更改 1 个指标的状态" in settle(pages, {"confirm": trained})
    assert states(pages)["20 培训脱贫劳动力"] is IndicatorState.CONFIRMED
    settle(pages, {"dismiss": trained})
    assert states(pages)["20 培训脱贫劳动力"] is IndicatorState.DISMISSED
    jobs = lineage(pages, "全市开发乡村公益性岗位")
    browser = pages.as_("统筹")
    several = f"version=1&dismiss=checked&indicator={jobs}&indicator={lineage(pages, '年度可分配收益')}"
    answer = browser.post(
        PAGE,
        content=several.encode(),
        headers={**browser.headers, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.location.endswith("count=2")
    assert "已更改 12 个指标的状态" in settle(pages, {"confirm": "proposed"})
    found = list(states(pages).values())
    assert (found.count(IndicatorState.CONFIRMED), found.count(IndicatorState.DISMISSED)) == (12, 3)
    page = pages.as_("统筹").get(f"{PAGE}?state=dismissed").text
    assert "年度可分配收益" in page
    assert "培养脱贫劳动力技能人才" not in page


def test_a_table_that_is_none_of_indicators_is_dismissed_whole(pages: Pages) -> None:
    store(pages, load_list(pages.settings, PLAN))
    page = pages.as_("统筹").get(f"/lists/{PLAN}/indicators").page
    first = page.xpath("//button[starts-with(@value, 'set-')]")[0].get("value")
    after = settle(pages, {"dismiss": first}, slug=PLAN)
    assert "已更改 72 个指标的状态" in after
    assert after.count("空白是未知") == 1
    assert settle(pages, {"confirm": first}, slug=PLAN).count("空白是未知") == 2


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 303),
        ({"confirm": "checked"}, 303),
        ({"confirm": "checked", "indicator": "x"}, 303),
        ({"confirm": "²"}, 303),
        ({"confirm": "set-0"}, 303),
        ({"confirm": "99999"}, 404),
        ({"confirm": "1", "version": "2"}, 404),
    ],
)
def test_what_names_no_indicator_changes_nothing(
    pages: Pages, content: ListContent, data: dict[str, str], status: int
) -> None:
    assert content.indicators
    before = states(pages)
    assert pages.as_("统筹").post(PAGE, {"version": "1"} | data).status == status
    assert states(pages) == before


def test_an_older_version_keeps_its_own(pages: Pages, content: ListContent) -> None:
    trained = lineage(pages, "培训脱贫劳动力")
    settle(pages, {"confirm": trained})
    more = tuple(
        replace(found, targets=(replace(found.targets[0], text="不少于5000人次", value=Decimal(5000)),))
        if found.name == "培训脱贫劳动力"
        else found
        for found in content.indicators
    )
    store(pages, replace(content, indicators=more))
    browser = pages.as_("统筹")
    assert "累计不少于5000人次" in browser.get(PAGE).text
    old = browser.get(f"{PAGE}?version=1").text
    assert "这是第 1 版的指标" in old
    assert "累计不少于4500人次" in old
    assert states(pages, 2)["20 培训脱贫劳动力"] is IndicatorState.CONFIRMED
    settle(pages, {"version": "2", "dismiss": trained})
    assert states(pages, 1)["20 培训脱贫劳动力"] is IndicatorState.CONFIRMED
    assert browser.get(f"{PAGE}?version=3").status == 404


def test_a_list_without_indicators_says_what_to_do(pages: Pages) -> None:
    page = pages.as_("统筹").get("/lists/example/indicators")
    assert "这份清单没有指标" in page.text
    assert page.page.xpath("//main//a[@href='/lists/import']")
    assert (
        not pages.as_("领导").get("/lists/example/indicators").page.xpath("//main//a[@href='/lists/import']")
    )


def test_the_page_of_the_list_leads_here(pages: Pages, content: ListContent) -> None:
    assert content.indicators
    assert pages.as_("领导").get(f"/lists/{GUILIN}").page.xpath(f"//main//a[@href='{PAGE}']")


def test_what_a_document_says_is_text_and_no_markup(pages: Pages, content: ListContent) -> None:
    evil = "<script>x</script>\u202e"
    table = IndicatorSet(
        evil, evil, (evil,), (evil, evil), ((Decimal(1), None),), evil, (evil,), Totals(evil, (Decimal(9),))
    )
    one = ParsedIndicator(evil, evil, evil, category=evil, number="9")
    store(pages, replace(content, indicators=(one,), indicator_sets=(table,)))
    page = pages.as_("统筹").get(PAGE).page
    assert not page.xpath("//main//script")
    (main,) = page.xpath("//main")
    assert "<script>" in main.text_content()
    assert "\u202e" not in main.text_content()


def test_every_box_has_its_label(pages: Pages, content: ListContent) -> None:
    assert content.indicators
    page = pages.as_("统筹").get(PAGE).page
    boxes = page.xpath("//input[@type='checkbox']")
    assert len(boxes) == 15
    assert all(box.get("aria-label") for box in boxes)
