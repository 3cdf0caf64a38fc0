"""Units are added, renamed, sorted and named again: each act with its record, and each record undone."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, SLUG, build_example
from tracker.actions.rounds.open_round import open_round
from tracker.actions.units.change_unit import change_kind, create_unit, move_unit, rename_unit
from tracker.actions.units.change_unit_alias import give_alias, take_alias
from tracker.actions.units.set_group_members import set_group_members
from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.domain.actors import Actor, Role
from tracker.errors import (
    ChangeOvertakenError,
    ChangeUndoneError,
    ForbiddenError,
    InvalidValueError,
    LaterChangeError,
    NameTakenError,
    NotFoundError,
    OwnNameError,
    UnitCircleError,
    UnknownAliasError,
)
from tracker.models import Contact, Obligation, OrgUnit, UnitChange, UnitGroup, UnitKind, key
from tracker.store.groups import member_ids
from tracker.store.lists import list_by_slug
from tracker.store.unit_changes import change_by_number, data_of, list_changes
from tracker.store.units import all_units, find_unit, unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database

NOW = OPENED_AT
COUNTY, TOWN, BUREAU = UnitKind.COUNTY, UnitKind.TOWN, UnitKind.DEPARTMENT


def undo(session: Session, number: int | None = None) -> None:
    """The change of this number, else the newest."""
    change = list_changes(session)[0] if number is None else change_by_number(session, number)
    undo_unit_change(session, COORDINATOR, change, NOW + timedelta(hours=1))


def names_of(session: Session, name: str) -> set[str]:
    """The full name of the unit that `name` means."""
    found = find_unit(session, name)
    return {found.name} if found else set()


def test_every_act_is_on_record_with_who_and_when(database: Database) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        town = create_unit(session, COORDINATOR, "甲镇", TOWN, NOW, parent=county)
        rename_unit(session, COORDINATOR, town, "甲河镇", NOW)
        change_kind(session, COORDINATOR, town, UnitKind.VILLAGE, NOW)
        move_unit(session, COORDINATOR, town, None, NOW)
        give_alias(session, COORDINATOR, town, "甲河", NOW)
        take_alias(session, COORDINATOR, town, "甲河", NOW)
    with database.reading() as session:
        changes = list_changes(session)
        assert [change.kind.value for change in changes] == [
            "alias_removed",
            "alias_added",
            "moved",
            "rekinded",
            "renamed",
            "added",
            "added",
        ]
        assert {(change.changed_by, change.changed_at) for change in changes} == {("统筹人", NOW)}
        assert data_of(changes[2]).model_dump()["before"] == "甲县"


def test_undone_one_after_the_other_nothing_is_left(database: Database) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        town = create_unit(session, COORDINATOR, "甲镇", TOWN, NOW, parent=county)
        rename_unit(session, COORDINATOR, town, "甲河镇", NOW)
        change_kind(session, COORDINATOR, town, UnitKind.VILLAGE, NOW)
        move_unit(session, COORDINATOR, town, None, NOW)
        give_alias(session, COORDINATOR, town, "甲河", NOW)
        take_alias(session, COORDINATOR, town, "甲河", NOW)
        expected: list[Callable[[], bool]] = [
            lambda: names_of(session, "甲河") == {"甲河镇"},
            lambda: names_of(session, "甲河") == set(),
            lambda: town.parent_id == county.id,
            lambda: town.kind is TOWN,
            lambda: (names_of(session, "甲镇"), names_of(session, "甲河镇")) == ({"甲镇"}, set()),
            lambda: [unit.name for unit in all_units(session)] == ["甲县"],
            lambda: all_units(session) == [],
        ]
        for change, holds in zip(list_changes(session), expected, strict=True):
            undo(session, change.id)
            assert holds(), change.kind
    with database.reading() as session:
        assert {change.undone_by for change in list_changes(session)} == {"统筹人"}
        assert all(change.undone_at for change in list_changes(session))


def test_nothing_is_undone_twice(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        undo(session)
        with pytest.raises(ChangeUndoneError, match="已由统筹人撤销"):
            undo(session)


def test_the_old_name_stays_and_a_name_never_means_two_units(database: Database) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        other = create_unit(session, COORDINATOR, "乙县", COUNTY, NOW)
        give_alias(session, COORDINATOR, other, "乙县人民政府", NOW)
        for taken in ("乙县", " 乙 县 ", "乙县人民政府"):
            with pytest.raises(NameTakenError, match="乙县"):
                rename_unit(session, COORDINATOR, county, taken, NOW)
        with pytest.raises(InvalidValueError):
            rename_unit(session, COORDINATOR, county, "  ", NOW)
        assert rename_unit(session, COORDINATOR, county, "甲县", NOW) is None
        assert rename_unit(session, COORDINATOR, county, "甲自治县", NOW)
        assert names_of(session, "甲县") == names_of(session, "甲自治县") == {"甲自治县"}
    with database.reading() as session:
        assert [unit.name for unit in all_units(session)] == ["甲自治县", "乙县"]


def test_renamed_to_its_own_alias_and_back_the_alias_stays(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        give_alias(session, COORDINATOR, county, "甲自治县", NOW)
        rename_unit(session, COORDINATOR, county, "甲自治县", NOW)
        undo(session)
        assert county.name == "甲县"
        assert names_of(session, "甲自治县") == {"甲县"}


def test_a_unit_never_stands_below_itself(database: Database) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        town = create_unit(session, COORDINATOR, "甲镇", TOWN, NOW, parent=county)
        village = create_unit(session, COORDINATOR, "甲村", UnitKind.VILLAGE, NOW, parent=town)
        for parent in (county, town, village):
            with pytest.raises(UnitCircleError):
                move_unit(session, COORDINATOR, county, parent, NOW)
        assert move_unit(session, COORDINATOR, village, town, NOW) is None
        move_unit(session, COORDINATOR, village, county, NOW)
        move_unit(session, COORDINATOR, town, village, NOW)
        # Below the town again the village would stand below itself.
        with pytest.raises(LaterChangeError, match="改上级"):
            undo(session, list_changes(session)[1].id)


def test_a_full_name_is_no_alias_to_be_taken_away(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        give_alias(session, COORDINATOR, county, "甲县人民政府", NOW)
        with pytest.raises(OwnNameError):
            take_alias(session, COORDINATOR, county, "甲 县", NOW)
        with pytest.raises(UnknownAliasError, match="您是不是要找：甲县人民政府"):
            take_alias(session, COORDINATOR, county, "甲县政府", NOW)


def test_an_alias_that_went_elsewhere_is_not_given_back(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        other = create_unit(session, COORDINATOR, "乙县", COUNTY, NOW)
        give_alias(session, COORDINATOR, county, "示例县", NOW)
        lost = take_alias(session, COORDINATOR, county, "示例县", NOW)
        given = give_alias(session, COORDINATOR, other, "示例县", NOW)
        assert given
        with pytest.raises(LaterChangeError, match=f"请先撤销第 {given.id} 号变更"):
            undo(session, lost.id)
        undo(session, given.id)
        undo(session, lost.id)
        assert names_of(session, "示例县") == {"甲县"}


def test_a_changed_value_is_only_undone_by_its_last_change(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        change_kind(session, COORDINATOR, county, TOWN, NOW)
        change_kind(session, COORDINATOR, county, BUREAU, NOW)
        first = list_changes(session)[1].id
        with pytest.raises(LaterChangeError, match="改类别"):
            undo(session, first)
        undo(session)
        undo(session, first)
        assert county.kind is COUNTY


def test_a_unit_in_use_is_not_removed(database: Database) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        contact = Contact(unit_id=key(county), name="示例", email="a@example.org", role=Role.FILLER)
        session.add(contact)
        session.flush()
        with pytest.raises(ChangeOvertakenError, match="属于这个单位"):
            undo(session)
        session.delete(contact)
        give_alias(session, COORDINATOR, county, "甲县政府", NOW)
        with pytest.raises(LaterChangeError, match="加别名"):
            undo(session, list_changes(session)[1].id)
        undo(session)
        undo(session, list_changes(session)[1].id)
        assert session.exec(select(OrgUnit)).all() == []
        assert [change.unit_id for change in session.exec(select(UnitChange))] == [None, None]


def test_members_hold_for_rounds_that_open_from_now_on(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        group = session.exec(select(UnitGroup)).one()
        third = create_unit(session, COORDINATOR, "丙县", COUNTY, NOW)
        owed = len(session.exec(select(Obligation)).all())
        both = member_ids(session, group)
        assert set_group_members(session, COORDINATOR, group, both, NOW) is None
        set_group_members(session, COORDINATOR, group, {key(example.county_a), key(third)}, NOW)
        assert len(session.exec(select(Obligation)).all()) == owed
        data = data_of(list_changes(session)[0]).model_dump()
        assert (data["joined"], data["left"], data["list_slug"]) == (("丙县",), ("乙县",), SLUG)
        opened = open_round(session, COORDINATOR, settings, list_by_slug(session, SLUG), "2024Q4", NOW)
        found = session.exec(select(Obligation.unit_id).where(Obligation.round_id == opened.id)).all()
        assert key(third) in found
        undo(session)
        assert member_ids(session, group) == both
        with pytest.raises(NotFoundError):
            set_group_members(session, COORDINATOR, group, {999_999}, NOW)


def test_members_set_again_stand_in_the_way(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        group = session.exec(select(UnitGroup)).one()
        first = set_group_members(session, COORDINATOR, group, set(), NOW)
        county = unit_by_name(session, "甲县")
        set_group_members(session, COORDINATOR, group, {key(county)}, NOW)
        assert first
        with pytest.raises(LaterChangeError, match="改单位组成员"):
            undo(session, first.id)


def test_a_unit_that_a_record_names_is_not_removed(sqlite_database: Database, settings: Settings) -> None:
    """SQLite gives its number to the next unit, and undoing that record would mean the wrong one."""
    with sqlite_database.transaction() as session:
        build_example(session, settings)
        group = session.exec(select(UnitGroup)).one()
        before = member_ids(session, group)
        third = create_unit(session, COORDINATOR, "丙县", COUNTY, NOW)
        added = list_changes(session)[0].id
        set_group_members(session, COORDINATOR, group, before | {key(third)}, NOW)
        set_group_members(session, COORDINATOR, group, before, NOW)
        with pytest.raises(LaterChangeError, match="改单位组成员"):
            undo(session, added)


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_change_units(sqlite_database: Database, role: Role) -> None:
    actor = Actor(role, "某人", "test", unit_id=1)
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", COUNTY, NOW)
        acts: list[Callable[[], Any]] = [
            lambda: create_unit(session, actor, "乙县", COUNTY, NOW),
            lambda: rename_unit(session, actor, county, "乙县", NOW),
            lambda: change_kind(session, actor, county, TOWN, NOW),
            lambda: move_unit(session, actor, county, None, NOW),
            lambda: give_alias(session, actor, county, "乙县", NOW),
            lambda: take_alias(session, actor, county, "乙县", NOW),
            lambda: undo_unit_change(session, actor, list_changes(session)[0], NOW),
        ]
        for act in acts:
            with pytest.raises(ForbiddenError):
                act()
        assert len(list_changes(session)) == 1


def test_of_two_who_give_one_name_at_once_the_second_is_told(database: Database) -> None:
    with database.transaction() as session:
        ids = [key(create_unit(session, COORDINATOR, name, COUNTY, NOW)) for name in ("甲县", "乙县")]
    start = threading.Barrier(2)
    said: list[str] = []

    def rename(unit_id: int) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                rename_unit(session, COORDINATOR, session.get_one(OrgUnit, unit_id), "示例县", NOW)
            said.append("done")
        except NameTakenError:
            said.append("taken")

    threads = [threading.Thread(target=rename, args=(unit_id,)) for unit_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "taken"]


def test_of_two_who_put_each_below_the_other_one_is_refused(database: Database) -> None:
    with database.transaction() as session:
        ids = [key(create_unit(session, COORDINATOR, name, COUNTY, NOW)) for name in ("甲县", "乙县")]
    start = threading.Barrier(2)
    said: list[str] = []

    def move(unit_id: int, parent_id: int) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                unit, parent = session.get_one(OrgUnit, unit_id), session.get_one(OrgUnit, parent_id)
                move_unit(session, COORDINATOR, unit, parent, NOW)
            said.append("done")
        except UnitCircleError:
            said.append("circle")

    pairs = [(ids[0], ids[1]), (ids[1], ids[0])]
    threads = [threading.Thread(target=move, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["circle", "done"]
