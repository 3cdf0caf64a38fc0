"""Plan texts: which items are tasks, their numbers, headings and places; the rest is outline."""

from __future__ import annotations

import pytest

from tests.importers.plans import named, read, tasks
from tracker.importers.output import to_json

PLAN = """河洲市促进就业三年行动方案
（2025—2027年）
河政办发〔2025〕34号
一、总体要求
坚持稳字当头。
二、重点任务
（一）扩大岗位
1．开发公益性岗位。到2027年，开发岗位2000个。（牵头单位：市人社局；责任单位：市财政局）
2．支持企业吸纳
（1）落实补贴。及时发放。（牵头单位：市财政局）
（2）减轻负担。降低费率。（牵头单位：市税务局）
（二）加强培训。开展订单培训。（牵头单位：市教育局）再开展技能大赛。（牵头单位：市总工会）
三、保障措施
（一）加强领导。各县要落实责任。
河洲市人民政府办公室
2025年3月1日
"""


def test_annotated_items_are_tasks_and_the_rest_is_outline() -> None:
    document = read(PLAN).document
    assert document.title == "河洲市促进就业三年行动方案（2025—2027年）"
    assert [(t.number, t.title, t.section, t.measure) for t in document.tasks] == [
        ("1", "开发公益性岗位", "二、重点任务", "（一）扩大岗位"),
        ("2（1）", "落实补贴", "二、重点任务", "2．支持企业吸纳"),
        ("2（2）", "减轻负担", "二、重点任务", "2．支持企业吸纳"),
        ("二-1", "加强培训", "二、重点任务", "（二）加强培训"),
        ("二-2", "再开展技能大赛", "二、重点任务", "（二）加强培训"),
    ]
    assert [t.where for t in document.tasks] == [
        "第 8 行", "第 10 行", "第 11 行", "第 12 行第 1 处", "第 12 行第 2 处",
    ]  # fmt: skip
    assert document.tasks[0].deadline == "到2027年"
    assert [(item.level, item.number, item.title) for item in document.outline] == [
        (1, "一、", "总体要求"),
        (1, "二、", "重点任务"),
        (2, "（一）", "扩大岗位"),
        (3, "2．", "支持企业吸纳"),
        (2, "（二）", "加强培训"),
        (1, "三、", "保障措施"),
        (2, "（一）", "加强领导"),
    ]
    assert document.problems == ()


def test_a_row_holds_the_annotation_as_written() -> None:
    reading = read(PLAN)
    assert [row.number for row in reading.rows] == [task.number for task in reading.document.tasks]
    assert reading.rows[0].units == "牵头单位：市人社局；责任单位：市财政局"
    assert reading.rows[0].content == "开发公益性岗位。到2027年，开发岗位2000个。"


def test_the_outline_and_the_cadences_are_in_the_json() -> None:
    shape = to_json(read(PLAN).document)
    assert shape["outline"][0] == {"where": "第 4 行", "level": 1, "number": "一、", "title": "总体要求"}
    assert shape["cadences"] == []


def test_numbers_that_restart_are_told_apart_by_the_heading_above() -> None:
    text = "方案\n一、供给\n（一）甲。（责任单位：市财政局）\n二、需求\n（一）乙。（责任单位：市教育局）\n"
    assert [task.number for task in tasks(text)] == ["一（一）", "二（一）"]


def test_chapters_and_articles() -> None:
    text = """规划
第一章  做强产业
第一节  种植
一、扩大面积。种好地。（责任单位：市农业农村局）
第二章 做优服务
第三条 便民。办好事。（责任单位：市政务局）
"""
    found = tasks(text)
    assert [(task.section, task.measure) for task in found] == [
        ("第一章 做强产业", "第一节 种植"),
        ("", "第二章 做优服务"),
    ]


def test_paragraphs_without_numbers_under_one_heading_are_tasks_of_their_own() -> None:
    text = """方案
（一）打造社区。要做好三件事。
“一核”：建设核心区，聚集要素。（责任单位：市科技局）
“双园”：建设两个园区。（责任单位：市教育局）
"""
    first, second = tasks(text)
    assert first.content.startswith("“一核”")
    assert first.measure == second.measure == "（一）打造社区"


def test_an_item_over_several_paragraphs_is_one_task() -> None:
    text = "方案\n1．打造社区\n以高校为核心。\n鼓励开放共享。\n责任单位：市科技局\n2．优化服务\n办好一件事。\n责任单位：市教育局\n"
    first, second = tasks(text)
    assert first.content == "打造社区\n以高校为核心。\n鼓励开放共享。"
    assert (first.title, second.title) == ("打造社区", "优化服务")


def test_a_number_tight_on_a_number_is_read_in_its_turn() -> None:
    items = "".join(
        f"{n}.{'121梯队' if n == 3 else '项目'}。培养人才。（责任单位：市科协）\n" for n in range(1, 5)
    )
    assert [task.number for task in tasks(f"方案\n{items}")] == ["1", "2", "3", "4"]


def test_a_year_tight_on_a_number_is_the_beginning_of_the_text() -> None:
    text = "方案\n一、甲\n1.2025年底前建好甲。（市财政局负责）\n2.2026年底前建好乙。（市教育局负责）\n2025年另有安排。\n"
    assert [(task.number, task.deadline) for task in tasks(text)] == [
        ("1", "2025年底前"),
        ("2", "2026年底前"),
    ]


NEEDS_UNITS = """东屏区增收方案
一、指导思想
坚持新思想。
二、工作目标
收入增长20%。
三、重点任务
（一）加强监测。对脱贫户每季开展一次信息采集。
（二）发展产业。围绕特色产业。
1. 提升科技。引入科技资源。
2. 提升设施。完善水利。
四、保障措施
（一）强化分析。夯实乡级半月定期研判、县级每月定期调度机制。
"""


def test_without_annotations_the_numbered_items_are_tasks_that_need_units() -> None:
    document = read(NEEDS_UNITS).document
    assert [(task.number, task.title, task.measure) for task in document.tasks] == [
        ("三（一）", "加强监测", "三、重点任务"),
        ("1", "提升科技", "（二）发展产业"),
        ("2", "提升设施", "（二）发展产业"),
        ("四（一）", "强化分析", "四、保障措施"),
    ]
    assert all(task.units == () and not task.lead_certain for task in document.tasks)
    assert [(p.code, p.is_blocking) for p in document.problems] == [("needs_units", False)]
    assert "4 项" in document.problems[0].message


def test_cadences_are_proposed() -> None:
    document = read(NEEDS_UNITS).document
    assert [(one.words, one.every, one.where) for one in document.cadences] == [
        ("每季", "quarter", "第 7 行"),
        ("半月", "half_month", "第 12 行"),
        ("每月", "month", "第 12 行"),
    ]
    assert document.rules is None


def test_rules_stated_in_the_text() -> None:
    text = PLAN + "各牵头单位每季度首月10日前将进展报送至邮箱：duban@example.org（每条不超过500字）。\n"
    rules = read(text).document.rules
    assert rules is not None
    assert (rules.period_type, rules.due_day, rules.character_limit, rules.lead) == (
        "quarter",
        10,
        500,
        "stated",
    )


def test_a_table_goes_before_the_text_above_it() -> None:
    cells = "\n\n".join(
        "\n".join(f"\t{value}" for value in row) + "\n"
        for row in (("序号", "任务", "责任单位"), ("1", "办甲事", "市财政局"), ("2", "办乙事", "市教育局"))
    )
    document = read(f"方案\n一、任务\n（一）供给。加强供给。\n\n{cells}\n").document
    assert [task.content for task in document.tasks] == ["办甲事", "办乙事"]
    assert [item.title for item in document.outline] == ["任务", "供给"]


def test_a_text_with_nothing_in_it_says_so() -> None:
    document = read("只是一段话，没有编号，也没有表。\n").document
    assert [(p.code, p.is_blocking) for p in document.problems] == [("no_table", True)]


def test_an_empty_label_is_a_task_without_units() -> None:
    document = read("方案\n一、甲。（责任单位：市财政局）\n二、乙。（责任单位：）\n").document
    assert [named(task, "lead") for task in document.tasks] == [["市财政局"], []]
    assert [(p.code, p.is_blocking) for p in document.problems] == [("units_missing", False)]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("附件2\n河洲市办法\n", "河洲市办法"),
        ("河洲市人民政府文件\n河政发〔2025〕3号\n关于加快发展的意见\n", "关于加快发展的意见"),
        ("某部关于对成效明显地方\n加大支持力度的通知\n", "某部关于对成效明显地方加大支持力度的通知"),
        ("为贯彻落实精神，结合实际，制定本方案。\n", "方案"),
    ],
)
def test_the_title(head: str, title: str) -> None:
    assert read(head + "一、甲。办事。（责任单位：市财政局）\n").document.title == title


def test_a_second_number_in_the_line_opens_the_list_below() -> None:
    text = (
        "方案\n一、任务\n6.（1）做好甲。（市财政局负责）\n（2）做好乙。（市教育局负责）\n"
        "7.（1）做好丙。（市商务局负责）\n（2）做好丁。（市水利局负责）\n"
    )
    assert [(task.number, task.title, task.measure) for task in tasks(text)] == [
        ("6（1）", "做好甲", "一、任务"),
        ("6（2）", "做好乙", "一、任务"),
        ("7（1）", "做好丙", "一、任务"),
        ("7（2）", "做好丁", "一、任务"),
    ]


def test_a_list_that_opens_with_its_heading_is_whole_without_annotations_too() -> None:
    text = "方案\n（一）1.做好甲。\n2.做好乙。\n（二）1.做好丙。\n2.做好丁。\n"
    assert [(task.number, task.title) for task in tasks(text)] == [
        ("（一）1", "做好甲"),
        ("（一）2", "做好乙"),
        ("（二）1", "做好丙"),
        ("（二）2", "做好丁"),
    ]


@pytest.mark.parametrize("text", ["6.（1）做好甲；（2）做好乙。", "（六）1.做好甲。", "六、①做好甲。"])
def test_a_second_number_alone_is_only_taken_off_the_title(text: str) -> None:
    (task,) = tasks(f"方案\n{text}（市财政局负责）\n")
    assert task.number in ("6", "六")
    assert task.title.startswith("做好甲")
    assert task.content in text


def test_what_a_second_list_of_one_line_answers_for_stays_its_heading() -> None:
    text = "方案\n6.（1）做好甲；\n（2）做好乙。\n责任单位：市财政局\n7.（1）做好丙；\n（2）做好丁。\n责任单位：市教育局\n"
    found = tasks(text)
    assert [task.number for task in found] == ["6", "7"]
    assert found[0].content == "（1）做好甲；\n（2）做好乙。"
