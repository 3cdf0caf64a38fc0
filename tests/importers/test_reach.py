"""How far an annotation reaches: its own item, or all the items above whose end it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.plans import named, read, tasks

if TYPE_CHECKING:
    from tracker.importers.parsed import ParsedTask

OWN_LINES = """方案
二、重点任务
（一）深化改革
1．放宽限制。全面取消限制。
2．完善政策。2025年底前出台办法。
牵头单位：市公安局
配合单位：市教育局
（二）提升功能
1．更新城市。
2．建设设施。
责任单位：市住建局
（三）建设县城。补齐短板。
责任单位：市发改委
"""


def shown(found: tuple[ParsedTask, ...]) -> list[tuple[str, str, list[str]]]:
    return [(task.number, task.title, [unit.name for unit in task.units]) for task in found]


def test_lines_below_several_items_speak_of_the_item_above_them() -> None:
    document = read(OWN_LINES).document
    assert shown(document.tasks) == [
        ("一", "深化改革", ["市公安局", "市教育局"]),
        ("二", "提升功能", ["市住建局"]),
        ("三", "建设县城", ["市发改委"]),
    ]
    first = document.tasks[0]
    assert first.content == "深化改革\n1．放宽限制。全面取消限制。\n2．完善政策。2025年底前出台办法。"
    assert (first.deadline, first.where) == ("2025年底前", "第 3 行")
    assert [item.title for item in document.outline] == [
        "重点任务",
        "放宽限制",
        "完善政策",
        "更新城市",
        "建设设施",
    ]


def test_where_the_items_are_annotated_one_by_one_the_last_keeps_its_own() -> None:
    text = "方案\n（一）甲\n1．乙。\n责任单位：市财政局\n2．丙。\n责任单位：市教育局\n"
    assert shown(tasks(text)) == [("1", "乙", ["市财政局"]), ("2", "丙", ["市教育局"])]


def test_the_text_above_aims_is_no_task() -> None:
    text = "方案\n一、总则\n（一）总体要求。坚持稳中求进。\n（二）加强监测。\n责任单位：市财政局\n"
    assert shown(tasks(text)) == [("二", "加强监测", ["市财政局"])]


INLINE = """方案
（一）抓生产。
1．稳面积。
2．防灾害。（责任单位：市农业农村局）
（二）抓耕地。
1．守红线。
2．治撂荒。（责任单位：市自然资源局{more}
"""


def test_brackets_behind_the_last_item_speak_of_all_where_that_is_the_habit() -> None:
    first, second = tasks(INLINE.format(more="）"))
    assert (first.title, second.title) == ("抓生产", "抓耕地")
    assert first.content == "抓生产。\n1．稳面积。\n2．防灾害。"
    assert named(second, "lead") == ["市自然资源局"]


def test_brackets_behind_the_last_item_are_its_own_where_others_have_theirs() -> None:
    more = "）\n（三）抓产业。\n1．强龙头。（责任单位：市商务局）\n2．补链条。（责任单位：市工信局）"
    assert [task.title for task in tasks(INLINE.format(more=more))] == [
        "防灾害",
        "治撂荒",
        "强龙头",
        "补链条",
    ]


def test_a_single_bracket_behind_the_last_item_is_its_own() -> None:
    assert [task.title for task in tasks(INLINE.partition("（二）")[0])] == ["防灾害"]


@pytest.mark.parametrize("below", ["1．治黑臭。\n2．建管网。\n", "治理黑臭，完善管网。\n"])
def test_an_annotated_heading_answers_for_what_stands_below(below: str) -> None:
    text = f"方案\n（一）实施净水行动（牵头单位：市水利局）\n{below}（二）绿化（牵头单位：市林业局）\n2025年10月底前建成。\n"
    first, second = tasks(text)
    assert first.content == "实施净水行动\n" + below.strip()
    assert (second.title, second.deadline) == ("绿化", "2025年10月底前")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 5), st.booleans()), min_size=1, max_size=6))
def test_every_annotation_binds_one_task_and_no_line_is_lost(groups: list[tuple[int, bool]]) -> None:
    """Groups of items under headings, the annotation below them all, or below each."""
    lines = ["方案"]
    expected = []
    for nth, (count, is_shared) in enumerate(groups):
        lines.append(f"（{'一二三四五六'[nth]}）标题{nth}")
        for number in range(1, count + 1):
            lines.append(f"{number}．事项{nth}之{number}。")
            if not is_shared:
                lines.append("责任单位：市财政局")
                expected.append([f"事项{nth}之{number}。"])
        if is_shared:
            lines.append("责任单位：市教育局")
            expected.append([f"事项{nth}之{number}。" for number in range(1, count + 1)])
    found = tasks("\n".join(lines))
    assert len(found) == len(expected)
    assert all(text in task.content for task, texts in zip(found, expected, strict=True) for text in texts)
