"""Downloads of a round: whole or a part, and to whom."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from tests.web.conftest import ROUND
from tracker.actions.documents import outside

if TYPE_CHECKING:
    from tests.web.client import Browser
    from tests.web.conftest import Pages


def texts_in(content: bytes) -> list[object]:
    return [row[8].value for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=2)]


def test_the_flat_table_stands_alone(pages: Pages) -> None:
    answer = pages.as_("领导").get(f"{ROUND}/report.texts")
    assert answer.status == 200
    assert unquote(answer.headers["content-disposition"]).endswith(
        "示例任务清单 2024年第三季度 落实进度明细.xlsx"
    )
    assert 'filename="example-2024Q3.xlsx"' in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert len(texts_in(answer.body)) == 8


@pytest.mark.parametrize("form", ["xlsx", "texts", "json", "html", "csv"])
def test_a_filer_loads_its_own_and_nothing_else(pages: Pages, form: str) -> None:
    own, other = pages.example.county_a.id, pages.example.county_b.id
    browser = pages.as_("甲县")
    assert browser.get(f"{ROUND}/report.{form}?unit={own}").status == 200
    for query in ("", f"?unit={other}", "?kind=county", "?measure=1", "?unit=999", "?unit=x"):
        assert browser.get(f"{ROUND}/report.{form}{query}").status == 404
    if form == "json":
        found = json.loads(browser.get(f"{ROUND}/report.json?unit={own}").body)
        assert "乙县" not in json.dumps(
            [found["units"], [task["entries"] for task in found["tasks"]]], ensure_ascii=False
        )
        assert [unit["name"] for unit in found["units"]] == ["甲县"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [("kind=county", 5), ("kind=department", 3), ("measure=2", 2), ("kind=county&measure=2", 1)],
)
def test_a_leader_loads_any_part(pages: Pages, query: str, rows: int) -> None:
    answer = pages.as_("领导").get(f"{ROUND}/report.texts?{query}")
    assert len(texts_in(answer.body)) == rows


@pytest.mark.parametrize("query", ["kind=nobody", "measure=999", "kind=town", "state=missing", "task=1"])
def test_a_part_that_means_nothing_is_not_found(pages: Pages, query: str) -> None:
    assert pages.as_("领导").get(f"{ROUND}/report.xlsx?{query}").status == 404


def test_the_pages_offer_what_may_be_loaded(pages: Pages) -> None:
    own = f"{ROUND}/report.xlsx?unit={pages.example.county_a.id}"
    browser = pages.as_("甲县")
    assert own in browser.get("/filing/example/2024Q3").page.xpath("//a/@href")
    board = pages.as_("领导").get(f"{ROUND}?kind=county&measure=1&state=missing").page.xpath("//a/@href")
    for form in ("xlsx", "texts", "csv"):
        assert f"{ROUND}/report.{form}?&measure=1&kind=county" in board
        assert pages.as_("领导").get(f"{ROUND}/report.{form}?&measure=1&kind=county").status == 200
    assert f"{ROUND}/report.texts" in board


def test_a_large_document_that_fails_is_said_on_a_page(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "LARGE", 0)
    browser: Browser = pages.as_("领导")
    assert browser.get(f"{ROUND}/report.texts").status == 200
    monkeypatch.setattr(outside, "_SECONDS", 0.01)
    answer = browser.get(f"{ROUND}/report.xlsx")
    assert answer.status == 503
    assert "没有生成完" in answer.text
