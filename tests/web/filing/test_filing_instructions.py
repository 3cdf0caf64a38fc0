"""What leaders ask about a task stands at that task of the unit's page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import event

from tests.example import COORDINATOR
from tests.web.conftest import FILING
from tracker.actions.duties.answer_instruction import close_instruction, reply_to_instruction
from tracker.actions.duties.instruct import instruct
from tracker.models import key

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages
    from tracker.models import OrgUnit, Task


def ask(pages: Pages, text: str, unit: OrgUnit, task: Task | None = None) -> int:
    with pages.database.transaction() as session:
        (given,) = instruct(
            session,
            COORDINATOR,
            pages.settings,
            text=text,
            instructed_by="示例副市长",
            instructed_on=date(2024, 10, 2),
            due_on=date(2024, 10, 18),
            units=[unit],
            about=(pages.example.task_list, task) if task else None,
            now=pages.now,
        )
        return key(given)


def at_task(answer: Answer, task: Task) -> str:
    return str(answer.page.xpath(f"string(//article[@id='task-{task.id}'])"))


def test_an_instruction_is_shown_at_its_task_with_its_day_and_a_link_to_answer(pages_on_each: Pages) -> None:
    pages = pages_on_each
    first, second, _ = pages.example.tasks
    number = ask(pages, "请加快<b>进度</b>", pages.example.county_a, first)
    ask(pages, "与任务无关", pages.example.county_a)
    ask(pages, "别的单位的", pages.example.county_b, first)
    answer = pages.as_("甲县").get(FILING)
    shown = at_task(answer, first)
    for words in ("请加快<b>进度</b>", "示例副市长", "2024年10月18日", "前答复", "去答复"):
        assert words in shown
    assert answer.page.xpath(f"//article[@id='task-{first.id}']//a[.='去答复']/@href") == [
        f"/instructions/{number}"
    ]
    assert "批示" not in at_task(answer, second)
    assert "与任务无关" not in answer.text
    assert "别的单位的" not in answer.text
    # Who only looks on is led there, but not to answer.
    seen = pages.as_("领导").get(f"{FILING}?unit=甲县")
    assert "请加快" in at_task(seen, first)
    assert "去答复" not in at_task(seen, first)


def test_what_is_answered_says_so_and_what_is_closed_is_gone(pages: Pages) -> None:
    task = pages.example.tasks[0]
    number = ask(pages, "请加快进度", pages.example.county_a, task)
    with pages.database.transaction() as session:
        filer = pages.example.filer(pages.example.county_a)
        reply_to_instruction(session, filer, number, "已加快。", pages.now)
    shown = at_task(pages.as_("甲县").get(FILING), task)
    assert "请加快进度" in shown
    assert "去答复" not in shown
    with pages.database.transaction() as session:
        close_instruction(session, COORDINATOR, number, pages.now)
    assert "请加快进度" not in at_task(pages.as_("甲县").get(FILING), task)


def test_many_instructions_are_asked_for_as_one(pages: Pages) -> None:
    browser = pages.as_("甲县")
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    def statements() -> int:
        asked.clear()
        event.listen(pages.database.engine, "before_cursor_execute", note)
        try:
            assert browser.get(FILING).status == 200
        finally:
            event.remove(pages.database.engine, "before_cursor_execute", note)
        return len(asked)

    ask(pages, "第一件", pages.example.county_a, pages.example.tasks[0])
    one = statements()
    for task in pages.example.tasks[:2]:
        ask(pages, "又一件", pages.example.county_a, task)
    assert statements() == one
