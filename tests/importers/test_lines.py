"""Extracted text put back together: hard wraps, page numbers, running headers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tracker.importers.files.grid import Paragraph
from tracker.importers.plans.lines import join_lines


def joined(*texts: str) -> list[str]:
    return [
        line.text for line in join_lines(Paragraph(text, f"第 {n} 行") for n, text in enumerate(texts, 1))
    ]


LONG = "扩大覆盖面，提高服务质量，做好要素保障，促进产业融合发展，健全长效机制，完善配套政策，加强人才培养，推动成果转化。"
UNITS = "（牵头单位：市发展改革委；责任单位：市交通运输局、市"


@pytest.mark.parametrize(
    "between",
    [(), ("— 12 —",), ("12",), ("第 12 页 共 30 页",), ("- 3 -",), ("·5·",), ("第十二页",), ("3/12",)],
)
def test_a_page_break_inside_a_name_is_joined(between: tuple[str, ...]) -> None:
    texts = (f"1．做好供给。{LONG}{UNITS}", *between, "农业农村局、市水利局）", "2．做好保障。" + LONG)
    assert joined(*texts) == [f"1．做好供给。{LONG}{UNITS}农业农村局、市水利局）", "2．做好保障。" + LONG]


def test_a_running_header_is_dropped_and_its_first_stand_kept() -> None:
    header = "河洲市三年行动方案"
    texts = [header, "一、总则", LONG]
    for page in range(2, 5):
        texts += [f"{LONG}并在第{page}年完善", f"— {page} —", header, "政策体系。"]
    assert joined(*texts) == [
        header,
        "一、总则",
        LONG,
        *[f"{LONG}并在第{n}年完善政策体系。" for n in (2, 3, 4)],
    ]


def test_a_header_with_the_page_in_it_is_dropped() -> None:
    texts = [x for page in range(1, 4) for x in (f"河洲市方案 第{page}期", f"{LONG}并完善")] + ["体系。"]
    assert "河洲市方案 第2期" not in joined(*texts)


def test_the_same_units_below_every_item_are_no_header() -> None:
    texts = [
        x for n in range(1, 5) for x in (f"{n}．办事。{LONG}", "责任单位：各开发区管委会，各区县（市）政府")
    ]
    assert joined(*texts) == texts


def test_hard_wrapped_lines_are_joined() -> None:
    source = ["河洲市行动方案", "一、重点任务", f"（一）加强供给。{LONG}（责任单位：市财政局、市教育局，各县（市、区）人民政府）",
              f"（二）做好保障。{LONG[5:]}（责任单位：市商务局）"] * 3  # fmt: skip
    wrapped = [text[at : at + 28] for text in source for at in range(0, len(text), 28)]
    assert joined(*wrapped) == source


def test_a_long_line_of_units_ends_without_a_full_stop() -> None:
    units = "责任单位：市发展改革委、市交通运输局、市农业农村局、市水利局、市生态环境局、市自然资源局，各区镇"
    assert joined(units, "“双园”：建设两个园区。") == [units, "“双园”：建设两个园区。"]
    assert joined(units + "、市", "— 2 —", "水利局") == [units + "、市水利局"]


def test_headings_and_titles_stay_apart() -> None:
    texts = [
        "关于做好有关工作",
        "的通知",
        "一、总体要求",
        "（一）指导思想",
        LONG,
        "附件：清单",
        "市政府办公室",
    ]
    assert joined(*texts) == texts


def test_an_open_bracket_does_not_swallow_what_follows() -> None:
    texts = [f"一、甲（以下称甲。{LONG}", "二、乙。", "三、丙。"]
    assert joined(*texts) == texts


def test_a_line_keeps_the_place_of_its_first_part() -> None:
    lines = join_lines(Paragraph(text, str(n)) for n, text in enumerate((LONG + "并", "完善。", "一、甲"), 1))
    assert [line.where for line in lines] == ["1", "3"]


def test_words_in_letters_keep_a_space() -> None:
    assert joined(LONG + "打造AI", "agent平台。") == [LONG + "打造AI agent平台。"]


def test_every_line_is_kept_but_numbers_and_headers() -> None:
    texts = ["一、甲", LONG, "二、乙", LONG]
    assert all(first != second for first, second in pairwise(joined(*texts)))
    assert "".join(joined(*texts)) == "".join(texts)
