"""Accounts on pages: drafted, looked at, published, found, read, verified, corrected; who may see what."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from sqlmodel import select

from tests.actions.publishing import publish_plainly
from tests.example import COORDINATOR
from tests.web.conftest import ROUND
from tests.web.places import begin_circular, file_one
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.models import Circular, CircularFile, CircularKind, TaskList

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

ACCOUNT = f"{ROUND}/account"


def begun(browser: Browser, kind: str = "report") -> str:
    """The address of a new draft."""
    return browser.post(ACCOUNT, {"kind": kind}).location


def published(pages: Pages, kind: CircularKind = CircularKind.CIRCULAR) -> str:
    circular_id = begin_circular(pages, kind)
    publish_plainly(pages.database, pages.settings, COORDINATOR, circular_id, pages.now)
    return f"/circulars/{circular_id}"


def cells_of(answer: Answer, heading: str) -> list[list[str]]:
    """The rows of the tables under a heading."""
    (section,) = answer.page.xpath(f"//section[h2[.='{heading}']]")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in section.xpath(".//tbody/tr")]


def test_a_draft_is_written_looked_at_and_published(pages_on_each: Pages) -> None:
    pages = pages_on_each
    file_one(pages, pages.as_("局"), "本局已建成示例基地。")
    browser = pages.as_("统筹")
    assert "本期还没有发布" in browser.get(ACCOUNT).text
    path = begun(browser)
    assert begun(browser) == path
    editor = browser.get(path)
    assert "应报8项，已报1项" in editor.text
    form = editor.fields(action=path) | {"overall": "总体平稳。\r\n第二段。", "praise": "表扬甲县。"}
    assert browser.post(path, form).location == f"{path}?done=account_saved"
    assert browser.get(path).value("overall") == "总体平稳。\n第二段。"
    page = browser.get(f"{path}/preview/html")
    assert "style-src 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert "本局已建成示例基地。" in page.html
    assert "表扬甲县。" in page.html
    form = browser.get(path).fields(action=path)
    assert browser.post(path, form | {"publish": "1"}).location == f"{path}/publish"
    asked = browser.get(f"{path}/publish")
    assert "2024年第 1 期" in asked.text
    assert "报送期还没有关闭" in asked.text
    done = browser.post(f"{path}/publish", asked.fields(action=f"{path}/publish"))
    assert done.location == f"{path}?done=account_published"
    shown = browser.get(path)
    assert "2024年第 1 期" in shown.text
    files = [row.get("href") for row in shown.page.xpath("//table//a")]
    assert files[:3] == [f"{path}/files/{form}" for form in ("docx", "html", "xlsx")]
    word = browser.get(f"{path}/files/docx")
    assert word.headers["content-type"].endswith("wordprocessingml.document")
    assert "report-2024-1-1.docx" in word.headers["content-disposition"]
    text = "\n".join(one.text for one in docx.Document(BytesIO(word.body)).paragraphs)
    assert "总体平稳。" in text
    book = openpyxl.load_workbook(BytesIO(browser.get(f"{path}/files/xlsx").body))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value]
    assert any("本局已建成示例基地。" in cell for cell in cells)
    assert "核对无误" in browser.get(f"{path}/verify").text


def test_what_was_typed_over_a_newer_draft_is_shown_and_not_saved(pages: Pages) -> None:
    browser, other = pages.as_("统筹"), pages.as_("管理")
    path = begun(browser)
    mine, theirs = browser.get(path).fields(action=path), other.get(path).fields(action=path)
    other.post(path, theirs | {"overall": "管理员写的。"})
    answer = browser.post(path, mine | {"overall": "统筹人写的。"})
    assert answer.status == 409
    assert answer.value("overall") == "统筹人写的。"
    assert "管理员写的。" in answer.text
    assert browser.get(path).value("overall") == "管理员写的。"
    # Now that both have been seen, saving again is a decision.
    again = answer.fields(action=path)
    assert browser.post(path, again).location == f"{path}?done=account_saved"
    assert browser.get(path).value("overall") == "统筹人写的。"


@pytest.mark.parametrize("title", [" ", "长" * 201])
def test_a_draft_that_is_refused_keeps_what_was_typed(pages: Pages, title: str) -> None:
    browser = pages.as_("统筹")
    path = begun(browser)
    form = browser.get(path).fields(action=path) | {"title": title, "overall": "写了很久的文字。"}
    answer = browser.post(path, form)
    assert answer.status == 422
    assert answer.value("overall") == "写了很久的文字。"
    assert browser.get(path).value("overall") == ""


def test_what_is_published_is_what_was_confirmed(pages: Pages) -> None:
    browser = pages.as_("统筹")
    path = begun(browser)
    asked = browser.get(f"{path}/publish").fields(action=f"{path}/publish")
    browser.post(path, browser.get(path).fields(action=path) | {"overall": "后来写的。"})
    answer = browser.post(f"{path}/publish", asked)
    assert answer.status == 409
    assert "没有发布" in answer.text
    with pages.database.reading() as session:
        assert session.exec(select(Circular)).one().published_at is None


def test_a_draft_is_discarded_and_a_published_account_never(pages: Pages) -> None:
    browser = pages.as_("统筹")
    path = begun(browser)
    assert browser.post(f"{path}/discard").location == "/circulars?done=account_discarded"
    assert browser.get(path).status == 404
    path = published(pages)
    assert browser.post(f"{path}/discard").location == f"{path}?done=account_stays"
    assert browser.get(path).status == 200


def test_leaders_see_what_is_published_and_units_the_circulars_of_their_lists(pages: Pages) -> None:
    report, circular = published(pages, CircularKind.REPORT), published(pages)
    draft = begun(pages.as_("统筹"))
    for who, seen in (("领导", (200, 200)), ("甲县", (404, 200)), ("局", (404, 200))):
        browser = pages.as_(who)
        assert (browser.get(report).status, browser.get(circular).status) == seen
        for tail in ("/page", "/files/docx"):
            assert (browser.get(report + tail).status, browser.get(circular + tail).status) == seen
        hidden, invented = browser.get(draft), browser.get("/circulars/999999")
        assert hidden.status == invented.status == 404
        assert hidden.text == invented.text
        listed = browser.get("/circulars").text
        assert "落实情况的通报" in listed
        assert ("落实情况报告" in listed) == (who == "领导")
        assert "草稿" not in listed
        assert "更正" not in browser.get(circular).text
    assert "草稿" in pages.as_("统筹").get("/circulars").text
    assert "起草" not in pages.as_("领导").get(ACCOUNT).text


def test_a_unit_that_owes_nothing_in_the_list_does_not_see_its_circular(pages: Pages) -> None:
    circular = published(pages)
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        other = TaskList(**task_list.model_dump(exclude={"id", "slug"}), slug="other")
        session.add(other)
        session.flush()
        row = session.exec(select(Circular)).one()
        row.list_id = other.id or 0
        session.add(row)
    assert pages.as_("甲县").get(circular).status == 404
    assert "还没有发布过通报" in pages.as_("甲县").get("/circulars").text
    assert pages.as_("领导").get(circular).status == 200


def test_the_list_is_searched_and_says_what_to_do_where_it_is_empty(pages: Pages) -> None:
    assert "起草第一份" in pages.as_("统筹").get("/circulars").text
    published(pages, CircularKind.REPORT)
    published(pages)
    browser = pages.as_("领导")
    for query, found in (
        ("", 2),
        ("?kind=report", 1),
        ("?kind=summary", 0),
        ("?year=2024", 2),
        ("?year=2023", 0),
        ("?list=example", 2),
        ("?list=nothing", 0),
        ("?q=%E9%80%9A%E6%8A%A5", 1),
        ("?q=100%25", 0),
        ("?kind=invented&year=x&page=9", 2),
    ):
        page = browser.get(f"/circulars{query}").page
        assert len(page.xpath("//tbody/tr")) == found, query


def test_a_correction_leads_from_the_old_edition_to_the_new_and_lists_what_changed(pages: Pages) -> None:
    first = published(pages)
    file_one(pages, pages.as_("甲县"))
    browser = pages.as_("统筹")
    assert browser.post(f"{first}/correct", {"reason": " "}).status == 422
    second = browser.post(f"{first}/correct", {"reason": "补记甲县一项"}).location
    asked = browser.get(f"{second}/publish")
    assert "更正第 2 版" in asked.text
    assert {node.get("value") for node in asked.page.xpath("//input[@name='data']")} == {"new", "kept"}
    pages.now += timedelta(hours=1)
    browser.post(f"{second}/publish", asked.fields(action=f"{second}/publish"))
    old = browser.get(first)
    assert "这一版已经更正" in old.text
    assert "补记甲县一项" in old.text
    assert old.page.xpath(f"//p//a[@href='{second}']")
    assert not old.page.xpath(f"//form[@action='{first}/correct']")
    new = browser.get(second).text
    assert "与上一版相比" in new
    rows = cells_of(browser.get(second), "与上一版相比")
    assert ["已报", "0", "1", "+1"] in rows
    assert [row[:2] for row in rows if row[0] in {"甲县", "乙县"}] == [["甲县", "0/2 → 1/2"]]


def test_damage_is_named_and_the_page_still_opens(pages: Pages) -> None:
    path = published(pages)
    with pages.database.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "docx")).one()
        file.content = b"forged"
        session.add(file)
        circular = session.exec(select(Circular)).one()
        circular.data = b"forged"
        session.add(circular)
    found = pages.as_("统筹").get(f"{path}/verify").text
    assert "存档的数据与发布时的校验值不符。" in found
    assert "文件与发布时的校验值不符：Word 文档" in found
    refused = pages.as_("甲县").get(f"{path}/files/docx")
    assert refused.status == 409
    assert ".docx”与发布时的校验值不符" in refused.text
    assert refused.page.xpath(f"//a[@href='{path}/files/html']")
    assert pages.as_("甲县").get(f"{path}/files/html").status == 200
    assert "与发布时的校验值不符" in pages.as_("甲县").get(path).text


def test_a_page_that_was_changed_since_is_not_shown(pages: Pages) -> None:
    path = published(pages)
    assert "应报8项" in pages.as_("甲县").get(f"{path}/page").text
    with pages.database.transaction() as session:
        file = session.exec(select(CircularFile).where(CircularFile.form == "html")).one()
        file.content = b"<p>forged</p>"
        session.add(file)
    answer = pages.as_("甲县").get(f"{path}/page")
    assert answer.status == 409
    assert "forged" not in answer.html


def test_a_unit_is_not_given_the_workbook_with_the_texts_of_all(pages: Pages) -> None:
    path = published(pages)
    for who, status in (("甲县", 404), ("局", 404), ("领导", 200)):
        browser = pages.as_(who)
        assert browser.get(f"{path}/files/xlsx").status == status
        assert bool(browser.get(path).page.xpath(f"//a[@href='{path}/files/xlsx']")) == (status == 200)
        assert browser.get(f"{path}/files/docx").status == 200


def test_a_unit_is_told_which_figures_a_correction_changed_and_not_what_others_filed(pages: Pages) -> None:
    first = published(pages)
    file_one(pages, pages.as_("甲县"))
    second = corrected(pages, first)
    for who, is_told in (("领导", True), ("乙县", False)):
        page = pages.as_(who).get(second)
        assert ["已报", "0", "1", "+1"] in cells_of(page, "与上一版相比")
        assert ("示例任务1的具体内容。" in page.text) == is_told


def corrected(pages: Pages, path: str) -> str:
    """The address of a published correction, an hour later."""
    browser = pages.as_("统筹")
    second = browser.post(f"{path}/correct", {"reason": "补记甲县一项"}).location
    pages.now += timedelta(hours=1)
    number = int(second.rpartition("/")[2])
    publish_plainly(pages.database, pages.settings, COORDINATOR, number, pages.now)
    return second


def test_an_edition_that_was_corrected_says_so_wherever_it_is_read(pages: Pages) -> None:
    first = published(pages)
    second = corrected(pages, first)
    for who in ("统筹", "甲县"):
        browser = pages.as_(who)
        rows = [row.text_content() for row in browser.get("/circulars").page.xpath("//tbody/tr")]
        assert ["已更正" in row for row in rows] == [False, True]
        old = browser.get(f"{first}/page")
        assert "这一版已经更正。更正原因：补记甲县一项" in old.text
        assert old.page.xpath(f"//a[@href='{second}/page']")
        assert old.page.xpath(f"//a[@href='{first}']")
        (frame,) = old.page.xpath("//iframe")
        assert "应报8项" in frame.get("srcdoc")
        assert frame.get("sandbox") == ""
        assert "script-src 'self'" in old.headers["content-security-policy"]
        assert "sandbox" in browser.get(f"{second}/page").headers["content-security-policy"]
    rows = pages.as_("统筹").get(ACCOUNT).page.xpath("//li[.//a[starts-with(@href, '/circulars/')]]")
    assert ["已更正" in row.text_content() for row in rows] == [False, True]
    assert "已由更正版代替，不再寄" in pages.as_("统筹").get(first).text


def test_an_account_leads_to_its_round_and_says_what_keeps_its_mail(pages: Pages) -> None:
    path = published(pages)
    page = pages.as_("统筹").get(path)
    assert page.page.xpath(f"//p[@class='crumbs']/a[@href='{ACCOUNT}']")
    assert "没有类别为“统筹办公室”的单位" in page.text
    assert page.page.xpath("//dd/a[@href='/units']")
    assert not pages.as_("领导").get(path).page.xpath("//dd/a[@href='/units']")
    unit = pages.as_("甲县").get(path)
    assert "寄给领导" not in unit.text
    assert not unit.page.xpath(f"//a[@href='{ACCOUNT}']")


def test_units_choose_among_the_years_of_what_they_may_read(pages: Pages) -> None:
    published(pages)
    with pages.database.transaction() as session:
        row = session.exec(select(Circular)).one()
        draft = Circular(**row.model_dump(exclude={"id", "published_at"}) | {"year": 2031, "number": None})
        session.add(draft)
    for who, years in (("统筹", ["", "2031", "2024"]), ("领导", ["", "2024"]), ("甲县", ["", "2024"])):
        options = pages.as_(who).get("/circulars").page.xpath("//select[@name='year']/option/@value")
        assert options == years


def test_summaries_are_begun_for_a_half_year_or_a_year_that_has_rounds(pages: Pages) -> None:
    browser = pages.as_("统筹")
    path = "/lists/example/summaries"
    assert [form.fields["span"] for form in browser.get(path).page.forms if "span" in form.fields] == [
        "2024H2",
        "2024",
    ]
    draft = browser.post(path, {"span": "2024H2"}).location
    assert "示例任务清单2024年下半年工作总结" in browser.get(draft).value("title")
    assert "打开草稿" in browser.get(path).text
    empty = browser.post(path, {"span": "2030"})
    assert empty.status == 409
    assert "没有可以总结的报送期" in empty.text
    with pages.database.reading() as session:
        assert [one.period for one in session.exec(select(Circular)).all()] == ["2024H2"]


def test_two_rounds_are_compared_and_frozen_figures_stay(pages: Pages) -> None:
    browser = pages.as_("领导")
    path = "/lists/example/compare"
    assert "还没有可以比较的" in browser.get(path).text
    published(pages)
    file_one(pages, pages.as_("甲县"))
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        open_round(session, system("test"), pages.settings, task_list, "2024Q2", pages.now)
    found = browser.get(path).text
    # Published before 甲县 filed.
    assert ["已报", "0", "0", "不变"] in cells_of(browser.get(path), "总数")
    assert "用已发布的数据" in found
    assert "没有发布过报告或通报，用现在的数据" in found
    assert "请选两个不同的报送期" in browser.get(f"{path}?from=2024Q3&to=2024Q3").text
    assert browser.get(f"{path}?from=2024Q3&to=2030Q1").status == 404
