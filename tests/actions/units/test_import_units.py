"""Units from a file: all rows or none, and a name never means two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example import COORDINATOR, OPENED_AT
from tracker.actions.units.import_units import UnitImport, import_units
from tracker.domain.actors import Actor, Role
from tracker.errors import BlockingProblemsError, ForbiddenError, UnknownUnitError
from tracker.importers.problem import Problem
from tracker.importers.units import UnitRow
from tracker.models import UnitKind
from tracker.store.units import add_alias, add_unit, aliases_by_unit, all_units, unit_by_name

if TYPE_CHECKING:
    from tracker.db import Database
    from tracker.importers.units import UnitKindName


def row(
    name: str, kind: UnitKindName = "department", parent: str = "", *aliases: str, number: int = 2
) -> UnitRow:
    return UnitRow(name, kind, parent, aliases, f"第 {number} 行")


def names(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(unit.name, unit.kind.value) for unit in all_units(session)]


def test_units_are_added_with_their_parents_and_aliases(database: Database) -> None:
    rows = [
        row("甲县", "county", "", "甲县人民政府"),
        row("甲镇", "town", "甲县人民政府"),
        row("市水利局", "department", "", "市水务局"),
    ]
    with database.transaction() as session:
        assert import_units(session, COORDINATOR, rows, (), OPENED_AT) == UnitImport(
            added=3, new_aliases=2, unchanged=0
        )
    assert names(database) == [("市水利局", "department"), ("甲县", "county"), ("甲镇", "town")]
    with database.reading() as session:
        county = unit_by_name(session, "甲县人民政府")
        assert unit_by_name(session, " 甲 镇").parent_id == county.id
        assert unit_by_name(session, "市水务局").name == "市水利局"
        assert aliases_by_unit(session)[county.id or 0] == ["甲县人民政府"]


def test_importing_the_same_units_twice_changes_nothing(database: Database) -> None:
    rows = [row("甲县", "county", "", "甲县人民政府"), row("市水利局")]
    with database.transaction() as session:
        import_units(session, COORDINATOR, rows, (), OPENED_AT)
    with database.transaction() as session:
        assert import_units(session, COORDINATOR, rows, (), OPENED_AT) == UnitImport(
            added=0, new_aliases=0, unchanged=2
        )
        more = [row("甲县人民政府", "county", "", "甲县政府")]
        assert import_units(session, COORDINATOR, more, (), OPENED_AT) == UnitImport(
            added=0, new_aliases=1, unchanged=0
        )
    assert names(database) == [("市水利局", "department"), ("甲县", "county")]


def test_one_bad_row_keeps_every_row_out_and_all_bad_rows_are_named(database: Database) -> None:
    with database.transaction() as session:
        add_unit(session, "市水利局", UnitKind.DEPARTMENT)
    rows = [
        row("甲县", "county", number=2),
        row("甲镇", "town", "乙县", number=3),
        row("市水务局", "department", "", "市水利局", number=4),
    ]
    problems = [Problem("第 5 行", "unknown_kind", "类别“局”无法识别")]
    with pytest.raises(BlockingProblemsError) as caught, database.transaction() as session:
        import_units(session, COORDINATOR, rows, problems, OPENED_AT)
    assert [problem.partition("：")[0] for problem in caught.value.problems] == [
        "第 5 行",
        "第 3 行",
        "第 4 行",
    ]
    assert names(database) == [("市水利局", "department")]


def test_a_name_never_means_two_units(database: Database) -> None:
    with database.transaction() as session:
        water = add_unit(session, "市水利局", UnitKind.DEPARTMENT)
        assert add_alias(session, water, "市 水务局")
        assert not add_alias(session, water, "市水务局")
    with pytest.raises(BlockingProblemsError, match="市水利局"), database.transaction() as session:
        import_units(session, COORDINATOR, [row("市林业局", "department", "", "市水务局")], (), OPENED_AT)


def test_an_unknown_unit_is_named_with_the_nearest(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        add_unit(session, "市农业农村局", UnitKind.DEPARTMENT)
        with pytest.raises(UnknownUnitError, match="没有名为“农业局”的单位。您是不是要找：市农业农村局？"):
            unit_by_name(session, "农业局")


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_change_units(sqlite_database: Database, role: Role) -> None:
    with sqlite_database.transaction() as session, pytest.raises(ForbiddenError):
        import_units(session, Actor(role, "某人", "test", unit_id=1), [row("甲县", "county")], (), OPENED_AT)
    assert names(sqlite_database) == []
