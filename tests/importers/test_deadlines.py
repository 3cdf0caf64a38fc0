"""Deadlines told apart from windows, quantities and the past."""

from __future__ import annotations

import pytest

from tracker.importers.plans.deadlines import labelled_deadline, read_deadlines


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("2019年6月底前，研究建立指标体系。", "2019年6月底前"),
        ("２０２４年１２月底前完成建设。", "２０２４年１２月底前"),
        ("到2028年，建成10个社区。", "到2028年"),
        ("到2028年底，建成10个社区。", "到2028年底"),
        ("力争到2025年末覆盖全部县区。", "到2025年末"),
        ("于2012年10月底前制定细则；各区要于2012年底前制定意见。", "2012年10月底前；2012年底前"),
        ("2023年3月15日前报送方案。", "2023年3月15日前"),
        ("2024年上半年前完成立项。", "2024年上半年前"),
        ("2024 年 6 月底前完成。", "2024年6月底前"),
        ("每年12月底前完成考核。", "每年12月底前"),
        ("今年年底前实现全覆盖。", "今年年底前"),
        ("9月底前完成摸底。", "9月底前"),
        ("到“十四五”末，覆盖率达到90%。", "到“十四五”末"),
        ("2025年以前全部淘汰。", "2025年以前"),
        ("2026年上半年实现全覆盖。", "2026年上半年"),
        ("2026年9月底建成投用。", "2026年9月底"),
    ],
)
def test_a_deadline_is_kept_as_written(text: str, deadline: str) -> None:
    assert read_deadlines(text) == deadline


@pytest.mark.parametrize(
    "text",
    [
        "2012年起5年内，大力实施人才计划。",
        "5年内培养100名人才。",
        "每年选拔不少于100名。",
        "对毕业5年内的高校毕业生给予补贴。",
        "实施2022—2024年三年行动。",
        "有效期至2028年12月31日。",
        "本意见自2026年5月21日起施行。",
        "截至2020年底，全市共有557个主体。",
        "与2020年底相比稳中有增。",
        "人均纯收入在2021年15812元基础上增长。",
        "对2025年底前注册的企业给予补助。",
        "2022年，收入达15700元以上。",
        "服务期应不少于5年。",
        "“十四五”期间建成一批项目。",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert read_deadlines(text) == ""


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("办好实事。完成时限：2025年10月底", "2025年10月底"),
        ("办好实事，办结时间: 第三季度；责任人：某某", "第三季度"),
        ("按照时限要求办理。", ""),
        ("办好实事。", ""),
    ],
)
def test_a_deadline_behind_its_label(text: str, deadline: str) -> None:
    assert labelled_deadline(text) == deadline
