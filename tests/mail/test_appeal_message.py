"""The mails about appeals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.example import SHANGHAI
from tracker.domain.faults import FAULT_LABELS, Fault
from tracker.mail.appeal_message import ASKED, DECIDED, ToldAppeal, ToldAppeals, appeal_letter
from tracker.mail.templates import packaged_templates

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.mail.letter import Letter

MARKUP = "<img src=x onerror=1>"
NOW = datetime(2024, 10, 10, 9, tzinfo=SHANGHAI)


def letter(settings: Settings, kind: str, *, is_upheld: bool = True) -> Letter:
    appeal = ToldAppeal(
        number="1",
        title=f"任务\n{MARKUP}",
        fault=FAULT_LABELS[Fault.LATE],
        outcome="已免责" if is_upheld else "未采纳",
        is_upheld=is_upheld,
        words=f"第一行\n第二行\u202e{MARKUP}",
        by=MARKUP,
        at=NOW,
    )
    told = ToldAppeals(
        unit=f"甲县{MARKUP}",
        list_title=f"示例清单\r\nBcc: x@example.org {MARKUP}",
        period_label="2024年第三季度",
        appeals=(appeal,),
        link="http://127.0.0.1:8000/lists/example/appeals",
    )
    return appeal_letter(
        told,
        kind=kind,
        cause=f"{kind}:1",
        to_name=f"某人{MARKUP}",
        to_address="a@example.org",
        templates=packaged_templates(settings),
        site=settings.site,
    )


@pytest.mark.parametrize("kind", [ASKED, DECIDED])
def test_nothing_that_somebody_typed_is_markup_and_the_subject_is_one_line(
    settings: Settings, kind: str
) -> None:
    found = letter(settings, kind)
    assert MARKUP not in found.html
    assert found.subject.splitlines() == [found.subject]
    assert "第一行\n  第二行⟨U+202E⟩" in found.text
    assert found.kind == kind


def test_a_decision_says_whether_it_still_counts(settings: Settings) -> None:
    assert "处理结果：已免责，不再扣分" in letter(settings, DECIDED).text
    assert "处理结果：未采纳，照常扣分" in letter(settings, DECIDED, is_upheld=False).text
