"""Mails with previews and published accounts: what they say, to whom once, and that nothing typed is markup."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.mail.samples import AT
from tests.mail.test_messages import Page, both_parts, desk
from tracker.mail.document_message import (
    AccountPreview,
    PublishedAccount,
    account_preview,
    account_published,
)
from tracker.mail.letter import Attachment

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.mail.letter import Letter

FILES = (Attachment("报告.docx", "application/octet-stream", b"1"), Attachment("表.xlsx", "x/y", b"2"))
PREVIEW = AccountPreview(
    cause="1/2024Q3/preview",
    list_title="示例清单",
    period_label="2024年第三季度",
    is_summary=False,
    is_closed=False,
    as_of=AT,
    expected=8,
    filed=3,
    on_time=2,
    link="http://127.0.0.1:8000/rounds/example/2024Q3/account",
)
PUBLISHED = PublishedAccount(
    cause="7",
    title="关于示例清单落实情况的通报",
    kind="通报",
    number=3,
    edition=1,
    correction="",
    as_of=AT,
    expected=8,
    filed=3,
    on_time=2,
    link="http://127.0.0.1:8000/circulars/7",
)
TO: dict[str, Any] = {"to_name": "某领导", "to_address": "chief@example.org"}


def previewed(settings: Settings, **changes: Any) -> Letter:
    return account_preview(replace(PREVIEW, **changes), FILES, **TO, **desk(settings))


def published(settings: Settings, **changes: Any) -> Letter:
    return account_published(replace(PUBLISHED, **changes), FILES, **TO, **desk(settings))


@pytest.mark.parametrize(
    ("changes", "subject", "words"),
    [
        ({}, "【报告预览】示例清单2024年第三季度 应报 8 项、已报 3 项", "报送期还没有关闭"),
        ({"is_closed": True}, "【报告预览】示例清单2024年第三季度 应报 8 项、已报 3 项", "报送期已关闭"),
        ({"is_summary": True}, "【总结草稿】示例清单2024年第三季度 请补写后发布", "系统起草了总结"),
    ],
)
def test_a_preview_says_what_it_is_and_where_it_is_published(
    settings: Settings, changes: dict[str, Any], subject: str, words: str
) -> None:
    letter = previewed(settings, **changes)
    assert letter.subject == subject
    assert letter.attachments == FILES
    for said in both_parts(letter):
        assert words in said
        assert "报告.docx、表.xlsx" in said
        assert PREVIEW.link in said
        assert "37.5%" in said


def test_what_was_published_comes_with_its_number_and_a_correction_with_its_reason(
    settings: Settings,
) -> None:
    first = published(settings)
    assert first.subject == "【通报】关于示例清单落实情况的通报（第 3 期）"
    assert all("更正" not in words.replace("更正后再寄一次", "") for words in both_parts(first))
    second = published(settings, edition=2, correction="乙县已报")
    assert second.subject == "【更正】关于示例清单落实情况的通报（第 3 期，更正第 2 版）"
    assert all("更正原因：乙县已报" in words for words in both_parts(second))


def test_each_is_mailed_once_to_an_address(settings: Settings) -> None:
    causes = {
        letter.cause
        for letter in (
            previewed(settings),
            previewed(settings, filed=4),
            published(settings),
            published(settings, title="别的标题"),
            published(settings, cause="8"),
        )
    }
    assert len(causes) == 3


def test_what_a_user_typed_is_text_and_one_line_of_a_subject(settings: Settings) -> None:
    evil = '<img src=x onerror=1>"><svg/onload=1>{{ 7*7 }}%(x)s\n换行\u202e'
    letter = published(settings, title=evil, correction=evil, edition=2)
    page = Page(letter.html)
    assert not page.tags & {"img", "svg", "script"}
    assert "<img src=x onerror=1>" in page.text
    assert "\n" not in letter.subject
    assert page.addresses <= {PUBLISHED.link}
    assert Page(previewed(settings, list_title=evil).html).addresses <= {PREVIEW.link}
