"""Whatever a site holds: a merge loses no text and no obligation, and undone it was never there."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.actions.merge_sites import UNITS, Site, build, sites, snapshot
from tests.example import COORDINATOR, OPENED_AT
from tracker.actions.units.change_unit import move_unit, rename_unit
from tracker.actions.units.change_unit_alias import give_alias
from tracker.actions.units.merge_units import merge_units
from tracker.actions.units.undo_unit_change import undo_unit_change
from tracker.domain.states import ObligationState
from tracker.domain.unit_tree import has_circle
from tracker.errors import StateError, TrackerError
from tracker.models import Review, key, metadata
from tracker.store.groups import all_groups, group_members
from tracker.store.unit_changes import list_changes
from tracker.store.unit_rows import referring_rows, rows_where, twins_of, unit_references
from tracker.store.units import all_units, find_unit, parents_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.models import OrgUnit
    from tracker.store.unit_rows import Row

TABLE = metadata.tables["obligation"]
# Each example rolls back what it did, so that the database of the test serves them all.
examples = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
pairs = st.permutations(range(UNITS)).map(lambda order: tuple(order[:2]))
trios = st.permutations(range(UNITS)).map(lambda order: tuple(order[:3]))


class _EndError(Exception):
    """Leaves a transaction without committing it."""


@contextmanager
def example(database: Database) -> Iterator[Session]:
    with suppress(_EndError), database.transaction() as session:
        yield session
        raise _EndError


@examples
@given(sites(), pairs)
def test_undone_every_row_of_every_table_is_as_it_was(
    database: Database, settings: Settings, site: Site, pair: tuple[int, int]
) -> None:
    with example(database) as session:
        units = build(session, site)
        before = snapshot(session)
        change = merge_units(session, COORDINATOR, settings, units[pair[0]], units[pair[1]], OPENED_AT)
        assert snapshot(session) != before
        undo_unit_change(session, COORDINATOR, change, OPENED_AT)
        assert snapshot(session) == before


@examples
@given(sites(), trios)
def test_merges_in_a_chain_are_undone_from_the_last_one_on(
    database: Database, settings: Settings, site: Site, trio: tuple[int, int, int]
) -> None:
    with example(database) as session:
        units = build(session, site)
        first, second, third = (units[place] for place in trio)
        before = snapshot(session)
        merge_units(session, COORDINATOR, settings, first, second, OPENED_AT)
        between = snapshot(session)
        merge_units(session, COORDINATOR, settings, second, third, OPENED_AT)
        session.expire_all()
        assert {first.merged_into_id, second.merged_into_id} == {third.id}
        assert {_meant(session, unit.name) for unit in units} == _live(session)
        newest, older = list_changes(session)
        undo_unit_change(session, COORDINATOR, newest, OPENED_AT)
        assert snapshot(session) == between
        undo_unit_change(session, COORDINATOR, older, OPENED_AT)
        assert snapshot(session) == before


@examples
@given(sites(), pairs)
def test_nothing_is_lost_and_nothing_is_expected_twice(
    database: Database, settings: Settings, site: Site, pair: tuple[int, int]
) -> None:
    with example(database) as session:
        units = build(session, site)
        unit, into = units[pair[0]], units[pair[1]]
        owed = _obligations(session)
        written = _written(session)
        merge_units(session, COORDINATOR, settings, unit, into, OPENED_AT)

        assert _written(session) == written
        assert _expected(_obligations(session)) == _union(session, owed, key(unit), key(into))
        _require_exceptions_only(session, unit, into)
        assert key(unit) not in _live(session)
        assert _meant(session, unit.name) == key(into)
        assert not has_circle(parents_of(session))
        for _group, task_list in all_groups(session):
            for members in group_members(session, task_list).values():
                assert key(unit) not in {key(member) for member in members}


@examples
@given(sites(), pairs, st.data())
def test_an_undoing_after_other_acts_refuses_or_leaves_a_sound_site(
    database: Database, settings: Settings, site: Site, pair: tuple[int, int], data: st.DataObject
) -> None:
    with example(database) as session:
        units = build(session, site)
        texts = {name: snapshot(session)[name] for name in ("progress_update", "draft")}
        change = merge_units(session, COORDINATOR, settings, units[pair[0]], units[pair[1]], OPENED_AT)
        for _ in range(data.draw(st.integers(1, 3))):
            with suppress(TrackerError), session.begin_nested():
                _act(session, settings, data)
        with suppress(StateError), session.begin_nested():
            undo_unit_change(session, COORDINATOR, change, OPENED_AT)
        assert {name: snapshot(session)[name] for name in texts} == texts
        assert not has_circle(parents_of(session))
        live = _live(session)
        for found in units:
            meant = _meant(session, found.name)
            assert meant in live
            assert (meant == key(found)) == (found.merged_into_id is None)


def _act(session: Session, settings: Settings, data: st.DataObject) -> None:
    live = all_units(session)
    if len(live) == 1:
        return
    one, other = data.draw(st.permutations(live))[:2]
    match data.draw(st.integers(0, 4)):
        case 0:
            merge_units(session, COORDINATOR, settings, one, other, OPENED_AT)
        case 1:
            move_unit(session, COORDINATOR, one, other, OPENED_AT)
        case 2:
            # Also to the names of units that were merged away, and their aliases.
            place = data.draw(st.integers(0, UNITS - 1))
            name = data.draw(st.sampled_from((f"示例单位{place}", f"示例{place}", "示例新名")))
            rename_unit(session, COORDINATOR, one, name, OPENED_AT)
        case 3:
            give_alias(session, COORDINATOR, one, "示例别名", OPENED_AT)
        case _:
            number = data.draw(st.integers(0, 2))
            changes = list_changes(session)
            undo_unit_change(session, COORDINATOR, changes[number % len(changes)], OPENED_AT)


def _written(session: Session) -> list[list[Any]]:
    """Texts, and what was said of them; which unit above said it may be another by name afterwards."""
    found = snapshot(session)
    reviews = session.execute(select(Review.id, Review.update_id, Review.outcome).order_by(Review.id))  # type: ignore[call-overload]
    return [found["progress_update"], found["draft"], [tuple(row) for row in reviews]]


def _live(session: Session) -> set[int]:
    return {key(unit) for unit in all_units(session)}


def _meant(session: Session, name: str) -> int | None:
    found = find_unit(session, name)
    return found.id if found else None


def _obligations(session: Session) -> list[Row]:
    session.flush()
    return [dict(row) for row in session.execute(select(TABLE)).mappings()]


def _expected(obligations: list[Row]) -> set[tuple[int, int, int]]:
    """Round, task and unit of whatever is expected."""
    return {
        (found["round_id"], found["task_id"], found["unit_id"])
        for found in obligations
        if found["state"] is not ObligationState.EXEMPT
    }


def _union(session: Session, owed: list[Row], unit_id: int, into_id: int) -> set[tuple[int, int, int]]:
    """What either of the two was expected to report, but for what the kept unit was excused from after it wrote."""
    expected = {
        (round_id, task_id, into_id if owner == unit_id else owner)
        for round_id, task_id, owner in _expected(owed)
    }
    excused = {
        (found["round_id"], found["task_id"], into_id)
        for found in owed
        if found["unit_id"] == into_id
        and found["state"] is ObligationState.EXEMPT
        and (found["version"] or referring_rows(session, TABLE, found))
    }
    return expected - excused


def _require_exceptions_only(session: Session, unit: OrgUnit, into: OrgUnit) -> None:
    """What still names the unit that went: exempt obligations with texts, receipts and reminders that collide."""
    for column in unit_references():
        for row in rows_where(session, column, key(unit)):
            assert column.table.name in ("obligation", "receipt", "reminder"), column
            assert twins_of(session, column.table, row | {column.name: into.id}, column.name)
            if column.table.name == "obligation":
                assert row["state"] == "exempt"
                assert row["exempt_reason"]
                assert row["version"] or referring_rows(session, column.table, row)
