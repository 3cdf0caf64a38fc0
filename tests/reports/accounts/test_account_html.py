"""The page of an account says what its Word file says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from tests.golden.round import NIL_REASONS, TEXTS, UNSEEN
from tests.reports.documents.test_word import HOSTILE, LED, STUCK
from tests.reports.factory import Filed, TaskText, make_report
from tests.reports.made_accounts import KINDS, WORDS, account, gettext, heading
from tests.reports.word import paragraphs
from tracker.i18n import translations
from tracker.reports.accounts.account import account_of
from tracker.reports.accounts.account_html import render_account_html
from tracker.reports.accounts.account_samples import empty_account, full_account
from tracker.reports.documents.word import render_word
from tracker.templating import page_environment

if TYPE_CHECKING:
    from tests.golden.round import Golden
    from tracker.config import Settings
    from tracker.reports.accounts.account import Account


def page_of(found: Account, settings: Settings) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(render_account_html(found, page_environment(settings)))


def lines_of(page: lxml_html.HtmlElement) -> list[str]:
    """Each paragraph, heading and cell."""
    return [
        str(node.text_content()).strip()
        for node in page.iter("p", "h1", "h2", "h3", "h4", "th", "td", "caption")
    ]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_of_the_word_file_stands_on_the_page(
    golden: Golden, settings: Settings, kind: str
) -> None:
    found = account(golden.report(), kind)
    text = squeezed("".join(lines_of(page_of(found, settings))))
    lines = [line for line in paragraphs(render_word(found, None, kind)) if line]
    annexes = {"附件：1．", "　　　2．", "　　　3．"}
    told = [line for line in lines if line[:5] not in annexes and "\t" not in line]
    assert [line for line in told if squeezed(line) not in text] == []
    assert len(told) > 40


def test_what_is_left_out_is_left_out_on_the_page_too(golden: Golden, settings: Settings) -> None:
    """Without indicators and without anybody to praise."""
    bare = replace(golden.report(), indicators=())
    for kind, report in product(KINDS, (bare, make_report([]))):
        found = account(report, kind, {})
        page = lines_of(page_of(found, settings))
        told = [line for line in paragraphs(render_word(found, None, kind)) if line and "\t" not in line]
        assert [
            line for line in told if squeezed(line) not in squeezed("".join(page)) and "．" not in line
        ] == []
        numbered = [line for line in page if line[1:2] == "、"]
        assert [line[0] for line in numbered] == list("一二三四五"[: len(numbered)])
        assert [line for line in numbered if line not in told] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_leads_words_stand_once_and_no_others(golden: Golden, settings: Settings, kind: str) -> None:
    text = str(page_of(account(golden.report(), kind), settings).text_content())
    told = {pair: text.count(words.rstrip("。")) for pair, words in (TEXTS | NIL_REASONS).items()}
    wanted = STUCK if kind == "circular" else set(LED)
    assert told == {pair: int(pair in wanted) for pair in told}
    assert [words for words in UNSEEN if words in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_text_with_anything_in_it_stays_as_it_is(settings: Settings, kind: str) -> None:
    tasks = [
        (TaskText(content=text, measure=text, section=text), [Filed(f"单位{number}", text, is_lead=True)])
        for number, text in enumerate(HOSTILE)
    ]
    report = make_report(tasks, list_title=HOSTILE[0])
    words = dict.fromkeys(WORDS, HOSTILE[0])
    page = page_of(account_of(report, words, heading(kind, title=HOSTILE[0]), gettext), settings)
    assert [str(node.text_content()) for node in page.iter("h1")] == [HOSTILE[0]]
    assert not list(page.iter("img", "script"))
    if kind != "circular":
        text = str(page.text_content())
        assert [one for one in HOSTILE if "\u200d" not in one and one not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_needs_nothing_beside_itself_and_speaks_english(settings: Settings, kind: str) -> None:
    for found in (full_account(kind, gettext), empty_account(kind, gettext)):
        source = render_account_html(found, page_environment(settings))
        assert not re.search(r"(?:src|href)=|url\(|@import", source)
    english = render_account_html(
        full_account(kind, translations("en").gettext), page_environment(settings, "en")
    )
    assert '<html lang="zh-CN">' not in english or translations("en").gettext("zh-CN") == "zh-CN"
