"""The words of mails on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.models import MailTemplate

if TYPE_CHECKING:
    from tests.web.conftest import Pages

SUBJECT = "/mail-templates/reminder/subject.txt"
HTML = "/mail-templates/reminder/body.html"


def test_saved_words_are_shown_with_who_and_can_be_taken_back(pages: Pages) -> None:
    browser = pages.as_("统筹")
    form = browser.get(SUBJECT).fields(action=SUBJECT)
    answer = browser.post(SUBJECT, form | {"text": "【本办】{{ count }} 项"})
    assert answer.location == f"{SUBJECT}?done=template_saved"
    shown = browser.get(answer.location).text
    assert "【本办】3 项" in shown
    assert "按 示例任务清单 2024Q3 的实际数据" in shown
    overview = browser.get("/mail-templates").text
    assert "本单位改过" in overview
    assert "统筹" in overview
    assert browser.post(f"{SUBJECT}/restore").location == f"{SUBJECT}?done=template_restored"
    assert "本单位改过" not in browser.get("/mail-templates").text


def test_a_preview_saves_nothing(pages: Pages) -> None:
    browser = pages.as_("管理")
    answer = browser.post(SUBJECT, {"text": "试试{{ count }}", "preview": "1"})
    assert answer.status == 200
    assert "试试3" in answer.text
    assert "还没有保存" in answer.text
    assert "【催报】" in browser.get(SUBJECT).text


def test_what_is_refused_says_its_line_and_keeps_what_was_typed(pages: Pages) -> None:
    answer = pages.as_("统筹").post(SUBJECT, {"text": "一\r\n{{ ''.__class__ }}"})
    assert answer.status == 422
    assert "第 2 行：不能使用以下划线开头的“__class__”" in answer.text
    assert answer.value("text") == "一\n{{ ''.__class__ }}"


def test_the_html_of_a_mail_never_comes_raw_into_the_page(pages: Pages) -> None:
    text = "<p>可见</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    answer = pages.as_("统筹").post(HTML, {"text": text, "preview": "1"})
    assert answer.status == 200
    assert "可见" in answer.text
    assert "<script>alert(1)" not in answer.html
    assert "<img src=x" not in answer.html
    assert not answer.page.xpath("//main//script | //main//img")


def test_markup_that_no_parser_reads_is_shown_all_the_same(pages: Pages) -> None:
    for text in ("<!-- -->", "<", "<![CDATA[x]]>", "&#0;", "<?xml version='1.0' encoding='utf-16'?><p>x</p>"):
        assert pages.as_("统筹").post(HTML, {"text": text, "preview": "1"}).status == 200, text


def test_a_broken_one_is_marked(pages: Pages) -> None:
    with pages.database.transaction() as session:
        session.add(
            MailTemplate(
                kind="reminder", part="body.txt", text="{{ nobody }}", changed_at=pages.now, changed_by="某人"
            )
        )
    text = pages.as_("统筹").get("/mail-templates").text
    assert text.count("有误，改用自带模板") == 1
    assert "没有名为“nobody”的变量" in text
