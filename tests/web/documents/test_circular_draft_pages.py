"""What stands in the way of a draft: another who was faster, a round that is open, an issuer that nobody has named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import select

from tests.actions.publishing import publish_plainly
from tests.example import COORDINATOR
from tests.web.conftest import ROUND
from tests.web.places import begin_circular, file_one
from tracker.actions.review.review_update import review_update
from tracker.actions.rounds.open_round import open_round
from tracker.domain.actors import system
from tracker.models import Circular, CircularKind, Obligation, ReviewOutcome, TaskList, UnitKind
from tracker.store.units import unit_by_name

if TYPE_CHECKING:
    from tests.web.conftest import Pages

ACCOUNT = f"{ROUND}/account"
SUMMARIES = "/lists/example/summaries"


def publish(pages: Pages, path: str) -> str:
    number = int(path.rpartition("/")[2])
    publish_plainly(pages.database, pages.settings, COORDINATOR, number, pages.now)
    return path


def begun(pages: Pages, kind: CircularKind = CircularKind.CIRCULAR) -> str:
    return f"/circulars/{begin_circular(pages, kind)}"


def test_whoever_publishes_second_is_shown_what_the_first_published(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), begun(pages)
    asked = browser.get(f"{path}/publish").fields(action=f"{path}/publish")
    publish(pages, path)
    shown = f"{path}?done=account_stays"
    assert browser.post(f"{path}/publish", asked).location == shown
    assert browser.get(f"{path}/publish").location == shown
    assert browser.get(f"{path}/preview/html").location == shown
    assert "刚才的操作没有生效" in browser.get(shown).html


def test_what_was_typed_is_shown_when_the_draft_was_published_meanwhile(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), begun(pages)
    form = browser.get(path).fields(action=path) | {
        "title": "改过的标题",
        "overall": "写了很久。\r\n第二段。",
    }
    publish(pages, path)
    answer = browser.post(path, form)
    assert answer.status == 409
    for words in ("改过的标题", "写了很久。", "第二段。", "已经发布，不能再改"):
        assert words in answer.text
    assert answer.page.xpath(f"//main//a[@href='{path}']")
    assert not answer.page.xpath("//main//form")
    assert "写了很久" not in browser.get(f"{path}/page").html


def test_a_confirmation_that_was_overtaken_asks_again(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), begun(pages)
    asked = browser.get(f"{path}/publish").fields(action=f"{path}/publish")
    browser.post(path, browser.get(path).fields(action=path) | {"overall": "后来写的。"})
    answer = browser.post(f"{path}/publish", asked)
    assert answer.status == 409
    assert "没有发布" in answer.text
    assert answer.value("seen") != asked["seen"]
    assert answer.page.xpath(f"//a[@href='{path}']")


def test_a_correction_that_is_refused_keeps_its_reason_and_shows_the_way(pages: Pages) -> None:
    browser, first = pages.as_("统筹"), publish(pages, begun(pages))
    too_long = browser.post(f"{first}/correct", {"reason": "长" * 201})
    assert too_long.status == 422
    assert too_long.value("reason") == "长" * 201
    second = browser.post(f"{first}/correct", {"reason": "补记一项"}).location
    page = browser.get(first)
    assert page.page.xpath(f"//main//a[@href='{second}']")
    assert not page.page.xpath(f"//form[@action='{first}/correct']")
    again = browser.post(f"{first}/correct", {"reason": "又有一处"})
    assert again.status == 409
    assert "又有一处" in again.text
    assert again.page.xpath(f"//a[@href='{second}']")
    assert "正在更正" in browser.get(ACCOUNT).text
    publish(pages, second)
    late = browser.post(f"{first}/correct", {"reason": "旧版的错"})
    assert late.status == 409
    assert late.page.xpath(f"//a[@href='{second}']")
    # The reason is kept and goes to the edition that may be corrected.
    assert late.fields(action=f"{second}/correct")["reason"] == "旧版的错"
    assert browser.get(ACCOUNT).text.count("已更正") == 1


def test_discarding_is_asked_for_twice(pages: Pages) -> None:
    page = pages.as_("统筹").get(begun(pages)).page
    (form,) = page.xpath("//form[contains(@action, '/discard')]")
    assert [one.tag for one in form.iterancestors("details")] == ["details"]
    assert not form.xpath("ancestor::details[@open]")


def test_a_summary_tells_all_rounds_and_warns_while_any_is_open(pages: Pages) -> None:
    browser = pages.as_("统筹")
    path = browser.post(SUMMARIES, {"span": "2024"}).location
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        # The last one is closed, the one before it is not.
        last = open_round(session, system("test"), pages.settings, task_list, "2024Q4", pages.now)
        last.closed_at = pages.now
        session.add(last)
    for page in (browser.get(path), browser.get(f"{path}/publish")):
        assert "回顾2期（2024年第三季度至2024年第四季度）" in page.text
    assert "还没有全部关闭" in browser.get(f"{path}/publish").text
    with pages.database.transaction() as session:
        current = session.merge(pages.example.round)
        current.closed_at = pages.now
        session.add(current)
    assert "还没有全部关闭" not in browser.get(f"{path}/publish").text


def test_who_has_named_no_issuer_is_warned(pages: Pages) -> None:
    browser, path = pages.as_("统筹"), begun(pages)
    assert "没有设定发文单位" in browser.get(f"{path}/publish").text
    with pages.database.transaction() as session:
        office = unit_by_name(session, "市示例局")
        office.kind = UnitKind.OFFICE
        session.add(office)
    assert "没有设定发文单位" not in browser.get(f"{path}/publish").text


def test_a_correction_names_the_texts_that_were_filed_anew_and_the_words_of_the_office(pages: Pages) -> None:
    file_one(pages, pages.as_("甲县"), "第一次报的。")
    browser, first = pages.as_("统筹"), publish(pages, begun(pages))
    with pages.database.transaction() as session:
        task = pages.example.tasks[0]
        owed = session.exec(
            select(Obligation).where(
                Obligation.unit_id == pages.example.county_a.id, Obligation.task_id == task.id
            )
        ).one()
        review_update(session, COORDINATOR, owed, task, ReviewOutcome.RETURNED, pages.now, reason="数字有误")
    file_one(pages, pages.as_("甲县"), "第二次报的。")
    second = browser.post(f"{first}/correct", {"reason": "甲县重报"}).location
    form = browser.get(second).fields(action=second)
    browser.post(second, form | {"overall": "总体情况改写。"})
    pages.now += timedelta(hours=1)
    page = browser.get(publish(pages, second)).text
    assert "报送的文字有改动：甲县" in page
    assert "办公室写的部分有改动：总体情况" in page
    third = publish(pages, browser.post(f"{second}/correct", {"reason": "版式"}).location)
    assert "都没有变" in browser.get(third).text
    # To a unit nothing is said of what others filed.
    assert "报送的文字有改动" not in pages.as_("乙县").get(second).text
    with pages.database.reading() as session:
        assert len(session.exec(select(Circular)).all()) == 3
