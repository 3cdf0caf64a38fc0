"""Indicator tables, tables with totals, and targets proposed from texts: small ones, then real documents."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.importers.files.grid import Cell, Grid, Paragraph, Row
from tracker.importers.files.read_text import read_text
from tracker.importers.files.source import SourceFile
from tracker.importers.indicators.parsed import indicator_json
from tracker.importers.indicators.reading import propose_indicators, read_indicators

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tracker.importers.files.grid import Block
    from tracker.importers.indicators.parsed import IndicatorPoint, IndicatorReading, ParsedIndicator

HEADER = ("序号", "指标名称", "单位", "2020年", "2025年", "年均增长（%）", "属性")


def grid(*rows: tuple[str, ...]) -> Grid:
    lines = tuple(Row(tuple(map(Cell, row)), f"第 {number} 行") for number, row in enumerate(rows, start=1))
    return Grid("第 1 个表格", lines)


def read(*rows: tuple[str, ...]) -> tuple[ParsedIndicator, ...]:
    return read_indicators([grid(*rows)]).indicators


def value(point: IndicatorPoint | None) -> tuple[str, str, str] | None:
    return (str(point.value), point.bound, point.date) if point else None


def whole(values: Iterable[Decimal | None]) -> tuple[int | None, ...]:
    kept = tuple(values)
    assert all(value == int(value) for value in kept if value is not None)
    return tuple(None if value is None else int(value) for value in kept)


def test_a_row_gives_name_unit_baseline_target_growth_and_kind() -> None:
    first, second = read(
        HEADER,
        ("一、经济发展", "", "", "", "", "", ""),
        ("1", "地区生产总值①", "亿元", "2058.1", "3000左右", "7.5", "预期性"),
        ("2", "单位GDP能耗降低", "%", "——", "〔-14〕", "", "约束性"),
        ("注：〔〕内为5年累计数。", "", "", "", "", "", ""),
    )
    assert (first.number, first.name, first.unit, first.kind) == ("1", "地区生产总值", "亿元", "anticipated")
    assert first.category == "一、经济发展"
    assert value(first.baseline) == ("2058.1", "exactly", "2020")
    assert value(first.target) == ("3000", "about", "2025")
    assert first.growth is not None
    assert (first.growth.value, first.growth.pace) == (Decimal("7.5"), "yearly_average")
    assert (second.kind, second.baseline, second.growth) == ("binding", None, None)
    assert second.target is not None
    assert (second.target.value, second.target.pace) == (Decimal(-14), "cumulative")


def test_words_stay_words_and_blanks_stay_unknown() -> None:
    (indicator, blank) = read(
        HEADER,
        ("1", "粮食产量", "万吨", "", "完成上级下达任务", "—", "约束性"),
        ("2", "森林覆盖率", "%", "0", "", "", "约束性"),
    )
    assert indicator.baseline is None
    assert indicator.target is not None
    assert (indicator.target.value, indicator.target.text) == (None, "完成上级下达任务")
    assert value(blank.baseline) == ("0", "exactly", "2020")
    assert blank.targets == ()


def test_labels_of_two_rows_several_years_and_a_merged_category() -> None:
    merged = Cell("民生", up=1)
    rows = (
        Row(tuple(map(Cell, ("类别", "指标", "目标值", "目标值", "属性"))), "第 1 行"),
        Row(
            (Cell("类别", up=1), Cell("指标", up=1), Cell("2022年"), Cell("2023年"), Cell("属性", up=1)),
            "第 2 行",
        ),
        Row(tuple(map(Cell, ("民生", "城镇新增就业（万人）", "1.2", "＞1.5", "预期性"))), "第 3 行"),
        Row((merged, *map(Cell, ("养老床位（张）", "[300]", "≤400", "约束性"))), "第 4 行"),
    )
    jobs, beds = read_indicators([Grid("表", rows)]).indicators
    assert (jobs.name, jobs.unit, jobs.category, jobs.where) == ("城镇新增就业", "万人", "民生", "第 3 行")
    assert [value(point) for point in jobs.targets] == [
        ("1.2", "exactly", "2022"),
        ("1.5", "at_least", "2023"),
    ]
    assert jobs.baseline is None
    assert beds.category == "民生"
    assert value(beds.target) == ("400", "at_most", "2023")


def test_a_table_of_lines_parted_by_spaces() -> None:
    lines = [
        "主要指标",
        "序号 指 标 单位 2020年 2025年 属性",
        "一、综合保障",
        "1 粮食综合生产能力 万吨 20.5 ≥21 约束性",
        "2 农产品 抽检合格率 % 97.1 98左右 预期性",
        "注：标*的为预计数。",
    ]
    blocks: list[Block] = [Paragraph(line, f"第 {number} 行") for number, line in enumerate(lines, start=1)]
    first, second = read_indicators(blocks).indicators
    assert (first.name, first.unit, first.kind, first.category) == (
        "粮食综合生产能力", "万吨", "binding", "一、综合保障",
    )  # fmt: skip
    assert value(first.target) == ("21", "at_least", "2025")
    assert (second.name, value(second.baseline), second.where) == (
        "农产品抽检合格率", ("97.1", "exactly", "2020"), "第 5 行",
    )  # fmt: skip


def test_a_second_unit_is_pointed_out() -> None:
    reading = read_indicators([grid(HEADER[:5], ("1", "动态监测率", "人、%", "92710", "100"))])
    assert [(problem.code, problem.is_blocking) for problem in reading.problems] == [
        ("unit_ambiguous", False)
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("序号", "工作任务", "责任单位"),
            ("1", "建成5个示范村", "市农业农村局"),
            ("2", "培训300名", "市教育局"),
        ),
        (("姓名", "单位"), ("甲", "乙")),
        (
            ("地区", "2015年人均GDP（元）", "2020年人均GDP（元）"),
            ("江区", "100", "200"),
            ("全市", "90", "150"),
        ),
        (("专栏1 重点工程",), ("1.建设5个示范村。",)),
        (("", "", ""), ("", "", "")),
    ],
)
def test_other_tables_give_nothing(rows: tuple[tuple[str, ...], ...]) -> None:
    reading = read_indicators([grid(*rows)])
    assert (reading.indicators, reading.sets, reading.problems) == ((), (), ())


def sums(*rows: tuple[str, ...]) -> IndicatorReading:
    return read_indicators([Paragraph("表2 投资情况", ""), Paragraph("单位：万元", ""), grid(*rows)])


def test_a_set_keeps_blanks_unknown_and_totals_as_printed() -> None:
    reading = sums(
        ("工程", "总计", "甲县", "乙县"),
        ("产业", "4", "1", "2"),
        ("就业", "5", "5", ""),
        ("合计", "9", "6", "2"),
    )
    (table,) = reading.sets
    assert (table.title, table.unit, table.rows, table.columns) == (
        "投资情况", "万元", ("产业", "就业"), ("甲县", "乙县"),
    )  # fmt: skip
    assert [whole(row) for row in table.values] == [(1, 2), (5, None)]
    assert table.row_totals is not None
    assert table.column_totals is not None
    assert (table.row_totals.label, whole(table.row_totals.values)) == ("总计", (4, 5))
    assert (table.column_totals.label, whole(table.column_totals.values)) == ("合计", (6, 2))
    assert table.grand_total == 9


def codes(reading: IndicatorReading) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in reading.problems]


def test_rounding_is_told_apart_from_a_mismatch_and_from_a_blank() -> None:
    head = ("工程", "甲县", "乙县", "丙县", "合计")
    reading = sums(head, ("一", "1", "2", "3", "7"), ("二", "1", "2", "3", "9"), ("三", "1", "", "3", "9"))
    assert codes(reading) == [
        ("rounding", "第 2 行"),
        ("total_mismatch", "第 3 行"),
        ("total_unchecked", "第 4 行"),
    ]
    assert "印作 7" in reading.problems[0].message
    assert "之和为 6，相差 +1" in reading.problems[0].message
    assert not any(problem.is_blocking for problem in reading.problems)


def test_the_bound_of_rounding_follows_the_printed_digits() -> None:
    head = ("工程", "甲县", "乙县", "合计")
    assert codes(sums(head, ("一", "1.25", "2.25", "3.51"), ("二", "1.25", "2.25", "3.52"))) == [
        ("rounding", "第 2 行"),
        ("total_mismatch", "第 3 行"),
    ]
    # Two parts explain one; the parts have decimals, the total has none.
    assert codes(sums(head, ("一", "1.3", "2.2", "4"), ("二", "1", "2", "5"))) == [
        ("rounding", "第 2 行"),
        ("total_mismatch", "第 3 行"),
    ]


def test_only_the_parts_under_of_which_are_added_up() -> None:
    rows = (
        Row(tuple(map(Cell, ("县", "项目个数", "总投资", "其中"))), "第 1 行"),
        Row(tuple(map(Cell, ("", "", "", "衔接资金", "其他"))), "第 2 行"),
        Row(tuple(map(Cell, ("甲县", "7", "30", "10", "20"))), "第 3 行"),
        Row(tuple(map(Cell, ("乙县", "9", "50", "50", "0"))), "第 4 行"),
        Row(tuple(map(Cell, ("总计", "16", "80", "60", "20"))), "第 5 行"),
    )
    reading = read_indicators([Grid("表", rows, merges_known=False)])
    (table,) = reading.sets
    assert (table.columns, table.parts) == (("项目个数", "衔接资金", "其他"), (1, 2))
    assert reading.problems == ()


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=2, max_size=6))
def test_written_sets_read_back_the_same(numbers: list[list[int]]) -> None:
    names = [f"工程{number}" for number in "甲乙丙丁戊己"[: len(numbers)]]
    rows = [(name, *map(str, row), str(sum(row))) for name, row in zip(names, numbers, strict=True)]
    total = [str(sum(column)) for column in zip(*numbers, strict=True)]
    reading = sums(
        ("工程", "东县", "西县", "南县", "合计"), *rows, ("总计", *total, str(sum(map(sum, numbers))))
    )
    (table,) = reading.sets
    assert [list(row) for row in table.values] == numbers
    assert (table.rows, reading.problems) == (tuple(names), ())


def proposals(text: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    return [
        (
            indicator.name,
            indicator.unit,
            [(str(point.value), point.bound, point.date) for point in indicator.targets],
        )
        for indicator in propose_indicators("7", text, "第 9 行")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2022年—2024年累计培训脱贫劳动力不少于4500人次，确保获得证书的脱贫劳动力首次就业率达30%以上。",
            [
                ("培训脱贫劳动力", "人次", [("4500", "at_least", "2024")]),
                ("获得证书的脱贫劳动力首次就业率", "%", [("30", "at_least", "2024")]),
            ],
        ),
        (
            "2022年全市开发乡村公益性岗位不少于2.18万个。",
            [("全市开发乡村公益性岗位", "万个", [("2.18", "at_least", "2022")])],
        ),
        ("力争3年内培养300名以上技能人才", [("培养技能人才", "名", [("300", "at_least", "")])]),
        (
            "2022年保障标准提高到不低于4960元/人/年,2023年保障标准提高到不低于5158元/人/年",
            [("保障标准", "元/人/年", [("4960", "at_least", "2022"), ("5158", "at_least", "2023")])],
        ),
        (
            "2024年,脱贫户、监测户家庭收入分别达22300元、17500元以上",
            [
                ("脱贫户家庭收入", "元", [("22300", "at_least", "2024")]),
                ("监测户家庭收入", "元", [("17500", "at_least", "2024")]),
            ],
        ),
        ("对带动50人以上的企业给予支持", []),
        ("给予不超过2万元的一次性奖励", []),
        ("截至2020年，已建成15个示范村", []),
        ("围绕3个方面推动落实", []),
        ("安排60岁以上老人体检", []),
        ("实现全覆盖", []),
    ],
)
def test_targets_in_a_text_are_proposed(
    text: str, expected: list[tuple[str, str, list[tuple[str, str, str]]]]
) -> None:
    assert proposals(text) == expected


def test_a_proposal_carries_its_task_place_and_baseline() -> None:
    (indicator,) = propose_indicators(
        "12", "将补助标准从每人每学年 3000 元提高至每人每学年 5000 元。", "第 5 行"
    )
    assert (indicator.task, indicator.where, indicator.proposed) == ("12", "第 5 行", True)
    assert indicator.name == "补助标准"
    assert (value(indicator.baseline), value(indicator.target)) == (
        ("3000", "exactly", ""),
        ("5000", "exactly", ""),
    )


def test_json_is_one_entry_an_indicator_and_one_a_set() -> None:
    reading = sums(("工程", "甲县", "乙县", "合计"), ("一", "1.5", "", "1.5"), ("二", "2", "3", "5"))
    proposed = propose_indicators("7", "到2024年培训300名技工")
    entries = json.loads(json.dumps(indicator_json(proposed, reading.sets), ensure_ascii=False))
    assert [entry["type"] for entry in entries] == ["indicator", "set"]
    assert entries[0]["target"] == {
        "value": 300, "text": "300名", "date": "2024", "bound": "exactly", "strict": False, "upper": None,
        "change": "", "pace": "", "note": "",
    }  # fmt: skip
    assert (entries[0]["proposed"], entries[0]["task"], entries[0]["baseline"]) == (True, "7", None)
    assert entries[1]["values"] == [[1.5, None], [2, 3]]
    assert entries[1]["row_totals"] == {"label": "合计", "values": [1.5, 5]}


def test_a_long_text_takes_linear_time() -> None:
    piece = "到2024年，培训300名、引进5家（含2家）企业，分别达1元、2元以上。"

    def seconds(count: int) -> float:
        started = time.process_time()
        propose_indicators("1", piece * count)
        return time.process_time() - started

    assert seconds(800) < 10 * min(seconds(200), seconds(200)) + 0.2


def blocks_of(path: Path) -> list[Block]:
    return read_text(SourceFile(path.name, path.read_bytes()))


# Read by hand from table 1: number, unit, baseline, target as printed, bound, kind.
YUXI = """
1 人、% 92710 100 exactly binding
2 % - 100 exactly binding
3 % - 100 exactly binding
4 % 100 100 exactly anticipated
5 人 509 500 exactly anticipated
6 万元 - ≥10 at_least binding
7 % - 100 exactly binding
8 - 应兜尽兜 应兜尽兜 exactly binding
9 - 应保尽保 应保尽保 exactly binding
10 元 - ≥18000 at_least binding
11 % - ≥65 at_least binding
12 % 64 ≥70 at_least binding
13 % - ≥85 at_least anticipated
14 % 99.76 97.5 exactly binding
15 % - 100 exactly binding
16 % 100 100 exactly binding
17 % 33.8 ≥45 at_least anticipated
18 % 50.1 ≥75 at_least anticipated
19 % 81.2 90 exactly anticipated
20 % - 80(省70%) exactly anticipated
"""
COUNTIES = ("红塔区", "江川区", "澄江市", "通海县", "华宁县", "易门县", "峨山县", "新平县", "元江县")


def test_the_twenty_indicators_of_the_yuxi_plan(sources: Path) -> None:
    reading = read_indicators(blocks_of(sources / "yuxi-145-plan-2021-2025.txt"))
    listed = [indicator for indicator in reading.indicators if not indicator.proposed]
    lines = []
    for indicator in listed:
        assert indicator.target is not None
        assert indicator.target.date == "2025"
        assert indicator.baseline is None or indicator.baseline.date == "2020"
        before = indicator.baseline.text if indicator.baseline else "-"
        parts = (indicator.number, indicator.unit or "-", before, indicator.target.text)
        lines.append(" ".join((*parts, indicator.target.bound, indicator.kind)))
    assert "\n".join(lines) == YUXI.strip()
    assert [
        str(point.value) for indicator in listed if (point := indicator.target) and point.value is not None
    ] == (
        "100 100 100 100 500 10 100 18000 65 70 85 97.5 100 100 45 75 90 80".split()  # noqa: SIM905 - as printed
    )
    names = {indicator.number: indicator.name for indicator in listed}
    assert names["1"] == "脱贫人口防止返贫动态监测率"
    assert names["11"] == "农村自然村道路硬化率（30户以上）"
    assert names["20"] == "和谐平安村创建率"
    assert [indicator.category for indicator in listed] == (
        ["一、巩固拓展脱贫攻坚成果"] * 10 + ["二、全面实施乡村振兴战略"] * 10
    )
    assert listed[19].target is not None
    assert listed[19].target.note == "省70%"


def test_the_two_sets_of_the_yuxi_plan(sources: Path) -> None:
    investment, funding = read_indicators(blocks_of(sources / "yuxi-145-plan-2021-2025.txt")).sets
    assert (investment.unit, investment.columns, len(investment.rows)) == ("万元", COUNTIES, 8)
    assert investment.rows[0] == "乡村特色产业帮扶"
    assert investment.rows[7] == "村集体经济建设"
    assert whole(investment.values[0]) == (137640, 128354, 42567, 45264, 72639, 92433, 73759, 127147, 183448)
    assert whole(investment.values[2]) == (20159, None, 1400, 3650, 6, 3203, 100, 9158, 13926)
    assert whole(investment.values[7]) == (1160, 2283, 13232, None, None, 4646, 240, None, None)
    assert investment.row_totals is not None
    assert whole(investment.row_totals.values) == (
        903252,
        20298,
        51602,
        38752,
        1023989,
        218838,
        896186,
        21561,
    )
    assert investment.column_totals is not None
    assert investment.column_totals.label == "分县总投资"
    assert whole(investment.column_totals.values) == (
        665742, 567098, 172714, 112907, 199830, 358244, 172820, 352973, 572149,
    )  # fmt: skip
    assert investment.grand_total == 3174478

    assert funding.rows == COUNTIES
    assert funding.columns == (
        "项目个数", "财政衔接资金", "涉农整合资金", "行业部门专项资金", "县级自筹资金", "其他",
    )  # fmt: skip
    assert funding.parts == (1, 2, 3, 4, 5)
    assert whole(funding.values[1]) == (327, 32662, 0, 123026, 52151, 359258)
    assert funding.column_totals is not None
    assert whole(funding.column_totals.values) == (3721, 628475, 10040, 1701187, 89923, 744854)
    assert funding.unit == "万元"
    assert funding.grand_total == 3174478


def test_the_rounding_of_the_yuxi_plan_is_reported_exactly(sources: Path) -> None:
    reading = read_indicators(blocks_of(sources / "yuxi-145-plan-2021-2025.txt"))
    assert {problem.code for problem in reading.problems} == {"rounding", "unit_ambiguous"}
    said = [
        problem.message.split("，可")[0]
        .replace("的合计印作", "")
        .replace("，各分项之和为", "")
        .replace("，相差", "")
        for problem in reading.problems
        if problem.code == "rounding"
    ]
    # Printed total, sum of the parts, printed minus sum.
    assert said == [
        "“乡村特色产业帮扶”行 903252 903251 +1",
        "“乡村基础设施建设”行 1023989 1023988 +1",
        "“乡村公共服务提升”行 218838 218839 -1",
        "“分县总投资”行 3174478 3174477 +1",
        "“澄江市”列 172714 172715 -1",
        "“华宁县”列 199830 199829 +1",
        "“江川区”行 567098 567097 +1",
        "“澄江市”行 172714 172713 +1",
        "“总计”行 3174478 3174479 -1",
        "“行业部门专项资金”列 1701187 1701186 +1",
        "“县级自筹资金”列 89923 89921 +2",
        "“其他”列 744854 744853 +1",
        "“总投资”列 3174478 3174477 +1",
    ]


def test_the_goals_of_the_income_plan_and_the_town_plan(sources: Path) -> None:
    income, rate = read_indicators(blocks_of(sources / "yuxi-income-plan-2022-2024.txt")).indicators
    assert (income.name, income.unit, income.proposed) == ("全市脱贫人口人均纯收入", "元", True)
    assert (value(income.baseline), value(income.target)) == (
        ("15812", "exactly", "2021"),
        ("22000", "at_least", "2024"),
    )
    assert (value(rate.target), rate.unit) == (("10", "at_least", "2024"), "%")

    town = read_indicators(blocks_of(sources / "lufeng-town-plan-2022-2024.txt")).indicators
    yearly = {
        indicator.name: [(point.date, str(point.value)) for point in indicator.targets]
        for indicator in town
        if indicator.unit == "元"
    }
    assert yearly == {
        "脱贫户家庭人均纯收入": [("2022", "15700"), ("2023", "18700"), ("2024", "22300")],
        "易返贫致贫户家庭人均纯收入": [("2022", "12300"), ("2023", "14700"), ("2024", "17500")],
    }
