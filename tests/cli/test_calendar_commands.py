"""The calendar of working days and that of a list, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.domain.notices import NOTICES
from tests.example import SLUG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("site")


def test_a_notice_is_previewed_then_stored(tracker: Command, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    # The notice of 2025 with a longer National Day, so that something changes.
    file.write_text(
        NOTICES[2025].replace("8日（周三）放假调休，共8天", "9日（周四）放假调休，共9天"), "gb18030"
    )
    previewed = tracker.ok("workdays", "import", file, "--dry-run")
    assert "2025-10-09\t星期四\t放假\t国庆节、中秋节" in previewed.out
    assert "预览，未写入" in previewed.out
    longer = {"day": "2025-10-09", "is_workday": False, "name": "国庆节、中秋节"}
    assert longer not in tracker.ok("workdays", "show", "2025", "--json").json["days"]
    tracker.ok("workdays", "import", "-", stdin=file.read_bytes())
    shown = tracker.ok("workdays", "show", "2025", "--json").json
    assert longer in shown["days"]
    assert shown["sources"][-1].endswith("命令行：按国务院办公厅通知登记 国办发明电〔2024〕12号")


def test_a_contradiction_is_refused_by_name_and_nothing_is_stored(tracker: Command) -> None:
    wrong = NOTICES[2026].replace("1月4日（周日）", "1月4日（周六）")
    refused = tracker("workdays", "import", "-", stdin=wrong.encode())
    assert refused.code == 1
    assert "2026-01-04 是星期日，文中写的是周六" in refused.err
    assert len(tracker.ok("workdays", "show", "2026", "--json").json["sources"]) == 1


def test_a_day_is_set_and_the_dates_that_move_are_named(tracker: Command) -> None:
    """The example's round is open; its reminder of 18 September has gone out."""
    ran = tracker.ok("workdays", "set", "2024-09-18", "off", "--name", "示例")
    assert "2024-09-18\t星期三\t放假\t示例" in ran.out
    assert "以下日期随之变动" not in ran.out
    later = tracker.ok("workdays", "set", "2024-09-30", "off", "--dry-run")
    assert "example\t2024Q3\t催报：截止前 1 个工作日\t2024-09-30 09:00\t2024-09-29 09:00" in later.out
    assert "催报在发送时才推算" in later.err
    assert "关闭" not in later.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "2024-13-01", "off"), "应形如 2024-11-30"),
        (("set", "2024-10-08", "holiday"), "应为 off（放假）或 work（上班）"),
        (("set", "2033-10-08", "off"), "2033 年没有登记放假安排"),
        (("forget", "2033"), "2033 年没有登记放假安排"),
        (("import", "missing.txt"), "没有这个文件"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tracker: Command, arguments: tuple[str, ...], said: str) -> None:
    ran = tracker("workdays", *arguments)
    assert ran.code == 1
    assert said in ran.err


def test_a_forgotten_year_is_provisional(tracker: Command) -> None:
    tracker.ok("workdays", "forget", "2025")
    shown = tracker.ok("workdays", "show", "2025")
    assert "暂按周一至周五推算" in shown.err
    calendar = tracker.ok("calendar", SLUG, "2025")
    assert "暂按周一至周五推算，放假安排尚未公布" in calendar.out


def test_the_calendar_of_a_list_says_each_date(tracker: Command) -> None:
    shown = tracker.ok("calendar", SLUG, "2024", "--json").json
    assert [planned["period"] for planned in shown["rounds"]] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    third = shown["rounds"][2]
    assert (third["standing"], third["due_day_off"], third["provisional"]) == ("open", True, False)
    assert [(event["kind"], event["rung"], event["at"][:16]) for event in third["events"]] == [
        ("opening", "", "2024-09-15T08:00"),
        ("reminder", "open", "2024-09-18T08:00"),
        ("reminder", "-10", "2024-09-18T09:00"),
        ("reminder", "-5", "2024-09-25T09:00"),
        ("reminder", "-1", "2024-09-30T09:00"),
        ("due", "", "2024-10-06T23:59"),
        ("reminder", "1", "2024-10-08T09:00"),
        ("missing", "", "2024-10-08T09:00"),
        ("reminder", "3", "2024-10-10T09:00"),
        ("interviews", "", "2024-10-10T09:00"),
        ("closing", "", "2024-10-12T23:59"),
        ("report", "", "2024-10-14T08:00"),
    ]
    table = tracker.ok("calendar", SLUG, "2024").out
    assert "截止日是休息日；截止前最后一次催报在 2024-09-30。" in table
    assert "2024-09-30\t星期一\t09:00\t催报：截止前 1 个工作日" in table
