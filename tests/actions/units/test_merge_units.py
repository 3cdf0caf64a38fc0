"""One unit turns out to be another: what moves, what gives way, what stays behind, and the way back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect
from sqlmodel import select

from tests.example import COORDINATOR, OPENED_AT, Example, build_example
from tracker.actions.documents.compile_report import compile_report
from tracker.actions.filing.file_progress import submit
from tracker.actions.filing.filing import Filing
from tracker.actions.filing.save_draft import save_draft
from tracker.actions.people.accounts import actor_of, add_account
from tracker.actions.people.import_contacts import import_contacts
from tracker.actions.review.review_update import exempt
from tracker.actions.rounds.open_round import open_round
from tracker.actions.units.change_unit import create_unit, move_unit, rename_unit
from tracker.actions.units.change_unit_alias import give_alias, take_alias
from tracker.actions.units.merge_units import merge_units, reason_of
from tracker.actions.units.plan_unit_merge import plan_unit_merge
from tracker.actions.units.set_group_members import set_group_members
from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.domain.actors import Actor, Role
from tracker.domain.states import ObligationState
from tracker.errors import (
    ChangeUndoneError,
    ForbiddenError,
    LaterChangeError,
    MergedNameError,
    NameTakenError,
    NotExpectedError,
    SameUnitError,
    UnitMergedError,
)
from tracker.importers.contacts import ContactRow
from tracker.models import (
    Account,
    AssignmentRole,
    Contact,
    Obligation,
    OrgUnit,
    ProgressUpdate,
    Receipt,
    ReportingRound,
    Task,
    UnitGroup,
    UnitKind,
    key,
)
from tracker.store.groups import member_ids
from tracker.store.obligation_list import ObligationFilter, StateWord, count_obligations
from tracker.store.rounds import obligations_of, round_rates
from tracker.store.unit_changes import list_changes, merge_of
from tracker.store.unit_rows import unit_references
from tracker.store.units import all_units, find_unit, unit_by_id, unit_by_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import UnitChange

NOW = OPENED_AT


def filed(session: Session, example: Example, unit: OrgUnit, number: int, text: str) -> None:
    task = example.tasks[number - 1]
    outcome = submit(session, example.filer(unit), example.round, unit, [Filing(task, text)], NOW)
    assert not outcome.refused


def obligation(session: Session, example: Example, unit: OrgUnit, number: int) -> Obligation:
    """Also one that stayed behind with a unit that was merged away."""
    task = example.tasks[number - 1]
    return session.exec(
        select(Obligation).where(
            Obligation.round_id == example.round.id,
            Obligation.unit_id == unit.id,
            Obligation.task_id == task.id,
        )
    ).one()


def merged(session: Session, settings: Settings, unit: OrgUnit, into: OrgUnit) -> UnitChange:
    return merge_units(session, COORDINATOR, settings, unit, into, NOW)


def undo(session: Session, change: UnitChange) -> None:
    undo_unit_change(session, COORDINATOR, change, NOW)


def test_every_reference_to_a_unit_takes_part(database: Database) -> None:
    """Asked of the database itself, so that a table that is added later is not forgotten."""
    found = inspect(database.engine)
    expected = {
        f"{table}.{column}"
        for table in found.get_table_names()
        for reference in found.get_foreign_keys(table)
        for column in reference["constrained_columns"]
        if reference["referred_table"] == "org_unit" and table != "unit_change"
    }
    assert {f"{column.table.name}.{column.name}" for column in unit_references()} == expected
    assert {"obligation.unit_id", "org_unit.parent_id", "org_unit.merged_into_id"} <= expected


def test_its_names_sign_ins_and_people_are_the_others_now(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        account, _ = add_account(
            session, COORDINATOR, "甲县", Role.FILLER, NOW, unit=a, password="long enough"
        )
        merged(session, settings, a, b)
        assert [unit.name for unit in all_units(session)] == ["市示例局", "乙县"]
        for name in ("甲县", "甲县人民政府", "乙县"):
            assert unit_by_name(session, name).id == b.id
        assert unit_by_id(session, key(a)).id == b.id
        session.refresh(account)
        assert actor_of(account, "web").unit_id == b.id
        emails = session.exec(select(Contact.email).where(Contact.unit_id == b.id)).all()
        assert sorted(emails) == ["a@example.org", "b@example.org"]
        outcome = submit(
            session,
            actor_of(account, "web"),
            example.round,
            b,
            [Filing(example.tasks[2], "甲县的人为乙县报送。")],
            NOW,
        )
        assert outcome.receipt


def test_an_empty_obligation_gives_way_and_comes_back(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        filed(session, example, a, 1, "甲县第一项。")
        filed(session, example, b, 2, "乙县第二项。")
        ids = {
            (unit.name, number): key(obligation(session, example, unit, number))
            for unit in (a, b)
            for number in (1, 2)
        }
        change = merged(session, settings, a, b)
        assert obligation(session, example, b, 1).id == ids["甲县", 1]
        assert obligation(session, example, b, 2).id == ids["乙县", 2]
        assert obligations_of(session, example.round, unit_id=key(a)) == []
        rates = round_rates(session, example.round)
        assert (rates.expected, rates.filed, rates.exempt) == (6, 2, 0)
        undo(session, change)
        assert {
            (unit.name, number): key(obligation(session, example, unit, number))
            for unit in (a, b)
            for number in (1, 2)
        } == ids
        assert round_rates(session, example.round).expected == 8


def test_where_both_wrote_the_kept_units_text_stands_and_the_other_stays_on_file(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        filed(session, example, a, 1, "甲县第一项。")
        filed(session, example, b, 1, "乙县第一项。")
        save_draft(session, example.filer(a), example.round, a, example.tasks[1], "甲县草稿", NOW)
        filed(session, example, b, 2, "乙县第二项。")
        plan = plan_unit_merge(session, COORDINATOR, a, b, reason_of(settings, b))
        assert [stays["unit_id"] for stays, _ in plan.clashes] == [b.id, b.id]
        change = merged(session, settings, a, b)
        for number in (1, 2):
            left = obligation(session, example, a, number)
            assert left.state is ObligationState.EXEMPT
            assert left.exempt_reason.startswith("已并入乙县")
            assert obligation(session, example, b, number).state is ObligationState.SUBMITTED
        assert len(session.exec(select(ProgressUpdate)).all()) == 3
        # Counted nowhere: neither expected nor exempt, on no board and in no report.
        rates = round_rates(session, example.round)
        assert (rates.expected, rates.filed, rates.exempt) == (6, 2, 0)
        every = ObligationFilter(StateWord.EXEMPT)
        assert count_obligations(session, example.round, every) == 0
        report = compile_report(session, settings, example.task_list, example.round, NOW)
        assert {unit.name for unit in report.units} == {"市示例局", "乙县"}
        assert len([entry for task in report.tasks for entry in task.entries]) == 6
        undo(session, change)
        assert obligation(session, example, a, 1).state is ObligationState.SUBMITTED
        assert obligation(session, example, a, 2).state is ObligationState.DRAFT
        assert obligation(session, example, a, 1).exempt_reason == ""


def test_a_duplicate_that_was_exempted_does_not_excuse_the_unit(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        exempt(session, COORDINATOR, obligation(session, example, b, 1), example.tasks[0], "与甲县重复")
        merged(session, settings, a, b)
        assert obligation(session, example, b, 1).state is ObligationState.PENDING


def test_whoever_leads_owes_it_once_as_its_lead(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        change = merged(session, settings, example.bureau, example.county_b)
        roles = {obligation(session, example, example.county_b, number).role for number in (1, 2, 3)}
        assert roles == {AssignmentRole.LEAD}
        undo(session, change)
        roles = {obligation(session, example, example.county_b, number).role for number in (1, 2, 3)}
        assert roles == {AssignmentRole.LOCAL}


def test_one_mailbox_and_one_membership_are_not_kept_twice(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        row = ContactRow(unit="甲县", name="另一写法", email="B@Example.org", role=Role.FILLER, where="")
        import_contacts(session, COORDINATOR, [row], ())
        group = session.exec(select(UnitGroup)).one()
        change = merged(session, settings, a, b)
        emails = session.exec(select(Contact.email).where(Contact.unit_id == b.id)).all()
        assert sorted(emails) == ["a@example.org", "b@example.org"]
        assert member_ids(session, group) == {b.id}
        undo(session, change)
        emails = session.exec(select(Contact.email).where(Contact.unit_id == a.id)).all()
        assert sorted(emails) == ["B@Example.org", "a@example.org"]
        assert member_ids(session, group) == {a.id, b.id}


def test_a_unit_above_goes_into_its_own_child_and_leaves_its_place_to_it(
    database: Database, settings: Settings
) -> None:
    with database.transaction() as session:
        city = create_unit(session, COORDINATOR, "示例市", UnitKind.COUNTY, NOW)
        county = create_unit(session, COORDINATOR, "甲县", UnitKind.COUNTY, NOW, parent=city)
        town = create_unit(session, COORDINATOR, "甲镇", UnitKind.TOWN, NOW, parent=county)
        village = create_unit(session, COORDINATOR, "甲村", UnitKind.VILLAGE, NOW, parent=town)
        change = merged(session, settings, county, village)
        assert village.parent_id == city.id
        assert town.parent_id == village.id
        undo(session, change)
        assert (village.parent_id, town.parent_id) == (town.id, county.id)


def test_a_unit_goes_into_the_one_right_below_it(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", UnitKind.COUNTY, NOW)
        town = create_unit(session, COORDINATOR, "甲镇", UnitKind.TOWN, NOW, parent=county)
        change = merged(session, settings, county, town)
        assert town.parent_id is None
        undo(session, change)
        assert town.parent_id == county.id


def test_its_children_go_with_it(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        county = create_unit(session, COORDINATOR, "甲县", UnitKind.COUNTY, NOW)
        other = create_unit(session, COORDINATOR, "乙县", UnitKind.COUNTY, NOW)
        town = create_unit(session, COORDINATOR, "甲镇", UnitKind.TOWN, NOW, parent=county)
        change = merged(session, settings, county, other)
        assert town.parent_id == other.id
        move_unit(session, COORDINATOR, town, None, NOW)
        undo(session, change)
        # It is no longer where the merge put it.
        assert town.parent_id is None


def test_a_unit_does_not_go_into_itself_nor_twice(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        with pytest.raises(SameUnitError):
            merged(session, settings, a, a)
        change = merged(session, settings, a, b)
        for pair in ((a, b), (a, example.bureau), (example.bureau, a)):
            with pytest.raises(UnitMergedError, match=f"甲县已并入乙县.*第 {change.id} 号"):
                merged(session, settings, *pair)
        acts: list[Callable[[], Any]] = [
            lambda: rename_unit(session, COORDINATOR, a, "丙县", NOW),
            lambda: give_alias(session, COORDINATOR, a, "丙县", NOW),
            lambda: move_unit(session, COORDINATOR, b, a, NOW),
            lambda: create_unit(session, COORDINATOR, "丙镇", UnitKind.TOWN, NOW, parent=a),
            lambda: set_group_members(
                session, COORDINATOR, session.exec(select(UnitGroup)).one(), {key(a)}, NOW
            ),
        ]
        for act in acts:
            with pytest.raises(UnitMergedError):
                act()


def test_the_name_of_a_merged_unit_goes_on_meaning_the_other(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        change = merged(session, settings, a, b)
        with pytest.raises(MergedNameError, match=f"请先撤销那次并入（第 {change.id} 号变更）"):
            rename_unit(session, COORDINATOR, b, " 甲 县", NOW)
        with pytest.raises(MergedNameError):
            take_alias(session, COORDINATOR, b, "甲县", NOW)
        with pytest.raises(NameTakenError, match="乙县"):
            create_unit(session, COORDINATOR, "甲县", UnitKind.COUNTY, NOW)
        with pytest.raises(NameTakenError, match="乙县"):
            rename_unit(session, COORDINATOR, example.bureau, "甲县", NOW)


def test_undone_it_takes_back_what_was_done_since_to_its_rows(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        filed(session, example, a, 1, "甲县第一项。")
        change = merged(session, settings, a, b)
        filed(session, example, b, 1, "合并之后改写。")
        take_alias(session, COORDINATOR, b, "甲县人民政府", NOW)
        opened = open_round(session, COORDINATOR, settings, example.task_list, "2024Q4", NOW)
        undo(session, change)
        assert obligation(session, example, a, 1).version == 2
        assert obligation(session, example, b, 1).version == 0
        assert find_unit(session, "甲县人民政府") is None
        assert {found.name for found in all_units(session)} == {"市示例局", "甲县", "乙县"}
        # What was expected of the two as one stays expected of the one that was kept.
        assert obligations_of(session, opened, unit_id=key(a)) == []
        with pytest.raises(ChangeUndoneError):
            undo(session, change)


def test_a_later_merge_is_undone_first(database: Database, settings: Settings) -> None:
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b, bureau = example.county_a, example.county_b, example.bureau
        first = merged(session, settings, a, b)
        second = merged(session, settings, b, bureau)
        assert {a.merged_into_id, b.merged_into_id} == {bureau.id}
        assert unit_by_name(session, "甲县").id == bureau.id
        with pytest.raises(LaterChangeError, match=f"请先撤销第 {second.id} 号"):
            undo(session, first)
        undo(session, second)
        undo(session, first)
        assert len(all_units(session)) == 3
        assert merge_of(session, key(a)) is None


def test_of_two_merges_into_one_unit_the_last_is_undone_first(database: Database, settings: Settings) -> None:
    """What gave way in the second may have given way to what the first one brought."""
    with database.transaction() as session:
        example = build_example(session, settings)
        a, b, bureau = example.county_a, example.county_b, example.bureau
        first = merged(session, settings, a, bureau)
        second = merged(session, settings, b, bureau)
        with pytest.raises(LaterChangeError, match=f"请先撤销第 {second.id} 号"):
            undo(session, first)
        undo(session, second)
        undo(session, first)
        assert round_rates(session, example.round).expected == 8


def test_renamed_to_a_name_of_the_other_it_cannot_be_parted(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        change = merged(session, settings, example.county_a, example.county_b)
        renamed = rename_unit(session, COORDINATOR, example.county_b, "甲县人民政府", NOW)
        assert renamed
        with pytest.raises(LaterChangeError, match=f"第 {renamed.id} 号变更（改名）"):
            undo(session, change)
        undo(session, renamed)
        undo(session, change)
        assert unit_by_name(session, "甲县人民政府").name == "甲县"


def test_parted_again_no_unit_stands_below_itself(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        city = create_unit(session, COORDINATOR, "示例市", UnitKind.COUNTY, NOW)
        county = create_unit(session, COORDINATOR, "甲县", UnitKind.COUNTY, NOW, parent=city)
        town = create_unit(session, COORDINATOR, "甲镇", UnitKind.TOWN, NOW, parent=county)
        other = create_unit(session, COORDINATOR, "乙县", UnitKind.COUNTY, NOW)
        change = merged(session, settings, county, other)
        # 甲县 stands below 示例市, which would now stand below 甲镇, below 甲县.
        moved = move_unit(session, COORDINATOR, city, town, NOW)
        assert moved
        with pytest.raises(LaterChangeError, match=f"第 {moved.id} 号变更（改上级）"), session.begin_nested():
            undo(session, change)
        undo(session, moved)
        undo(session, change)
        assert town.parent_id == county.id


def test_a_change_of_a_unit_merged_since_is_not_undone(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        group = session.exec(select(UnitGroup)).one()
        renamed = rename_unit(session, COORDINATOR, a, "甲自治县", NOW)
        members = set_group_members(session, COORDINATOR, group, {key(a)}, NOW)
        moved = move_unit(session, COORDINATOR, b, a, NOW)
        merge = merged(session, settings, a, example.bureau)
        for change in (renamed, members, moved):
            assert change
            with pytest.raises(LaterChangeError, match=f"请先撤销第 {merge.id} 号"):
                undo(session, change)
        for change in (merge, moved, members, renamed):
            assert change
            undo(session, change)
        assert (a.name, b.parent_id, member_ids(session, group)) == ("甲县", None, {a.id, b.id})


@pytest.mark.parametrize("role", [Role.FILLER, Role.LEADER])
def test_only_coordinators_merge(sqlite_database: Database, settings: Settings, role: Role) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
        a, b = example.county_a, example.county_b
        actor = Actor(role, "某人", "test", unit_id=key(a))
        with pytest.raises(ForbiddenError):
            plan_unit_merge(session, actor, a, b, "")
        with pytest.raises(ForbiddenError):
            merge_units(session, actor, settings, a, b, NOW)
        assert list_changes(session) == []


def test_a_plan_changes_nothing(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.transaction() as session:
        example = build_example(session, settings)
    with sqlite_database.reading() as session:
        unit, into = (session.get_one(OrgUnit, found.id) for found in (example.county_a, example.county_b))
        plan = plan_unit_merge(session, COORDINATOR, unit, into, "理由")
        assert plan.moved()["unit_alias.unit_id"] == 2
        assert plan.removed() == {"obligation": 2, "unit_group_member": 1}
        assert not session.dirty
        assert len(session.exec(select(Obligation)).all()) == 8


def _ids(database: Database, settings: Settings) -> tuple[int, int, int, int]:
    """甲县, 乙县, the round, and task 1, stored."""
    with database.transaction() as session:
        example = build_example(session, settings)
        return (
            key(example.county_a),
            key(example.county_b),
            key(example.round),
            key(example.tasks[0]),
        )


def test_of_two_who_merge_crosswise_at_once_one_is_refused(database: Database, settings: Settings) -> None:
    a, b, _, _ = _ids(database, settings)
    start = threading.Barrier(2)
    said: list[str] = []

    def merge(unit_id: int, into_id: int) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                merged(
                    session, settings, session.get_one(OrgUnit, unit_id), session.get_one(OrgUnit, into_id)
                )
            said.append("done")
        except UnitMergedError:
            said.append("merged")

    threads = [threading.Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "merged"]


def test_what_is_being_filed_meanwhile_is_taken_along(database: Database, settings: Settings) -> None:
    """The merge waits for whoever is filing, and finds what they filed."""
    a, b, round_id, task_id = _ids(database, settings)

    def merge() -> None:
        with database.transaction() as session:
            merged(session, settings, session.get_one(OrgUnit, a), session.get_one(OrgUnit, b))

    merging = threading.Thread(target=merge)
    with database.transaction() as session:
        unit = session.get_one(OrgUnit, a)
        actor = Actor(Role.FILLER, "填报人", "test", unit_id=a)
        reporting_round = session.get_one(ReportingRound, round_id)
        submit(
            session, actor, reporting_round, unit, [Filing(session.get_one(Task, task_id), "正在报送。")], NOW
        )
        merging.start()
        merging.join(0.3)
    merging.join()
    with database.reading() as session:
        texts = session.exec(
            select(ProgressUpdate.text)
            .join(Obligation)
            .where(Obligation.unit_id == b, Obligation.task_id == task_id)
        ).all()
        assert texts == ["正在报送。"]
        assert session.exec(select(Receipt.unit_id)).all() == [b]


def test_who_files_while_units_are_merged_is_told_so(database: Database, settings: Settings) -> None:
    a, b, round_id, task_id = _ids(database, settings)
    said: list[object] = []

    def file() -> None:
        with database.transaction() as session:
            unit = session.get_one(OrgUnit, a)
            actor = Actor(Role.FILLER, "填报人", "test", unit_id=a)
            filing = Filing(session.get_one(Task, task_id), "太晚了。")
            outcome = submit(session, actor, session.get_one(ReportingRound, round_id), unit, [filing], NOW)
            said.extend(type(refusal.error) for refusal in outcome.refused)

    filing = threading.Thread(target=file)
    with database.transaction() as session:
        merged(session, settings, session.get_one(OrgUnit, a), session.get_one(OrgUnit, b))
        filing.start()
        filing.join(0.3)
    filing.join()
    assert said == [NotExpectedError]
    with database.reading() as session:
        assert session.exec(select(Receipt)).all() == []
        assert session.exec(select(Account)).all() == []
