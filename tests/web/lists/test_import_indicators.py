"""Indicators on the preview of an import, and from there into the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.lists.test_import_pages import RULES, form_of, settle, store, uploaded
from tracker.actions.lists.stated_indicators import stated_indicators
from tracker.models import IndicatorState, key
from tracker.resources import bundled
from tracker.store.lists import current_version, list_by_slug

if TYPE_CHECKING:
    from tests.web.client import Browser
    from tests.web.conftest import Pages

TEXT = (
    "序号,具体措施,责任单位\n"
    "1,到2024年培训脱贫劳动力不少于4500人次，首次就业率达30%以上。,市示例局\n"
    "2,2024年新增公益性岗位约120个。,市示例局\n"
)
CONFIRMED, DISMISSED, PROPOSED = (
    IndicatorState.CONFIRMED, IndicatorState.DISMISSED, IndicatorState.PROPOSED,
)  # fmt: skip


@pytest.fixture
def coordinator(pages: Pages) -> Browser:
    return pages.as_("统筹")


def states(pages: Pages) -> dict[str, IndicatorState]:
    with pages.database.reading() as session:
        version = current_version(session, list_by_slug(session, "shiyan"))
        found = stated_indicators(session, key(version)).indicators
        return {f"{one.indicator.task} {one.indicator.name}": one.state for one in found}


def test_each_quantity_is_shown_with_its_words_and_a_choice(coordinator: Browser) -> None:
    page = coordinator.get(uploaded(coordinator, "方案.csv", TEXT.encode()))
    rows = page.page.xpath("//section[@id='indicators']//tr[contains(@class, 'is-proposed')]")
    said = [" ".join(row.text_content().split()) for row in rows]
    assert "培训脱贫劳动力 原文 “不少于4500人次”" in said[0]
    assert "2024年：不少于4500人次" in said[0]
    assert "不少于30%" in said[1]
    assert "约120个" in said[2]
    boxes = page.page.xpath("//section[@id='indicators']//select")
    assert [box.get("name") for box in boxes] == ["indicator-1/1", "indicator-1/2", "indicator-2/1"]
    assert [box.value_options for box in boxes] == [["", "confirmed", "dismissed"]] * 3
    assert "从文字中读到的数量有 3 处" in page.text


def test_choices_are_kept_and_stored_with_the_list(pages: Pages, coordinator: Browser) -> None:
    address = uploaded(coordinator, "方案.csv", TEXT.encode())
    chosen = {"indicator-1/1": "confirmed", "indicator-1/2": "dismissed"}
    assert settle(coordinator, address, **chosen).status == 303
    assert form_of(coordinator, address)["indicator-1/1"] == ["confirmed"]
    assert store(coordinator, address, **RULES).status == 303
    assert list(states(pages).values()) == [CONFIRMED, DISMISSED, PROPOSED]


def test_one_box_confirms_what_nothing_was_chosen_of(pages: Pages, coordinator: Browser) -> None:
    address = uploaded(coordinator, "方案.csv", TEXT.encode())
    choices = {"indicator-1/2": "dismissed", "confirms_indicators": "1"}
    assert store(coordinator, address, **RULES, **choices).status == 303
    assert list(states(pages).values()) == [CONFIRMED, DISMISSED, CONFIRMED]


def test_the_next_version_takes_over_what_was_said(pages: Pages, coordinator: Browser) -> None:
    address = uploaded(coordinator, "方案.csv", TEXT.encode())
    choices = {"indicator-1/1": "confirmed", "indicator-1/2": "dismissed"}
    assert store(coordinator, address, **RULES, **choices).status == 303
    changed = TEXT.replace("4500", "5000").replace("120个", "150个")
    address = uploaded(coordinator, "方案.csv", changed.encode())
    again = {"replaces": "1", "indicator-1/2": "confirmed"}
    assert store(coordinator, address, **RULES, **again).status == 303
    assert list(states(pages).values()) == [CONFIRMED, CONFIRMED, PROPOSED]
    assert "版本：2 个" in coordinator.get("/lists/shiyan").text


@pytest.mark.parametrize(("row", "value"), [("9/1", "confirmed"), ("1/3", "dismissed"), ("1/1", "maybe")])
def test_a_choice_that_stands_for_nothing_is_told(coordinator: Browser, row: str, value: str) -> None:
    address = uploaded(coordinator, "方案.csv", TEXT.encode())
    answer = store(coordinator, address, **RULES, **{f"indicator-{row}": value})
    assert answer.status == 422
    assert "没有导入任何内容" in answer.text
    assert coordinator.get("/lists/shiyan").status == 404


def test_tables_are_shown_with_values_and_totals(coordinator: Browser) -> None:
    source = bundled("tasklists") / "yuxi-145-2021-2025.txt"
    page = coordinator.get(uploaded(coordinator, source.name, source.read_bytes()))
    (section,) = page.page.xpath("//section[@id='indicators']")
    said = " ".join(section.text_content().split())
    assert "2020年：64% 2025年：不少于70% 约束性 指标表" in said
    first, second = section.xpath(".//table[contains(@class, 'set')]")
    assert "3174478" in first.text_content()
    assert "尾差 6" in said
    assert "尾差 7" in said
    assert len(second.xpath(".//tbody/tr")) == 9
    assert len(page.body) < 400_000


def test_a_document_without_quantities_says_so(coordinator: Browser) -> None:
    text = "序号,具体措施,责任单位\n1,做好第一件事。,市示例局\n"
    page = coordinator.get(uploaded(coordinator, "方案.csv", text.encode()))
    assert "没有读到指标表" in page.text
