"""Indicators in the database: what the documents say, exactly, version by version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlmodel import select

from tracker.actions.lists.import_list import import_list
from tracker.actions.lists.load_list import bundled_lists, load_list
from tracker.actions.lists.settle_indicators import UnknownIndicatorError, settle_indicators
from tracker.actions.lists.stated_indicators import StatedIndicator, StatedIndicators, stated_indicators
from tracker.domain.actors import Actor, Role, system
from tracker.errors import ForbiddenError
from tracker.importers.indicators.parsed import IndicatorPoint, IndicatorSet, ParsedIndicator, Totals
from tracker.importers.indicators.totals import differences
from tracker.models import Indicator, IndicatorState, IndicatorValue, key
from tracker.store.lists import list_by_slug, task_by_number, versions_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.actions.lists.list_content import ListContent
    from tracker.config import Settings
    from tracker.db import Database

ACTOR = system("test")
NOW = datetime(2024, 9, 1, tzinfo=UTC)
PLAN, INCOME, TOWN, GUILIN = (
    "yuxi-145-2021-2025", "yuxi-income-2022-2024", "lufeng-town-2022-2024", "guilin-2022-2024",
)  # fmt: skip
CONFIRMED, DISMISSED, PROPOSED = (
    IndicatorState.CONFIRMED, IndicatorState.DISMISSED, IndicatorState.PROPOSED,
)  # fmt: skip


def store(session: Session, content: ListContent) -> StatedIndicators:
    """What the version in force states after the import."""
    import_list(session, ACTOR, content, NOW)
    return now_stated(session, content.definition.slug)


def now_stated(session: Session, slug: str, *, number: int = 0) -> StatedIndicators:
    versions = versions_of(session, list_by_slug(session, slug))
    version = next(found for found in versions if number in (0, found.number))
    return stated_indicators(session, key(version))


def one(stated: StatedIndicators, name: str, task: str = "") -> StatedIndicator:
    (found,) = (
        found for found in stated.indicators if (found.indicator.name, found.indicator.task) == (name, task)
    )
    return found


def value(point: IndicatorPoint | None) -> tuple[str, str, str] | None:
    return (str(point.value), point.bound, point.date) if point else None


def test_the_table_of_a_plan_is_stored_as_printed(database: Database, settings: Settings) -> None:
    """Values as read by hand from 表1 of the document."""
    with database.transaction() as session:
        stated = store(session, load_list(settings, PLAN))
    table = [found for found in stated.indicators if found.indicator.number]
    assert [found.indicator.number for found in table] == [str(number) for number in range(1, 21)]
    assert {found.state for found in table} == {CONFIRMED}
    assert [found.indicator.kind for found in table].count("binding") == 13
    water = one(stated, "农村自来水普及率").indicator
    assert (water.unit, water.kind, water.category) == ("%", "binding", "二、全面实施乡村振兴战略")
    assert (value(water.baseline), value(water.target)) == (
        ("64", "exactly", "2020"),
        ("70", "at_least", "2025"),
    )
    school = one(stated, "农村义务教育巩固率").indicator
    assert (value(school.baseline), value(school.target)) == (
        ("99.76", "exactly", "2020"), ("97.5", "exactly", "2025"),
    )  # fmt: skip
    minimum = one(stated, "农村最低生活保障覆盖率").indicator
    assert minimum.target is not None
    assert (minimum.target.text, minimum.target.value) == ("应兜尽兜", None)
    assert one(stated, "村级集体经济经营性收入").indicator.baseline is None


def test_every_cell_of_a_set_is_an_indicator_and_a_blank_one_is_unknown(
    database: Database, settings: Settings
) -> None:
    """表2 and 表3: 8 projects × 9 counties, 9 counties × 6 columns."""
    with database.transaction() as session:
        stated = store(session, load_list(settings, PLAN))
        blank = session.exec(
            select(Indicator).where(Indicator.row == "易地扶贫搬迁后续扶持", Indicator.column == "江川区")
        ).one()
        assert session.exec(select(IndicatorValue).where(IndicatorValue.indicator_id == blank.id)).all() == []
        count = session.exec(select(Indicator).where(Indicator.column == "项目个数")).first()
        assert count is not None
        assert count.unit == ""
    investment, funds = (found.table for found in stated.sets)
    assert [len(found.cells) for found in stated.sets] == [72, 54]
    assert {state for found in stated.sets for _lineage, state in found.cells} == {CONFIRMED}
    assert investment.rows[7] == "村集体经济建设"
    assert [amount and int(amount) for amount in investment.values[7]] == [
        1160, 2283, 13232, None, None, 4646, 240, None, None,
    ]  # fmt: skip
    assert investment.row_totals is not None
    assert investment.row_totals.values[0] == 903252
    assert investment.grand_total == 3174478
    assert funds.values[1] == tuple(map(Decimal, (327, 32662, 0, 123026, 52151, 359258)))
    # The document's own totals differ from its parts by one here and there: kept, and told apart as rounding.
    gaps = {(gap.row, gap.column): gap.amount for gap in differences(investment) if not gap.is_down}
    assert gaps == {(0, None): 1, (4, None): 1, (5, None): -1, (None, None): 1}
    assert {gap.code for found in stated.sets for gap in differences(found.table)} == {"rounding"}


def test_quantities_of_texts_are_proposed_and_bound_to_their_task(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        income = store(session, load_list(settings, INCOME))
        guilin = store(session, load_list(settings, GUILIN))
        task = task_by_number(session, key(versions_of(session, list_by_slug(session, GUILIN))[0]), "20")
        bound = session.exec(select(Indicator).where(Indicator.task_id == task.id)).all()
        assert next(found.name for found in bound) == "培训脱贫劳动力"
    assert {found.state for found in income.indicators} == {PROPOSED}
    trained = one(guilin, "培训脱贫劳动力", "20")
    assert trained.state is PROPOSED
    assert trained.indicator.unit == "人次"
    assert value(trained.indicator.target) == ("4500", "at_least", "2024")
    assert {found.state for found in guilin.indicators} == {PROPOSED}


def test_a_baseline_in_a_text_stands_beside_its_target(database: Database, settings: Settings) -> None:
    """全市脱贫人口人均纯收入在2021年15812元基础上，力争2024年超过22000元，年均递增10%以上。"""
    with database.transaction() as session:
        stated = store(session, load_list(settings, INCOME))
    level, rise = (
        found.indicator for found in stated.indicators if found.indicator.name == "全市脱贫人口人均纯收入"
    )
    assert value(level.baseline) == ("15812", "exactly", "2021")
    assert value(level.target) == ("22000", "at_least", "2024")
    assert level.target is not None
    assert level.target.is_strict
    assert rise.target is not None
    assert (rise.unit, value(rise.target), rise.target.pace) == (
        "%", ("10", "at_least", "2024"), "yearly_average",
    )  # fmt: skip


def test_yearly_targets_are_those_of_one_indicator(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        stated = store(session, load_list(settings, TOWN))
    minimum = one(stated, "农村低保保障标准", "11").indicator
    assert [value(target) for target in minimum.targets] == [
        ("4960", "at_least", "2022"), ("5158", "at_least", "2023"), ("5364", "at_least", "2024"),
    ]  # fmt: skip
    income = one(stated, "脱贫户家庭人均纯收入").indicator
    assert [value(target) for target in income.targets] == [
        ("15700", "at_least", "2022"), ("18700", "at_least", "2023"), ("22300", "at_least", "2024"),
    ]  # fmt: skip


def test_importing_a_bundled_list_twice_adds_no_version(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        for name in bundled_lists(settings):
            import_list(session, ACTOR, load_list(settings, name), NOW)
            second = import_list(session, ACTOR, load_list(settings, name), NOW)
            assert (second.slug, second.version, second.is_changed) == (name, 1, False)


def with_target(content: ListContent, task: str, name: str, target: int) -> ListContent:
    def changed(found: ParsedIndicator) -> ParsedIndicator:
        if (found.task, found.name) != (task, name):
            return found
        point = replace(found.targets[-1], text=f"不少于{target}", value=Decimal(target))
        return replace(found, targets=(*found.targets[:-1], point))

    return replace(content, indicators=tuple(map(changed, content.indicators)))


def test_another_target_is_a_new_version_in_which_the_indicator_goes_on(
    database: Database, settings: Settings
) -> None:
    content = load_list(settings, GUILIN)
    with database.transaction() as session:
        first = store(session, content)
        trained = one(first, "培训脱贫劳动力", "20")
        jobs = one(first, "全市开发乡村公益性岗位", "32")
        version = versions_of(session, list_by_slug(session, GUILIN))[0]
        states = {trained.lineage: CONFIRMED, jobs.lineage: DISMISSED}
        assert settle_indicators(session, ACTOR, version, states) == 2
        outcome = import_list(session, ACTOR, with_target(content, "20", "培训脱贫劳动力", 5000), NOW)
        assert (outcome.version, outcome.is_changed, outcome.changes) == (2, True, ())
        new, old = now_stated(session, GUILIN), now_stated(session, GUILIN, number=1)
    assert [found.lineage for found in new.indicators] == [found.lineage for found in old.indicators]
    for stated, target in ((old, "4500"), (new, "5000")):
        found = one(stated, "培训脱贫劳动力", "20")
        assert (found.lineage, found.state) == (trained.lineage, CONFIRMED)
        assert found.indicator.target is not None
        assert str(found.indicator.target.value) == target
        assert one(stated, "全市开发乡村公益性岗位", "32").state is DISMISSED
    assert [found.state for found in new.indicators].count(PROPOSED) == len(new.indicators) - 2


def test_what_is_said_of_one_version_is_said_of_no_other(database: Database, settings: Settings) -> None:
    """Another list uses the same numbers."""
    content = load_list(settings, GUILIN)
    with database.transaction() as session:
        lineage = one(store(session, content), "培训脱贫劳动力", "20").lineage
        import_list(session, ACTOR, with_target(content, "20", "培训脱贫劳动力", 5000), NOW)
        town = store(session, load_list(settings, TOWN))
        assert lineage in {found.lineage for found in town.indicators}
        newest, oldest = versions_of(session, list_by_slug(session, GUILIN))
        for version, state, expected in (
            (newest, CONFIRMED, [PROPOSED, CONFIRMED]),
            (oldest, DISMISSED, [DISMISSED, CONFIRMED]),
        ):
            settle_indicators(session, ACTOR, version, {lineage: state})
            session.expire_all()
            assert [
                one(now_stated(session, GUILIN, number=number), "培训脱贫劳动力", "20").state
                for number in (1, 2)
            ] == expected
        assert now_stated(session, TOWN) == town


def test_an_indicator_that_is_new_gets_a_number_that_no_version_has_used(
    database: Database, settings: Settings
) -> None:
    content = load_list(settings, GUILIN)
    fewer = replace(content, indicators=content.indicators[:-1])
    added = ParsedIndicator("示例指标", "个", "第 1 行", task="3", proposed=True)
    with database.transaction() as session:
        first = store(session, content)
        store(session, fewer)
        third = store(session, replace(content, indicators=(*fewer.indicators, added)))
    used = {found.lineage for found in first.indicators}
    assert one(third, "示例指标", "3").lineage == max(used) + 1


def test_an_indicator_follows_its_task_to_another_number(database: Database, settings: Settings) -> None:
    """Task 20 becomes task 19; its quantities are found there, and what was said of them holds."""
    content = load_list(settings, GUILIN)
    numbers = {task.number: str(place) for place, task in enumerate(content.tasks[1:], start=1)}
    moved = replace(
        content,
        tasks=tuple(replace(task, number=numbers[task.number]) for task in content.tasks[1:]),
        rows=content.rows[1:],
        indicators=tuple(
            replace(found, task=numbers[found.task]) for found in content.indicators if found.task in numbers
        ),
    )
    with database.transaction() as session:
        lineage = one(store(session, content), "培训脱贫劳动力", "20").lineage
        version = versions_of(session, list_by_slug(session, GUILIN))[0]
        settle_indicators(session, ACTOR, version, {lineage: CONFIRMED})
        found = one(store(session, moved), "培训脱贫劳动力", "19")
    assert (found.lineage, found.state) == (lineage, CONFIRMED)


def test_what_was_chosen_with_the_document_counts_first(database: Database, settings: Settings) -> None:
    content = load_list(settings, GUILIN)
    states = {"20/1": CONFIRMED, "20/2": DISMISSED}
    with database.transaction() as session:
        stated = store(session, replace(content, indicator_states=states))
        assert [found.state for found in stated.indicators if found.indicator.task == "20"] == [
            CONFIRMED, DISMISSED,
        ]  # fmt: skip
        # The same document again, with second thoughts: no new version, and yet they count.
        again = replace(content, indicator_states={"20/2": CONFIRMED})
        outcome = import_list(session, ACTOR, again, NOW)
        stated = now_stated(session, GUILIN)
    assert (outcome.version, outcome.is_changed) == (1, False)
    assert [found.state for found in stated.indicators if found.indicator.task == "20"] == [
        CONFIRMED, CONFIRMED,
    ]  # fmt: skip


def test_quantities_of_what_became_no_task_are_left_out(database: Database, settings: Settings) -> None:
    content = load_list(settings, GUILIN)
    fewer = replace(content, tasks=content.tasks[:19], rows=content.rows[:19])
    with database.transaction() as session:
        stated = store(session, fewer)
    assert {found.indicator.task for found in stated.indicators} == {"3", "10", "12", "13"}


def test_an_unknown_number_changes_nothing(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        stated = store(session, load_list(settings, GUILIN))
        version = versions_of(session, list_by_slug(session, GUILIN))[0]
        with pytest.raises(UnknownIndicatorError, match="999"):
            settle_indicators(
                session, ACTOR, version, {stated.indicators[0].lineage: CONFIRMED, 999: CONFIRMED}
            )
        leader = Actor(role=Role.LEADER, label="领导", via="test")
        with pytest.raises(ForbiddenError):
            settle_indicators(session, leader, version, {stated.indicators[0].lineage: CONFIRMED})
        assert now_stated(session, GUILIN) == stated


amounts = (
    st.none()
    | st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4)
    | st.integers(0, 10**15).map(Decimal)
)
labels = st.text("甲乙丙县区 ·", min_size=1, max_size=4)


@st.composite
def tables(draw: st.DrawFn) -> IndicatorSet:
    """Any labels, equal ones too, and blanks anywhere."""
    rows, columns = (
        draw(st.lists(labels, min_size=1, max_size=5)),
        draw(st.lists(labels, min_size=1, max_size=5)),
    )

    def totals(count: int) -> Totals | None:
        if not draw(st.booleans()):
            return None
        return Totals(draw(labels), tuple(draw(amounts) for _ in range(count)), draw(labels))

    return IndicatorSet(
        title=draw(labels),
        unit=draw(st.sampled_from(["万元", ""])),
        rows=tuple(rows),
        columns=tuple(columns),
        values=tuple(tuple(draw(amounts) for _ in columns) for _ in rows),
        where=draw(labels),
        places=tuple(draw(labels) for _ in rows),
        row_totals=totals(len(rows)),
        column_totals=totals(len(columns)),
        grand_total=draw(amounts),
        parts=tuple(sorted(draw(st.sets(st.integers(0, len(columns) - 1))))),
    )


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(tables(), max_size=3))
def test_any_set_is_read_back_as_it_was_stored(
    database: Database, settings: Settings, found: list[IndicatorSet]
) -> None:
    content = replace(load_town(settings), indicator_sets=tuple(found))
    with database.transaction() as session:
        stated = store(session, content)
        session.rollback()
    read = [of_set.table for of_set in stated.sets]
    assert read == found
    # Equal numbers are not enough: 1.50 is printed with two digits.
    assert [str(table.values) for table in read] == [str(table.values) for table in found]


_loaded: dict[str, ListContent] = {}


def load_town(settings: Settings) -> ListContent:
    """Read once for all examples."""
    if TOWN not in _loaded:
        _loaded[TOWN] = load_list(settings, TOWN)
    return _loaded[TOWN]
