"""The office's own Word layout on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.actions.documents.test_change_document_template import BROKEN, OWN, word
from tests.reports.word import paragraphs
from tracker.reports.documents.word import packaged_template

if TYPE_CHECKING:
    from tests.web.conftest import Pages

PAGE = "/document-templates"


def test_download_edit_upload_and_back(pages: Pages) -> None:
    browser = pages.as_("统筹")
    assert browser.get(f"{PAGE}/report.docx").body == packaged_template("report")
    answer = browser.post(f"{PAGE}/report", files={"file": ("本办.docx", OWN)})
    assert answer.location == f"{PAGE}?done=document_template_saved"
    shown = browser.get(answer.location).text
    assert "本单位改过：本办.docx" in shown
    assert browser.get(f"{PAGE}/report.docx").body == OWN
    assert paragraphs(browser.get(f"{PAGE}/report/sample.docx").body)[0] == "本办版式"
    assert browser.post(f"{PAGE}/report/restore").location == f"{PAGE}?done=template_restored"
    assert "本单位改过" not in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/report.docx").body == packaged_template("report")


def test_a_mistake_is_said_with_its_paragraph_and_nothing_is_saved(pages: Pages) -> None:
    answer = pages.as_("管理").post(f"{PAGE}/circular", files={"file": ("坏的.docx", BROKEN)})
    assert answer.status == 422
    assert "正文第 2 段“{{ ''.__class__ }}”：不能使用以下划线开头的“__class__”。" in answer.text
    assert "没有保存" in answer.text
    assert pages.as_("管理").get(f"{PAGE}/circular.docx").body == packaged_template("circular")


def test_nothing_chosen_and_no_such_kind(pages: Pages) -> None:
    browser = pages.as_("统筹")
    answer = browser.post(f"{PAGE}/report", {})
    assert (answer.status, "请先选择改好的 Word 模板。" in answer.text) == (422, True)
    assert browser.get(f"{PAGE}/letter.docx").status == 404
    assert browser.post(f"{PAGE}/letter/restore").status == 404


def test_what_is_absent_and_what_may_be_named_is_listed(pages: Pages) -> None:
    browser = pages.as_("统筹")
    template = word("{{ title }}{{ issuer }}{{ sentence }}")
    browser.post(f"{PAGE}/summary", files={"file": ("本办.docx", template)})
    shown = browser.get(PAGE).text
    assert "期号，如第3期；成文日期" in shown
    assert "is_to_be_interviewed" in shown


def test_each_kind_is_named_as_everywhere(pages: Pages) -> None:
    shown = pages.as_("统筹").get(PAGE).body.decode()
    assert [name for name in ("报告", "通报", "总结") if f">{name}</h2>" not in shown] == []


def test_the_sample_of_the_packaged_one_opens(pages: Pages) -> None:
    assert "（示例）标题" in paragraphs(pages.as_("统筹").get(f"{PAGE}/circular/sample.docx").body)
