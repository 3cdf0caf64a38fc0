"""What a document changes in its list: one that was imported, or one that would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from tracker.actions.lists.import_lines import Meanings, lines_of
from tracker.domain.task_changes import compare_tasks
from tracker.errors import UnknownVersionError
from tracker.models import TaskList, UnitKind, key
from tracker.store.groups import group_members, groups_of
from tracker.store.list_lines import lineages_of, stored_lines, text_of
from tracker.store.lists import current_version
from tracker.store.units import all_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from tracker.actions.lists.settle_import import Settlement
    from tracker.domain.task_changes import TaskChange
    from tracker.models import ListVersion


def pick_versions(
    versions: Sequence[ListVersion], earlier: int | None, later: int | None
) -> tuple[ListVersion | None, ListVersion]:
    """The two to compare, of `versions` with the newest first: by default the newest and the one before it.

    The first is None where there is nothing earlier. Raises UnknownVersionError for a number that is not there.
    """
    by_number = {version.number: version for version in versions}
    for number in (earlier, later):
        if number is not None and number not in by_number:
            raise UnknownVersionError(str(number), tuple(str(known) for known in by_number)[:3])
    new = by_number[later] if later is not None else versions[0]
    if earlier is not None:
        return by_number[earlier], new
    return next((version for version in versions if version.number < new.number), None), new


def compare_versions(session: Session, earlier: ListVersion, later: ListVersion) -> tuple[TaskChange, ...]:
    """Every task of both; the same task is the one of the same lineage, as it was joined at the import."""
    numbers = {lineage: number for number, lineage in lineages_of(session, key(earlier)).items()}
    going_on = {
        number: numbers.get(lineage, "") for number, lineage in lineages_of(session, key(later)).items()
    }
    before, after = (
        [text_of(line) for line in stored_lines(session, key(version))] for version in (earlier, later)
    )
    return compare_tasks(before, after, going_on)


def compare_import(
    session: Session, slug: str, settlement: Settlement, going_on: Mapping[str, str]
) -> tuple[TaskChange, ...]:
    """What importing the document under `slug` would change; nothing for a new list. Writes nothing.

    `going_on` is a person's word on which tasks go on: see `compare_tasks`.
    """
    task_list = _list(session, slug)
    if task_list is None:
        return ()
    before = stored_lines(session, key(current_version(session, task_list)))
    after = lines_of(settlement.tasks, settlement.rows, _meanings(session, task_list, settlement))
    return compare_tasks([text_of(line) for line in before], [text_of(line) for line in after], going_on)


def stored_numbers(session: Session, slug: str) -> frozenset[str]:
    """Numbers of the tasks that the list of that slug has now."""
    task_list = _list(session, slug)
    if task_list is None:
        return frozenset()
    return frozenset(lineages_of(session, key(current_version(session, task_list))))


def _list(session: Session, slug: str) -> TaskList | None:
    return session.exec(select(TaskList).where(TaskList.slug == slug)).first()


def _meanings(session: Session, task_list: TaskList, settlement: Settlement) -> Meanings:
    """As the import would find them: settled names are the site's own or new ones."""
    kinds = {unit.name: unit.kind for unit in all_units(session)}
    kinds = {unit.name: UnitKind(unit.kind) for unit in settlement.described} | kinds
    members = group_members(session, task_list)
    stored = {
        group.name: frozenset(unit.kind for unit in members.get(key(group), ()))
        for group in groups_of(session, task_list)
    }
    settled = {
        found.name: frozenset(kinds[member] for member in found.members) for found in settlement.collectives
    }
    units: dict[str, tuple[str, UnitKind]] = {}
    groups: dict[str, tuple[str, frozenset[UnitKind]]] = {}
    for mention in (unit for task in settlement.tasks for unit in task.units):
        if mention.role == "group":
            name = mention.text if mention.name not in stored and mention.text in stored else mention.name
            # A collective that the document gives no members keeps those it has.
            groups[mention.name] = name, settled.get(mention.name) or stored.get(name, frozenset())
        else:
            units[mention.name] = mention.name, kinds[mention.name]
    return Meanings(units, groups)
