"""The rules of a list on the pages: seen before they are stored, and kept from two people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from tracker.domain.ladder import LadderRung
from tracker.models import ReportingRound, TaskList
from tracker.store.lists import rules_of
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from tests.web.client import Answer
    from tests.web.conftest import Pages
    from tracker.domain.rules import ReportingRules

PATH = "/lists/example/rules"


def rules(pages: Pages) -> ReportingRules:
    with pages.database.reading() as session:
        return rules_of(session.get_one(TaskList, pages.example.task_list.id))


def form(pages: Pages, **changed: str) -> dict[str, str]:
    fields = pages.as_("统筹").get(PATH).fields(action=f"{PATH}/preview")
    return fields | {"filers": "local", **changed}


def previewed(pages: Pages, **changed: str) -> Answer:
    return pages.as_("统筹").post(f"{PATH}/preview", form(pages, **changed))


def test_what_was_seen_is_stored_and_holds_for_rounds_to_come(pages_on_each: Pages) -> None:
    pages = pages_on_each
    before = rules(pages)
    preview = previewed(pages, due_day="20", character_limit="500", remind_at="8:30", asks_assessment="1")
    assert preview.status == 200
    for said in ("改动 5 条", "每项字数上限300500", "按全站的 09:0008:30", "要求自评否是"):
        assert said in preview.text
    # 2024Q4, due on 6 January, moves; 2024Q3 is open and stays.
    assert "2025年1月6日" in preview.text
    assert "2025年1月20日" in preview.text
    assert "2024年第三季度" not in preview.text
    assert rules(pages) == before
    with capture_logs() as logs:
        answer = pages.as_("统筹").post(PATH, preview.fields(action=PATH))
    assert answer.location == "/lists/example?done=rules_changed"
    after = rules(pages)
    assert (after.due_day, after.character_limit, after.asks_assessment) == (20, 500, True)
    assert after.filers == {"local"}
    assert after.ladder == before.ladder
    with pages.database.reading() as session:
        assert round_rules(session.get_one(ReportingRound, pages.example.round.id)) == before
    (log,) = [log for log in logs if log["event"] == "rules_changed"]
    assert (log["by"], log["before"]["due_day"], log["after"]["due_day"]) == ("统筹", 6, 20)


def test_the_same_rules_are_no_change_and_offer_nothing_to_confirm(pages: Pages) -> None:
    fields = pages.as_("统筹").get(PATH).fields(action=f"{PATH}/preview")
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        same = rules_of(task_list).model_copy(update={"filers": frozenset({"lead"})})
        task_list.rules = same.model_dump_json()
        session.add(task_list)
    preview = pages.as_("统筹").post(f"{PATH}/preview", fields | {"filers": "lead"})
    assert "没有改动" in preview.text
    assert not [found for found in preview.page.forms if found.action == PATH]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("due_day", "29", "1—28"),
        ("due_day", "", "1—28"),
        ("due_month", "13", "1—12"),
        ("due_dates", "3月25日", "每一期的日期"),
        ("due_dates", "3-25、6-25、9-25、11-31", "不是每年都有的日期"),
        ("character_limit", "0", "1—20000"),
        ("mailbox", "a@b, c@d", "只写一个"),
        ("ladder", "明天", "工作日数"),
        ("ladder", "-500", "工作日数"),
        ("remind_at", "25:00", "09:00"),
        ("open_before", "-1", "不超过 120"),
        ("close_after", "0", "不超过 120"),
        ("filers", "king", "不在可选的范围内"),
    ],
)
def test_a_wrong_rule_is_told_beside_its_field_and_nothing_is_stored(
    pages: Pages, name: str, value: str, said: str
) -> None:
    before = rules(pages)
    if name == "due_dates":
        answer = previewed(pages, due_day="", due_dates=value)
    else:
        answer = previewed(pages, **{name: value})
    assert answer.status == 422
    assert said in answer.page.get_element_by_id(f"{name}-error").text_content()
    assert pages.as_("统筹").post(PATH, form(pages, **{name: value})).status == 422
    assert rules(pages) == before


def test_of_two_who_change_them_the_second_is_shown_what_the_first_did(pages: Pages) -> None:
    mine, theirs = previewed(pages, due_day="10"), previewed(pages, due_day="12")
    assert pages.as_("统筹").post(PATH, theirs.fields(action=PATH)).status == 303
    answer = pages.as_("统筹").post(PATH, mine.fields(action=PATH))
    assert answer.status == 409
    assert "刚刚被改过" in answer.text
    assert "截止日1210" in answer.text
    assert rules(pages).due_day == 12
    assert pages.as_("统筹").post(PATH, answer.fields(action=PATH)).status == 303
    assert rules(pages).due_day == 10


def test_a_rung_that_stays_keeps_whom_it_tells_and_its_words(pages: Pages) -> None:
    own = LadderRung(offset=-5, audience=("filler", "leader"), text="请抓紧。")
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        changed = rules_of(task_list).model_copy(update={"ladder": (own, LadderRung(offset=1))})
        task_list.rules = changed.model_dump_json()
        session.add(task_list)
    assert "请抓紧" in pages.as_("统筹").get(PATH).text
    preview = previewed(pages, ladder="３，-5 开启")
    assert pages.as_("统筹").post(PATH, preview.fields(action=PATH)).status == 303
    assert rules(pages).ladder == (LadderRung(offset="open"), own, LadderRung(offset=3))


def test_a_due_day_that_has_passed_is_told_to_keep_the_round_from_opening(pages: Pages) -> None:
    pages.now = pages.now.replace(year=2025, month=1, day=3)
    with pages.database.transaction() as session:
        task_list = session.get_one(TaskList, pages.example.task_list.id)
        task_list.rules = rules_of(task_list).model_copy(update={"due_day": 25}).model_dump_json()
        session.add(task_list)
    answer = previewed(pages, due_day="2")
    assert "2024年第四季度的截止日已经过去，不会自动开启" in answer.text


def test_going_back_keeps_what_was_typed(pages: Pages) -> None:
    preview = previewed(pages, due_day="20")
    back = pages.as_("统筹").post(f"{PATH}/preview", preview.fields(action=PATH) | {"again": "1"})
    assert back.value("due_day") == "20"
