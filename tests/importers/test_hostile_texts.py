"""Any text is read or refused by name, in time that grows with its length, and names nobody who is not in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.plans import read, tasks
from tracker.errors import TrackerError
from tracker.importers.document import read_source
from tracker.importers.files.source import SourceFile

WORDS = (
    "市财政局", "市教育局、", "商务局", "各县（市、区）人民政府", "牵头", "负责", "配合", "会同", "等有关部门", "按职责分工",
    "责任单位：", "牵头单位：", "完成时限：", "（", "）", "〔", "〕", "【", "】", "(", ")", "，", "；", "。", "、", "：", "\n", " ",
    "一、", "（一）", "1．", "①", "第一章 ", "2024年底前", "到2028年", "列第一位的为牵头单位，下同", "以下均需", "落实，不再列出",
    "*", "和", "及", "广州、深圳市政府", "龙胜县、", "推动发展", "— 3 —", "<社区>", "\t", "\t序号", "\t责任单位", "\t任务", "１２",
)  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=60).map("".join) | st.text(max_size=80)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_nothing_but_its_own_errors_and_nobody_invented(text: str) -> None:
    try:
        found = read_source(SourceFile("文.txt", text.encode("utf-8", "surrogatepass"))).document.tasks
    except TrackerError:
        return
    # Brackets for those who are called in are the one mark that is added.
    written = set("".join(text.split())) | set("（会同）、")
    assert len({task.number for task in found}) == len(found) or "\t" in text
    for task in found:
        for unit in task.units:
            assert unit.text
            assert set(unit.text) <= written
            assert set(unit.name) <= written
            assert unit.role in ("lead", "support", "group")
        assert not task.lead_certain or any(unit.role == "lead" for unit in task.units)


ITEM = (
    "{n}．做好第{n}项工作。到2027年，推动产业融合发展，健全长效机制（含县级），加强人才培养，完善配套政策，扩大覆盖面。"
    "（牵头单位：市财政局；责任单位：市教育局、第{n}局等，各县（市、区）人民政府）\n"
)


def test_a_thousand_pages_are_read_in_seconds() -> None:
    text = "方案\n一、任务\n" + "".join(ITEM.format(n=n % 900) for n in range(8000))
    assert len(text.encode()) > 2_000_000
    start = time.process_time()
    found = tasks(text)
    assert len(found) == 8000
    # Measured 2–3 s of processor time; what is quadratic would take many minutes.
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    "piece",
    [
        "（", "）", "（）", "（牵头", "负责）", "责任单位：", "（责任单位：", "（责任单位：市\n", "按职责分工", "、",
        "市财政局、", "一、\n", "到2020年", "每月调度，", "列第一位的为牵头", "甲。（市财政局负责）", "　", "1",
        "（责任单位：市财政局。以下均需各县政府落实，不再列出）\n",
    ],
)  # fmt: skip
def test_time_grows_with_length_only(piece: str) -> None:
    """What is quadratic would take minutes for 400,000 characters."""
    start = time.process_time()
    read(piece * (400_000 // len(piece)))
    assert time.process_time() - start < 60


def test_what_is_carried_on_stays_bounded() -> None:
    lines = (
        f"{n}．甲。（责任单位：市{chr(0x4E00 + n)}局。以下均需各{chr(0x5E00 + n)}县落实，不再列出）\n"
        for n in range(1, 400)
    )
    assert max(len(task.units) for task in tasks("方案\n" + "".join(lines))) < 60
