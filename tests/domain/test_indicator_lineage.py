"""Which indicators of a new version are those of the version before."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.indicator_lineage import IndicatorIdentity, going_on

TRAINED = IndicatorIdentity("培训脱贫劳动力", "人次", task=20)
SHARE = IndicatorIdentity("产业占比", "%", task=4)
CELL = IndicatorIdentity("产业·甲县", "万元", table="投资情况", row="产业", column="甲县")


def test_another_target_is_the_same_indicator() -> None:
    assert going_on([(TRAINED, "4500")], [(TRAINED, "5000")]) == [0]


def test_another_name_unit_task_row_or_table_is_another_indicator() -> None:
    for other in (
        replace(TRAINED, name="培训脱贫户"),
        replace(TRAINED, unit="万人次"),
        replace(TRAINED, task=21),
        replace(TRAINED, task=None),
        replace(TRAINED, is_change=True),
    ):
        assert going_on([(TRAINED, 1)], [(other, 1)]) == [None]
    for other in (replace(CELL, row="就业"), replace(CELL, column="乙县"), replace(CELL, table="资金来源")):
        assert going_on([(CELL, 1)], [(other, 1)]) == [None]


def test_width_and_white_space_make_no_other_indicator() -> None:
    other = replace(SHARE, name="产业 占比", unit="％")
    assert going_on([(SHARE, 1)], [(other, 2)]) == [0]


def test_equals_are_told_apart_by_what_is_stated_and_then_by_their_order() -> None:
    before = [(SHARE, "50"), (SHARE, "65"), (SHARE, "70")]
    assert going_on(before, [(SHARE, "65")]) == [1]
    assert going_on(before, [(SHARE, "66"), (SHARE, "50"), (SHARE, "71")]) == [1, 0, 2]
    assert going_on(before, [(SHARE, "1"), (SHARE, "2"), (SHARE, "3"), (SHARE, "4")]) == [0, 1, 2, None]


identities = st.builds(
    IndicatorIdentity,
    name=st.sampled_from(["甲", "乙"]),
    unit=st.sampled_from(["人", "%"]),
    task=st.sampled_from([None, 1, 2]),
)
documents = st.lists(st.tuples(identities, st.integers(0, 2)), max_size=12)


@given(documents, documents)
def test_each_goes_on_once_and_as_many_as_can(
    before: list[tuple[IndicatorIdentity, int]], after: list[tuple[IndicatorIdentity, int]]
) -> None:
    places = going_on(before, after)
    kept = [place for place in places if place is not None]
    assert len(places) == len(after)
    assert len(set(kept)) == len(kept)
    for place, (identity, _stated) in zip(places, after, strict=True):
        if place is not None:
            assert before[place][0] == identity
    for identity in {identity for identity, _stated in after}:
        old, new, joined = (
            sum(one == identity for one in found)
            for found in (
                [one for one, _stated in before],
                [one for one, _stated in after],
                [before[place][0] for place in kept],
            )
        )
        assert joined == min(old, new)


@given(documents)
def test_a_document_that_says_the_same_goes_on_whole(document: list[tuple[IndicatorIdentity, int]]) -> None:
    places = going_on(document, document)
    assert [document[place] for place in places if place is not None] == document
