"""The receipt that answers a mailed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.mail.form_receipt import FormAnswer, ReceiptPart, RefusedText, form_receipt
from tracker.mail.templates import packaged_templates

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.mail.letter import Letter

MARKUP = "<img src=x onerror=1>"


def write(settings: Settings, *parts: ReceiptPart, problems: tuple[str, ...] = ()) -> Letter:
    return form_receipt(
        FormAnswer("某联系人", "a@example.org", f"来信 {MARKUP}", parts, problems),
        cause="form_receipt:1",
        answers="<1@example.org>",
        templates=packaged_templates(settings),
        site=settings.site,
    )


def part(*, filed: tuple[str, ...] = (), refused: tuple[RefusedText, ...] = ()) -> ReceiptPart:
    return ReceiptPart(
        unit=f"甲县 {MARKUP}",
        list_title="示例任务清单",
        period_label="2024年第三季度",
        receipt="20240930-001-AAAAAA" if filed else "",
        filed=filed,
        unchanged=(),
        refused=refused,
        outstanding=("3",),
        link="http://127.0.0.1:8000/filing/example/2024Q3",
    )


def test_nothing_that_somebody_typed_is_markup_or_a_second_line(settings: Settings) -> None:
    conflict = RefusedText("第 1 项已有新的版本。", f"网页\n{MARKUP}", f"邮件\u202e{MARKUP}")
    letter = write(settings, part(filed=("2",), refused=(conflict,)), problems=(MARKUP,))
    assert MARKUP not in letter.html
    assert "&lt;img" in letter.html
    assert MARKUP in letter.text
    assert "⟨U+202E⟩" in letter.html
    assert "⟨U+202E⟩" in letter.text
    assert letter.subject.splitlines() == [letter.subject]


def test_it_answers_the_mail_that_brought_the_form(settings: Settings) -> None:
    assert write(settings, part(filed=("1",))).answers == "<1@example.org>"


@pytest.mark.parametrize(
    ("parts", "problems", "words"),
    [
        ((part(filed=("1", "2")),), (), "【回执】示例任务清单2024年第三季度 已收到，报送 2 项"),
        (
            (part(filed=("1",), refused=(RefusedText("第 2 项超过上限。"),)),),
            (),
            "【回执】示例任务清单2024年第三季度 已收到，报送 1 项，有内容未报送",
        ),
        ((part(refused=(RefusedText("第 2 项超过上限。"),)),), (), "【未报送】您寄来的报送表没有报送成功"),
        ((), ("文件已加密。",), "【未报送】您寄来的报送表没有报送成功"),
    ],
)
def test_its_subject_says_whether_something_is_left_to_do(
    settings: Settings, parts: tuple[ReceiptPart, ...], problems: tuple[str, ...], words: str
) -> None:
    assert write(settings, *parts, problems=problems).subject == words


def test_a_form_without_a_text_is_said_to_be_empty(settings: Settings) -> None:
    assert "没有填写“本期进度”" in write(settings, part()).text
