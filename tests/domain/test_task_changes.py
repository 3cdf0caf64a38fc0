"""Which tasks of a new version are the old ones, and what became of each."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.task_changes import TaskChange, TaskText, compare_tasks

SUBJECTS = (
    "建设县级养老服务中心，完善居家养老服务网络。",
    "新建和改造农村公路三百公里，提升通行能力。",
    "开展种业振兴行动，培育本地良种企业。",
    "推进中小学教师轮岗交流，扩大优质学位供给。",
    "整治河道岸线，完成重点流域水环境治理。",
    "推广电子证照，压减企业开办时间。",
    "实施家政服务提质扩容，培训从业人员。",
    "改造城镇老旧小区，加装电梯五百部。",
)


def task(number: int, content: str = "", **fields: str) -> TaskText:
    return TaskText(
        number=str(number),
        section="",
        measure=fields.get("measure", "措施"),
        title="",
        content=content or SUBJECTS[number - 1],
        deadline=fields.get("deadline", ""),
        units=(("lead", fields.get("lead", "市示例局")),),
    )


LIST = tuple(task(number) for number in range(1, 6))


def kinds(changes: tuple[TaskChange, ...]) -> list[tuple[str, str, str]]:
    return [
        (
            change.kind,
            change.before.number if change.before else "",
            change.after.number if change.after else "",
        )
        for change in changes
    ]


def test_the_same_document_changes_nothing() -> None:
    assert {change.kind for change in compare_tasks(LIST, LIST)} == {"same"}


def test_a_task_put_in_between_moves_the_numbers_behind_it() -> None:
    after = (
        LIST[0],
        task(2, SUBJECTS[6]),
        *(replace(old, number=str(int(old.number) + 1)) for old in LIST[1:]),
    )
    changes = compare_tasks(LIST, after)
    assert kinds(changes) == [
        ("same", "1", "1"),
        ("added", "", "2"),
        ("moved", "2", "3"),
        ("moved", "3", "4"),
        ("moved", "4", "5"),
        ("moved", "5", "6"),
    ]
    assert changes[2].fields == {"number"}
    assert not changes[2].is_guess


def test_a_task_that_is_gone_stands_at_the_end() -> None:
    assert kinds(compare_tasks(LIST, (LIST[0], *LIST[2:])))[-1] == ("removed", "2", "")


def test_a_new_wording_is_a_change_and_said_to_be_a_guess() -> None:
    after = (replace(LIST[0], content=SUBJECTS[0].replace("县级", "区域性")), *LIST[1:])
    change = compare_tasks(LIST, after)[0]
    assert change.kind == "changed"
    assert change.fields == {"content"}
    assert change.is_guess


def test_another_task_at_the_number_of_one_is_not_taken_for_it() -> None:
    after = (task(1, SUBJECTS[5]), *LIST[1:])
    assert kinds(compare_tasks(LIST, after)) == [
        ("added", "", "1"),
        *(("same", str(number), str(number)) for number in range(2, 6)),
        ("removed", "1", ""),
    ]


def test_other_units_or_another_deadline_change_a_task() -> None:
    after = (replace(LIST[0], units=(("lead", "市另一局"),)), replace(LIST[1], deadline="2025-12"), *LIST[2:])
    changes = compare_tasks(LIST, after)
    assert [change.kind for change in changes[:2]] == ["changed", "changed"]
    assert [change.fields for change in changes[:2]] == [{"units"}, {"deadline"}]
    assert not changes[0].is_guess


def test_one_task_moved_to_the_end_is_the_only_one_that_moved_out_of_order() -> None:
    renumbered = [replace(old, number=str(place)) for place, old in enumerate((*LIST[1:], LIST[0]), start=1)]
    changes = compare_tasks(LIST, renumbered)
    assert [change.before.number for change in changes if "order" in change.fields and change.before] == ["1"]


def test_a_persons_word_goes_before_likeness() -> None:
    after = (replace(LIST[0], content=SUBJECTS[0].replace("县级", "区域性")), *LIST[1:])
    apart = compare_tasks(LIST, after, {"1": ""})
    assert kinds(apart)[0] == ("added", "", "1")
    assert kinds(apart)[-1] == ("removed", "1", "")
    joined = compare_tasks(LIST[:1], (task(7),), {"7": "1"})
    assert kinds(joined) == [("changed", "1", "7")]
    assert not joined[0].is_guess


def test_two_tasks_of_the_same_words_keep_their_numbers() -> None:
    twice = (task(1, "同一内容"), task(2, "同一内容"))
    assert kinds(compare_tasks(twice, twice[::-1])) == [("moved", "2", "2"), ("same", "1", "1")]


@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(0, 8), st.integers(0, 8))
def test_every_task_of_both_versions_is_there_once(
    first: list[int], second: list[int], shorter: int, longer: int
) -> None:
    before = [task(place, SUBJECTS[subject]) for place, subject in enumerate(first[:shorter], start=1)]
    after = [task(place, SUBJECTS[subject]) for place, subject in enumerate(second[:longer], start=1)]
    changes = compare_tasks(before, after)
    assert [change.after for change in changes if change.after] == after
    assert sorted(change.before.number for change in changes if change.before) == sorted(
        old.number for old in before
    )
    for change in changes:
        if change.before and change.after:
            assert change.before.content == change.after.content
