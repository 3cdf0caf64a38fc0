"""The form on the filing page: down, filled, up, and the answer row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reports.made_forms import REMARK, TEXT, opened, saved
from tests.web.conftest import FILING
from tracker.actions.rounds.close_round import close_round
from tracker.domain.actors import system

if TYPE_CHECKING:
    from tests.web.client import Answer, Browser
    from tests.web.conftest import Pages

FORM, UPLOAD = f"{FILING}/form.xlsx", f"{FILING}/form"


def filled(form: bytes, remark: str = "", **texts: str) -> bytes:
    book, sheet = opened(form)
    for row, text in texts.items():
        sheet.cell(int(row[1:]), TEXT).value = text
        sheet.cell(int(row[1:]), REMARK).value = remark or None
    return saved(book)


def upload(browser: Browser, data: bytes, name: str = "甲县 报送表.xlsx") -> Answer:
    fields = browser.get(FILING).fields(action=UPLOAD)
    return browser.post(UPLOAD, {**fields}, files={"file": (name, data, "application/octet-stream")})


def test_a_form_goes_out_and_comes_back(pages_on_each: Pages) -> None:
    pages = pages_on_each
    browser = pages.as_("甲县")
    assert FORM in browser.get(FILING).html
    form = browser.get(FORM)
    assert form.status == 200
    assert form.headers["content-disposition"].startswith('attachment; filename="form-example-2024Q3.xlsx";')
    answer = upload(browser, filled(form.body, r7="已完成。", remark="<b>请核</b>"))
    assert answer.status == 200
    assert "报送 1 项，未收 0 项，与已报送的相同 0 项，空白 1 项" in answer.text
    assert "还有 1 项未报或待修改：2" in answer.text
    obligation = pages.obligations(pages.example.county_a.id)["1"]
    assert obligation.version == 1
    shown = pages.as_("统筹").get(f"/obligations/{obligation.id}")
    assert "备注：<b>请核</b>" in shown.text
    receipt = answer.page.xpath("//a[starts-with(@href, '/receipts/')]/@href")[0]
    assert "已完成。" in browser.get(receipt).text
    again = upload(browser, filled(form.body, r7="已完成。", remark="<b>请核</b>"))
    assert again.status == 200
    assert "报送 0 项，未收 0 项，与已报送的相同 1 项" in again.text
    assert pages.obligations(pages.example.county_a.id)["1"].version == 1


def test_what_is_refused_is_said_row_by_row(pages: Pages) -> None:
    browser = pages.as_("甲县")
    form = browser.get(FORM).body
    answer = upload(browser, filled(form, r7="字" * 318, r8="推进中"))
    assert answer.status == 422
    assert "第 1 项：318 字，超过上限 300 字" in answer.text
    assert "工作表“报送表”第 7 行" in answer.text
    assert "报送 1 项，未收 1 项" in answer.text


def test_a_conflict_shows_both_texts(pages: Pages) -> None:
    browser = pages.as_("甲县")
    form = browser.get(FORM).body
    upload(browser, filled(form, r7="先到的文字"))
    answer = upload(browser, filled(form, r7="后到的<script>文字"))
    assert answer.status == 409
    assert "先到的文字" in answer.text
    assert "后到的<script>文字" in answer.text
    assert "<script>文字" not in answer.html


def test_another_units_form_is_not_found_and_nothing_of_it_is_said(pages: Pages) -> None:
    theirs = filled(pages.as_("甲县").get(FORM).body, r7="只有甲县知道")
    other = pages.as_("乙县")
    answer = upload(other, theirs, "来件.xlsx")
    nothing = other.get("/receipts/20240101-001-AAAAAA")
    assert answer.status == nothing.status == 404
    assert answer.text == nothing.text
    for word in ("甲县", "只有", "示例任务清单"):
        assert word not in answer.html
    assert pages.obligations(pages.example.county_a.id)["1"].version == 0


def test_what_is_no_form_is_answered_in_words(pages: Pages) -> None:
    browser = pages.as_("甲县")
    missing = browser.post(UPLOAD, browser.get(FILING).fields(action=UPLOAD))
    assert (missing.status, "请先选择填好的报送表" in missing.text) == (422, True)
    answer = upload(browser, b"%PDF-1.7", "<b>x</b>.pdf")
    assert answer.status == 422
    assert "这不是本系统发出的报送表" in answer.text
    assert "<b>x" not in answer.html


def test_a_coordinator_takes_a_units_form_but_uploads_none(pages: Pages) -> None:
    coordinator = pages.as_("统筹")
    page = coordinator.get(f"{FILING}?unit=甲县")
    link = page.page.xpath("//a[contains(@href, 'form.xlsx')]/@href")[0]
    assert coordinator.get(link).status == 200
    assert UPLOAD not in [form.action for form in page.page.forms]
    assert coordinator.post(UPLOAD, {"unit": str(pages.example.county_a.id)}).status == 403


def test_a_closed_round_offers_no_form(pages: Pages) -> None:
    browser = pages.as_("甲县")
    form = browser.get(FORM).body
    fields = browser.get(FILING).fields(action=UPLOAD)
    with pages.database.transaction() as session:
        close_round(session, system("test"), session.merge(pages.example.round), pages.now)
    assert "form.xlsx" not in browser.get(FILING).html
    assert browser.get(FORM).status == 409
    late = browser.post(UPLOAD, {**fields}, files={"file": ("表.xlsx", filled(form, r7="晚了"), "")})
    assert late.status == 409
    assert "已关闭" in late.text
