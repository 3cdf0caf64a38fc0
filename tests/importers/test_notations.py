"""Notations of responsibility in invented plans: brackets, labels, verbs, rules stated once."""

from __future__ import annotations

import pytest

from tests.importers.plans import named, one, shape, tasks

FINANCE, SCHOOLS, TRADE = "市财政局", "市教育局", "市商务局"
COUNTIES = "各县（市、区）人民政府"


@pytest.mark.parametrize(
    "brackets", ["（{}）", "({})", "〔{}〕", "【{}】", "[{}]", "［{}］", "（{})", "({}）", "〔{}）"]
)
@pytest.mark.parametrize("colon", ["：", ":"])
def test_every_kind_of_bracket(brackets: str, colon: str) -> None:
    words = f"牵头单位{colon}市财政局；配合单位{colon}市教育局，{COUNTIES}"
    assert shape(one(brackets.format(words))) == ([FINANCE], [SCHOOLS], [COUNTIES], True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("牵头单位：市财政局；责任单位：市教育局、市商务局", ([FINANCE], [SCHOOLS, TRADE], [], True)),
        ("牵头部门：市财政局，配合部门：市教育局", ([FINANCE], [SCHOOLS], [], True)),
        ("牵头部门:市财政局,参与单位:市教育局", ([FINANCE], [SCHOOLS], [], True)),
        ("牵头责任单位：市财政局。协同责任单位：市教育局等，各县、市、区政府。",
         ([FINANCE], [SCHOOLS], ["各县、市、区政府"], True)),
        ("主办单位：市财政局；协办单位：市教育局", ([FINANCE], [SCHOOLS], [], True)),
        ("牵头：市财政局；配合：市教育局", ([FINANCE], [SCHOOLS], [], True)),
        ("责任部门：市财政局、市教育局", ([FINANCE], [SCHOOLS], [], False)),
        ("责任单位：市财政局", ([FINANCE], [], [], False)),
        ("责任单位：市财政局牵头，市教育局、市商务局配合", ([FINANCE], [SCHOOLS, TRADE], [], True)),
        ("责任单位：市财政局（牵头）、市教育局、市商务局", ([FINANCE], [SCHOOLS, TRADE], [], True)),
        ("市财政局牵头，市教育局、商务局参与", ([FINANCE], [SCHOOLS, TRADE], [], True)),
        ("市财政局牵头负责，市教育局配合", ([FINANCE], [SCHOOLS], [], True)),
        ("由市财政局牵头，会同市教育局落实", ([FINANCE], [SCHOOLS], [], True)),
        ("市财政局、市教育局牵头，各县（市、区）人民政府按职责分工负责",
         ([FINANCE, SCHOOLS], [], [COUNTIES], True)),
        ("市财政局会同市教育局负责", ([FINANCE], [SCHOOLS], [], False)),
        ("市财政局会同有关部门负责", ([FINANCE], [], ["有关部门（会同）"], False)),
        ("市财政局、市教育局按职责分工负责", ([FINANCE], [SCHOOLS], [], False)),
        ("市财政局、市教育局等按职责分工分别负责", ([FINANCE], [SCHOOLS], [], False)),
        ("市财政局、市教育局等有关部门负责", ([FINANCE], [SCHOOLS], ["等有关部门"], False)),
        ("市财政局、市教育局等5个部门负责", ([FINANCE], [SCHOOLS], [], False)),
        ("市财政局、市教育局，各县（市、区）人民政府负责", ([FINANCE], [SCHOOLS], [COUNTIES], False)),
        ("省科技厅、教育厅负责", (["省科技厅"], ["省教育厅"], [], False)),
        ("省科技厅，广州、深圳市政府负责", (["省科技厅"], ["广州市政府", "深圳市政府"], [], False)),
        ("市财政局，东屏县、西屏县人民政府负责",
         ([FINANCE], ["东屏县人民政府", "西屏县人民政府"], [], False)),
        ("责任单位：各县（市、区）人民政府", ([], [], [COUNTIES], False)),
        ("责任单位：市政府办（金融）、市委组织部（人才办），各区镇",
         (["市政府办（金融）"], ["市委组织部（人才办）"], ["各区镇"], False)),
        ("责任单位：市财政局及各县区政府", ([FINANCE], [], ["各县区政府"], False)),
        ("责任单位：市财政局和市教育局", ([FINANCE], [SCHOOLS], [], False)),
        ("责任单位：镇财政所，各村<社区>", (["镇财政所"], [], ["各村<社区>"], False)),
        ("预期性指标，牵头单位：市财政局；责任单位：市教育局", ([FINANCE], [SCHOOLS], [], True)),
        ("牵头领导：张某某；牵头单位：市财政局；责任人：李某某", ([FINANCE], [], [], True)),
        ("责任单位：市财政局、市教育局按照各自职责做好相关工作", ([FINANCE], [SCHOOLS], [], False)),
        ("责任单位：市财政局，河洲供电局、教育局", ([FINANCE], ["河洲供电局", SCHOOLS], [], False)),
        ("市财政局指导，试点城市政府落实", ([], [FINANCE], ["试点城市政府"], False)),
        ("市财政局牵头；市教育局、市法院配合；完成时限：2025年11月底", ([FINANCE], [SCHOOLS, "市法院"], [], True)),
        ("责任单位：市财政局、市教育局（按职责分工负责）", ([FINANCE], [SCHOOLS], [], False)),
        ("责任单位：市财政局 市教育局 市商务局", ([FINANCE], [SCHOOLS, TRADE], [], False)),
        ("市财政局、市教育局分别牵头", ([FINANCE, SCHOOLS], [], [], True)),
        ("市财政局、教育局负责，各区政府结合实际落实", ([FINANCE], [SCHOOLS], ["各区政府"], False)),
        ("市财政局负责，各地区按要求落实", ([FINANCE], [], ["各地区"], False)),
        ("省财政厅、能源局等省有关部门和各市政府按职责分工负责",
         (["省财政厅"], ["省能源局"], ["等省有关部门", "各市政府"], False)),
        ("责任单位：市财政局，河洲税务局、教育局", ([FINANCE], ["河洲税务局", SCHOOLS], [], False)),
        ("责任单位：市财政局；各县（市、区）党委、政府", ([FINANCE], [], ["各县（市、区）党委、政府"], False)),
        ("责任单位：市政府办公室（公开科）、市直各部门", (["市政府办公室（公开科）"], [], ["市直各部门"], False)),
    ],
)  # fmt: skip
def test_labels_and_verbs(words: str, expected: tuple[list[str], list[str], list[str], bool]) -> None:
    assert shape(one(f"（{words}）")) == expected


@pytest.mark.parametrize(
    "annotation",
    [
        "\n责任单位：市财政局，市教育局",
        "\n责任单位：市财政局，市教育局。",
        "责任单位：市财政局，市教育局。",
        " 责任单位：市财政局，市教育局",
        "\n【责任单位】市财政局、市教育局",
        "\n〔责任单位〕：市财政局、市教育局",
        "\n1．责任单位：市财政局、市教育局",
        "——责任单位：市财政局、市教育局",
        "\n责任单位∶市财政局、市教育局",
        "\n责任单位 ：市财政局、市教育局",
    ],
)
def test_a_label_needs_no_brackets(annotation: str) -> None:
    assert shape(one(annotation)) == ([FINANCE], [SCHOOLS], [], False)


def test_labels_in_lines_of_their_own_are_one_annotation() -> None:
    task = one("\n牵头领导：张某某\n牵头单位：市财政局\n配合单位：市教育局，各街道\n完成时限：2025年9月底")
    assert shape(task) == ([FINANCE], [SCHOOLS], ["各街道"], True)
    assert task.deadline == "2025年9月底"
    assert task.content == "加强供给。扩大覆盖面，提高质量。"


@pytest.mark.parametrize(
    ("words", "deadline"),
    [
        ("责任单位：市财政局；完成时限：2025年6月底前", "2025年6月底前"),
        ("完成时间：2025年；责任单位：市财政局", "2025年"),
        ("责任单位：市财政局，2025年底前完成", "2025年底前"),
        ("市财政局负责，长期坚持", "长期坚持"),
        ("时间节点：每年12月底；责任部门：市财政局", "每年12月底"),
    ],
)
def test_a_deadline_in_the_annotation_is_no_unit(words: str, deadline: str) -> None:
    task = one(f"（{words}）")
    assert [unit.name for unit in task.units] == [FINANCE]
    assert task.deadline == deadline


PLAN = """河洲市若干措施
一、供给
（一）第一件事。做好第一件事。（{first}）
（二）第二件事。做好第二件事。（责任单位：市教育局、市商务局，市水利局）
"""


@pytest.mark.parametrize(
    ("rule", "leads", "certain"),
    [
        ("列第一位的为牵头单位，下同", [SCHOOLS], True),
        ("排在首位的部门为牵头部门，下同", [SCHOOLS], True),
        ("第一个单位为牵头单位，下同", [SCHOOLS], True),
        ("列第一位的单位牵头，下同", [SCHOOLS], True),
        ("列首位的为主办单位，下同", [SCHOOLS], True),
        ("排名第一的单位为牵头单位，下同", [SCHOOLS], True),
        ("第一个逗号前为牵头单位，多个牵头部门的按照职责分工负责，下同", [SCHOOLS, TRADE], True),
        ("逗号前的为牵头单位，下同", [SCHOOLS, TRADE], True),
        ("列第一位的为牵头单位", [SCHOOLS], False),
        ("具体工作另行通知", [SCHOOLS], False),
    ],
)
@pytest.mark.parametrize("mark", ["，", "；", "。"])
def test_a_rule_stated_once(rule: str, leads: list[str], certain: bool, mark: str) -> None:
    second = tasks(PLAN.format(first=f"责任单位：市财政局{mark}{rule}"))[1]
    assert named(second, "lead") == leads
    assert second.lead_certain is certain


@pytest.mark.parametrize(
    "rule",
    [
        "列第一位者为牵头或汇总单位，下同",
        "第一责任单位为牵头单位，下同",
        "除标注“分别牵头”外，列第一位为牵头单位，下同",
    ],
)
@pytest.mark.parametrize("brackets", ["（{}）", "({})", "〔{}〕"])
def test_a_rule_in_brackets_behind_the_units(rule: str, brackets: str) -> None:
    items = "".join(
        f"{number}．办事。\n责任单位：{units}\n"
        for number, units in enumerate(
            ["市财政局、市教育局" + brackets.format(rule), "市商务局、市财政局"], start=1
        )
    )
    assert [shape(task) for task in tasks(f"方案\n一、供给\n{items}")] == [
        ([FINANCE], [SCHOOLS], [], True),
        ([TRADE], [FINANCE], [], True),
    ]


def test_units_that_all_tasks_concern_answer_for_the_one_at_hand_too() -> None:
    said = "责任单位：市财政局。具体任务均涉及各县（市、区）人民政府，不再做分工，下同。"
    first, second = tasks(PLAN.format(first=said))
    assert [(unit.name, unit.inherited) for unit in first.units] == [(FINANCE, False), (COUNTIES, False)]
    assert [unit.inherited for unit in second.units if unit.name == COUNTIES] == [True]


@pytest.mark.parametrize(
    "note", ["注：责任单位中列第一位的为牵头单位。", "备注：每项任务的第一个单位为牵头单位。"]
)
def test_a_rule_in_a_note_holds_for_all(note: str) -> None:
    found = tasks(PLAN.format(first="责任单位：市财政局") + note)
    assert [task.lead_certain for task in found] == [True, True]
    assert not any("注" in unit.text for task in found for unit in task.units)


@pytest.mark.parametrize(
    "rule",
    [
        "带*的为牵头单位，下同",
        "标“*”的单位为牵头单位，下同",
        "*号标注的为牵头部门，下同",
        "加*单位牵头，下同",
        "★为牵头单位，下同",
    ],
)
def test_an_asterisk_marks_the_lead_where_the_document_says_so(rule: str) -> None:
    mark = "★" if "★" in rule else "*"
    first = f"责任单位：市财政局、市教育局{mark}；{rule}"
    assert shape(tasks(PLAN.format(first=first))[0]) == ([SCHOOLS], [FINANCE], [], True)


def test_an_asterisk_that_nobody_explains_is_a_guess() -> None:
    found = tasks(PLAN.format(first="责任单位：市财政局、*市教育局"))[0]
    assert shape(found) == ([SCHOOLS], [FINANCE], [], False)


@pytest.mark.parametrize(
    "sentence",
    [
        "以下均需各县（市、区）人民政府落实，不再列出",
        "以下各项任务均需各县（市、区）人民政府配合落实，不再一一列出",
        "以下任务均由各县（市、区）人民政府负责，不再重复",
        "各县（市、区）人民政府均为责任单位，以下不再列出",
        "具体任务均涉及各县（市、区）人民政府，不再做分工，下同",
    ],
)
@pytest.mark.parametrize("mark", ["。", "；", "，"])
def test_units_carried_on(sentence: str, mark: str) -> None:
    first, second = tasks(PLAN.format(first=f"责任单位：市财政局{mark}{sentence}"))
    assert [(unit.name, unit.inherited) for unit in second.units if unit.role == "group"] == [
        (COUNTIES, True)
    ]
    assert named(first, "lead") == [FINANCE]
    assert {unit.name for unit in first.units} <= {FINANCE, COUNTIES}


def test_two_annotations_in_one_item_are_two_tasks() -> None:
    text = "方案\n一、任务\n（一）办事。先做甲。（责任单位：市财政局）再做乙。（责任单位：市教育局）\n"
    first, second = tasks(text)
    assert (first.content, second.content) == ("办事。先做甲。", "再做乙。")
    assert first.number != second.number
    assert first.where != second.where
    assert (second.measure, second.section) == ("（一）办事", "一、任务")


@pytest.mark.parametrize(
    "text",
    [
        "一、总体要求\n根据《关于办事的意见》（某政发〔2022〕34号）要求，制定本方案。\n",
        "一、做事\n依法安装设备（设备与生态环境部门联网），确保达标。\n",
        "一、做事\n某专班办公室（市科技局）发挥统筹作用。\n",
        "一、做事\n设立资金（由市财政局负责筹集），用于补助。\n",
        "一、做事\n支持企业（含个体工商户）参与。（以下简称企业）\n",
    ],
)
def test_other_brackets_name_nobody(text: str) -> None:
    assert all(task.units == () for task in tasks(text))


def test_several_offices_in_brackets_count_at_the_end_of_a_sentence_too() -> None:
    text = "方案\n1．甲。开放数据（市财政局、市教育局）。\n2．乙。支持两地（东屏区、西屏区）。\n3．丙。办事。（市商务局）\n"
    assert [[unit.name for unit in task.units] for task in tasks(text)] == [[FINANCE, SCHOOLS], [TRADE]]


def test_a_date_beside_bare_names_is_the_deadline() -> None:
    text = "方案\n一、甲。做甲。（市财政局，2025年底前取得进展）\n二、乙。做乙。（市商务局、市教育局）\n"
    first, second = tasks(text)
    assert (shape(first), first.deadline) == (([FINANCE], [], [], False), "2025年底前")
    assert shape(second) == ([TRADE], [SCHOOLS], [], False)


def test_a_bracket_that_never_closes_hides_nothing() -> None:
    lines = (
        "一、甲（以下称甲。做甲。（责任单位：市财政局）",
        "二、乙。做乙。（责任单位：市教育局",
        "三、丙。（责任单位：市商务局）",
    )
    text = "\n".join(lines)
    assert [named(task, "lead") for task in tasks(text)] == [[FINANCE], [SCHOOLS], [TRADE]]


def test_sentences_with_a_verb_count_where_they_are_a_habit() -> None:
    text = "方案\n一、甲。做甲。市财政局牵头，市教育局配合。\n二、乙。做乙。市教育局会同市商务局负责。\n三、丙。做丙。\n"
    first, second = tasks(text)
    assert shape(first) == ([FINANCE], [SCHOOLS], [], True)
    assert shape(second) == ([SCHOOLS], [TRADE], [], False)


def test_a_sentence_of_collectives_alone_counts_where_others_name_units() -> None:
    text = "方案\n一、甲。做甲。\n市财政局牵头，市教育局配合。\n二、乙。做乙。市商务局负责。\n三、丙。做丙。各县（市、区）负责。\n"
    assert [shape(task) for task in tasks(text)] == [
        ([FINANCE], [SCHOOLS], [], True),
        ([TRADE], [], [], False),
        ([], [], ["各县（市、区）"], False),
    ]


def test_bare_brackets_count_behind_a_sentence() -> None:
    text = "方案\n一、甲。做甲。（市财政局、市教育局）\n二、乙。做乙（市商务局）工作。\n三、丙。做丙。（市教育局）\n"
    assert [[unit.name for unit in task.units] for task in tasks(text)] == [[FINANCE, SCHOOLS], [SCHOOLS]]


def test_brackets_between_clauses_answer_for_their_item() -> None:
    text = (
        "方案\n一、任务\n（一）加强供给。摸清底数，（市财政局负责）对困难人员建立台账。\n"
        "（二）做好服务（牵头单位：市教育局），并定期评估。\n（三）办事。（市商务局负责）\n"
    )
    found = tasks(text)
    assert [(task.content, named(task, "lead")) for task in found] == [
        ("加强供给。摸清底数，对困难人员建立台账。", [FINANCE]),
        ("做好服务，并定期评估。", [SCHOOLS]),
        ("办事。", [TRADE]),
    ]


@pytest.mark.parametrize(
    ("words", "contents"),
    [
        ("摸清底数（市财政局负责），建立台账（市教育局牵头）。", ["摸清底数", "建立台账"]),
        ("（市财政局负责）摸清底数，（市教育局负责）建立台账。", ["摸清底数", "建立台账。"]),
        ("先摸底，（市财政局负责）核实，（市教育局负责）建账。", ["先摸底，核实", "建账。"]),
    ],
)
def test_several_brackets_between_clauses_are_a_task_each(words: str, contents: list[str]) -> None:
    found = tasks(f"方案\n一、任务\n（一）{words}\n（二）办事。（市商务局负责）\n")
    assert [task.content for task in found] == [*contents, "办事。"]
    assert [named(task, "lead") for task in found] == [[FINANCE], [SCHOOLS], [TRADE]]


@pytest.mark.parametrize(
    "words",
    [
        "设立资金（由市财政局负责），用于补助。",
        "设立资金（市财政局负责筹集），用于补助。",
        "用好（市财政局负责）的资金。",
    ],
)
def test_what_is_said_in_passing_answers_for_nothing(words: str) -> None:
    (task,) = tasks(f"方案\n一、任务\n（一）{words}\n（二）办事。（市商务局负责）\n")
    assert named(task, "lead") == [TRADE]


def test_one_bracket_between_clauses_is_no_habit() -> None:
    found = tasks("方案\n一、任务\n（一）摸底，（市财政局负责）对人员建账。\n（二）办事。\n")
    assert [task.units for task in found] == [(), ()]
