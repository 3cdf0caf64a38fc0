"""Units from a table file, and what kinds of unit there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from tracker.domain.names import normalise_name
from tracker.importers.problem import Problem
from tracker.importers.tablefile import Column, Record, read_table_file

if TYPE_CHECKING:
    from pathlib import Path

UnitKindName = Literal["department", "county", "town", "village", "office", "other"]

_COLUMNS: Final = (
    Column("name", ("名称", "单位", "单位名称", "name", "unit"), is_required=True),
    Column("kind", ("类别", "kind"), is_required=True),
    Column("parent", ("上级", "上级单位", "parent")),
    Column("aliases", ("别名", "aliases", "alias")),
)
_KINDS: Final[dict[str, UnitKindName]] = {kind: kind for kind in get_args(UnitKindName)} | {
    "部门": "department",
    "县": "county",
    "区": "county",
    "县（市、区）": "county",
    "县(市、区)": "county",
    "乡镇": "town",
    "村": "village",
    "办公室": "office",
    "其他": "other",
}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit; `parent` is a name as typed or ""."""

    name: str
    kind: UnitKindName
    parent: str
    aliases: tuple[str, ...]
    where: str


def read_units(path: Path) -> tuple[tuple[UnitRow, ...], tuple[Problem, ...]]:
    """The units in the file at `path`, and its bad rows. Aliases are parted by 、 or ；.

    A name stands for one unit: one that comes again, as a name or as an alias, is a problem. Raises
    UnreadableFileError for a file that cannot be read at all.
    """
    file = read_table_file(path, _COLUMNS)
    problems = list(file.problems)
    rows: list[UnitRow] = []
    places: dict[str, str] = {}
    for record in file.records:
        unit = _unit(record)
        if isinstance(unit, Problem):
            problems.append(unit)
            continue
        taken = [name for name in (unit.name, *unit.aliases) if normalise_name(name) in places]
        if taken:
            earlier = places[normalise_name(taken[0])]
            message = f"“{taken[0]}”{earlier}已经用过。一个名称只能指一个单位，请改正其中一处。"
            problems.append(Problem(record.where, "name_repeated", message))
            continue
        places |= {normalise_name(name): record.where for name in (unit.name, *unit.aliases)}
        rows.append(unit)
    return tuple(rows), tuple(problems)


def _unit(record: Record) -> UnitRow | Problem:
    name, parent = (" ".join(record.values[key].split()) for key in ("name", "parent"))
    if not name:
        return Problem(record.where, "name_missing", "没有写单位名称。请补上，或删去本行。")
    kind = _KINDS.get(record.values["kind"].lower())
    if kind is None:
        written = record.values["kind"]
        known = "、".join(word for word in _KINDS if not word.isascii())
        return Problem(record.where, "unknown_kind", f"“{name}”的类别“{written}”无法识别，可填：{known}。")
    aliases = (" ".join(alias.split()) for alias in re.split(r"[、;；,，\n]", record.values["aliases"]))
    others = tuple(dict.fromkeys(alias for alias in aliases if alias and alias != name))
    if too_long := next((text for text in (name, parent, *others) if len(text) > _LONGEST), None):
        return Problem(record.where, "too_long", f"“{too_long[:20]}…”超过 {_LONGEST} 字，请改短。")
    return UnitRow(name, kind, parent, others, record.where)
