"""The page: everything escaped, everything there, nothing from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.states import ObligationState
from tracker.reports.html import render_html
from tracker.templating import page_environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from tracker.config import Settings

S = ObligationState


@pytest.fixture
def environment(settings: Settings) -> Environment:
    return page_environment(settings)


def test_what_a_unit_types_is_shown_literally(environment: Environment) -> None:
    hostile = "<img src=x onerror=1>"
    words = TaskText(content=hostile, measure=hostile, units_text=hostile, section=hostile, number=hostile)
    filed = [
        Filed("甲" + hostile, hostile),
        Filed("乙" + hostile, state=S.NIL, nil_reason=hostile),
        Filed("丙" + hostile, state=S.PENDING),
        Filed("丁" + hostile, state=S.EXEMPT),
        Filed("戊", "前\u202e后{{ 7 * 7 }}"),
    ]
    page = render_html(make_report([(words, filed)], list_title=hostile, note=hostile), environment)
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=1&gt;") >= 14
    assert "前⟨U+202E⟩后{{ 7 * 7 }}" in page


def test_each_text_stands_once_under_its_unit(environment: Environment) -> None:
    filed = [
        Filed("市示例局", "牵头一段文字", is_lead=True),
        Filed("甲县", "甲县一段文字\n第二行", is_late=True),
    ]
    page = render_html(make_report([(TaskText("任务"), filed)]), environment)
    assert page.count("牵头一段文字") == page.count("甲县一段文字\n第二行") == 1
    assert page.index("牵头一段文字") < page.index("甲县一段文字")
    assert re.search(r"<dt>甲县 <small>逾期报送</small></dt>\s*<dd>甲县一段文字", page)


def test_numbers_lead_to_the_list_behind_them(environment: Environment) -> None:
    tasks = [
        (TaskText(f"任务{n}"), [Filed("甲县", state=S.PENDING), Filed("乙县", "有", is_late=True)])
        for n in "一二三"
    ]
    page = render_html(make_report(tasks), environment)
    assert '<a href="#missing-1">3</a>' in page
    assert '<a href="#late-2">3</a>' in page
    anchors = set(re.findall(r' id="([^"]+)"', page))
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= anchors
    listed = re.search(r'<li id="missing-1">.*?</li>', page, re.DOTALL)
    assert listed
    assert len(re.findall("href=", listed[0])) == 3
    assert "应报6项，已报3项（报送率50.0%），按时0项（及时率0.0%），逾期3项，未报3项。" in page


def test_the_page_needs_nothing_from_elsewhere(environment: Environment) -> None:
    page = render_html(make_report([(TaskText("任务"), [Filed("甲县", "有")])]), environment)
    assert "http" not in page
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import", page)
    assert "@page" in page


def test_an_empty_round_is_a_page_as_well(environment: Environment) -> None:
    page = render_html(make_report([]), environment)
    assert "本期清单中没有任务。" in page
    assert "报送率—" in page
