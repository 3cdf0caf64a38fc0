"""Duties in running sentences, in plans that mark nobody otherwise."""

from __future__ import annotations

import pytest

from tests.importers.plans import read, shape, tasks


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "由市发展改革委牵头，会同市财政局、市数据局等部门制定方案，报市政府审定。",
            (["市发展改革委"], ["市财政局", "市数据局"], [], True),
        ),
        ("由市工信局牵头，市科技局、商务局配合，建立培育库。", (["市工信局"], ["市科技局", "市商务局"], [], True)),
        ("市数据局要会同有关部门每季度发布清单。", (["市数据局"], [], ["有关部门（会同）"], False)),
        ("市委组织部、市人社局负责制定人才政策。", (["市委组织部"], ["市人社局"], [], False)),
    ],
)  # fmt: skip
def test_a_sentence_that_makes_units_answerable(
    sentence: str, expected: tuple[list[str], list[str], list[str], bool]
) -> None:
    (task,) = tasks(f"方案\n一、任务\n（一）建设中心。加强统筹。{sentence}\n")
    assert shape(task) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "设立资金（由市财政局负责筹集），用于补助。",
        "支持龙头企业牵头组建联合体。",
        "鼓励社会力量参与。",
        "成立由市长任组长的领导小组。",
        "各有关部门要密切配合。",
        "引进社会服务组织团队配合管理。",
        "动员国家公职人员回乡参与治理。",
    ],
)
def test_other_sentences_bind_nobody(sentence: str) -> None:
    (task,) = tasks(f"方案\n一、任务\n（一）建设中心。{sentence}\n")
    assert task.units == ()


def test_what_still_lacks_units_is_counted() -> None:
    text = "方案\n一、任务\n（一）甲。由市财政局牵头办理。\n（二）乙。办事。\n（三）丙。办事。\n"
    (problem,) = read(text).document.problems
    assert problem.code == "needs_units"
    assert "3 项任务中有 2 项" in problem.message


def test_where_units_are_marked_a_running_sentence_says_nothing() -> None:
    text = "方案\n一、任务\n（一）甲。做甲。（责任单位：市财政局）\n（二）乙。由市教育局牵头办理。\n"
    assert [task.title for task in tasks(text)] == ["甲"]
