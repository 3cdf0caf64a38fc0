"""The tasks of a document as lines of a list: every name replaced by the one it has on this site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.models import AssignmentRole
from tracker.store.groups import is_local
from tracker.store.list_lines import BoundUnit, ListLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.importers.parsed import ParsedTask, ParsedUnit
    from tracker.importers.tables.table import TaskRow
    from tracker.models import UnitKind


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the names of a document mean here, by the full name that a task mentions.

    `units`: canonical name and kind. `groups`: the group's name, and the kinds of its members.
    """

    units: Mapping[str, tuple[str, UnitKind]]
    groups: Mapping[str, tuple[str, frozenset[UnitKind]]]


def lines_of(tasks: Sequence[ParsedTask], rows: Sequence[TaskRow], meanings: Meanings) -> list[ListLine]:
    """One line a task; `rows` run parallel to `tasks`."""
    lines: list[ListLine] = []
    block = 0
    for task, row in zip(tasks, rows, strict=True):
        block += not row.units_are_inherited
        lines.append(
            ListLine(
                number=task.number,
                section=task.section,
                measure=task.measure,
                title=task.title,
                content=task.content,
                units_text=row.units,
                units_block=block,
                deadline=task.deadline,
                is_lead_certain=task.lead_certain,
                place=task.where,
                bound=tuple(dict.fromkeys(_bound(mention, meanings) for mention in task.units)),
            )
        )
    return lines


def _bound(mention: ParsedUnit, meanings: Meanings) -> BoundUnit:
    if mention.role == "group":
        name, kinds = meanings.groups[mention.name]
        return BoundUnit(name, True, _group_role(kinds), mention.text)
    name, kind = meanings.units[mention.name]
    return BoundUnit(name, False, _role(mention, kind), mention.text)


def _role(mention: ParsedUnit, kind: UnitKind) -> AssignmentRole:
    if mention.role == "lead":
        return AssignmentRole.LEAD
    return AssignmentRole.LOCAL if is_local(kind) else AssignmentRole.SUPPORTING


def _group_role(kinds: Iterable[UnitKind]) -> AssignmentRole:
    """A collective of places files as each of them; one of departments, or of nobody known, supports."""
    found = list(kinds)
    all_local = bool(found) and all(is_local(kind) for kind in found)
    return AssignmentRole.LOCAL if all_local else AssignmentRole.SUPPORTING
