"""The mail about returned texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tests.example import SHANGHAI
from tracker.mail.return_message import ReturnedTask, ReturnedTexts, returned_texts
from tracker.mail.templates import packaged_templates

if TYPE_CHECKING:
    from tracker.config import Settings

MARKUP = "<img src=x onerror=1>"
NOW = datetime(2024, 10, 1, 9, tzinfo=SHANGHAI)


def test_nothing_that_somebody_typed_is_markup_and_the_subject_is_one_line(settings: Settings) -> None:
    task = ReturnedTask("1", f"任务\n{MARKUP}", f"第一行\n第二行\u202e{MARKUP}", f"甲州{MARKUP}", MARKUP, NOW)
    texts = ReturnedTexts(
        unit=f"甲县{MARKUP}",
        list_title=f"示例清单\r\nBcc: x@example.org {MARKUP}",
        period_label="2024年第三季度",
        tasks=(task,),
        until=NOW,
        is_overdue=False,
        is_closed=False,
        link="http://127.0.0.1:8000/filing/example/2024Q3",
    )
    letter = returned_texts(
        texts,
        cause="returned:1",
        to_name=f"某人{MARKUP}",
        to_address="a@example.org",
        templates=packaged_templates(settings),
        site=settings.site,
    )
    assert MARKUP not in letter.html
    assert letter.subject.splitlines() == [letter.subject]
    assert "第一行\n  第二行⟨U+202E⟩" in letter.text
    assert letter.kind == "returned"
