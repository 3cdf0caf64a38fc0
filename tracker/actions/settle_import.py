"""What an uploaded document comes to with a person's choices: exactly what the preview shows and the import stores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.domain.names import clean_name, may_be_same, nearest_names, normalise_name
from tracker.domain.unit_kinds import guess_kind
from tracker.domain.unit_names import split_units
from tracker.i18n import mark
from tracker.importers.listfile import GroupEntry, UnitEntry
from tracker.importers.parsed import ParsedUnit
from tracker.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.actions.import_choices import ImportChoices
    from tracker.importers.document import DocumentReading
    from tracker.importers.parsed import ParsedTask, Problem, UnitRole
    from tracker.importers.tables.table import TaskRow
    from tracker.importers.units import UnitKindName
    from tracker.models import OrgUnit

NAMED: Final = "named"
_MOST_NEAR: Final = 3
# Each name is compared with all others: a document of absurdly many is not compared to its end.
_MOST_COMPARED: Final = 300
_KINDS: Final[Mapping[str, UnitKindName]] = {
    "department": "department",
    "county": "county",
    "town": "town",
    "village": "village",
    "office": "office",
    "other": "other",
}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A name that no unit of the site answers to. `near` are names that may mean the same; `same_as` the chosen one."""

    name: str
    kind: UnitKindName
    near: tuple[str, ...]
    same_as: str


@dataclass(frozen=True, slots=True)
class Collective:
    """A group of the document and the units that it stands for; `meaning` as in ImportChoices.groups."""

    name: str
    meaning: str
    typed: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A unit that is new, gets an alias, or is a member of a collective."""

    name: str
    kind: UnitKindName
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The document with the choices applied.

    `guessed` and `needing` are numbers of tasks, before the choices: whose lead is a guess, and who name nobody.
    `lead_options` are the units of each task as written, by number.
    """

    tasks: tuple[ParsedTask, ...]
    rows: tuple[TaskRow, ...]
    problems: tuple[Problem, ...]
    new_units: tuple[NewUnit, ...]
    collectives: tuple[Collective, ...]
    guessed: frozenset[str]
    needing: frozenset[str]
    lead_options: Mapping[str, tuple[str, ...]]
    described: tuple[Described, ...]

    def unit_entries(self) -> tuple[UnitEntry, ...]:
        """Units as a list file would describe them. Raises InvalidValueError for what is too long for a name."""
        for found in self.described:
            clean_name(found.name, field=mark("单位名称"))
        return tuple(
            UnitEntry(name=found.name, kind=found.kind, aliases=found.aliases) for found in self.described
        )

    def group_entries(self) -> tuple[GroupEntry, ...]:
        """Raises as `unit_entries`."""
        for found in self.collectives:
            clean_name(found.name, field=mark("单位名称"))
        return tuple(GroupEntry(name=found.name, members=found.members) for found in self.collectives)

    @property
    def made(self) -> str:
        """Stands for the names that are new here: nothing is made of one that the preview has not shown."""
        names = [unit.name for unit in self.new_units]
        return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def settle(reading: DocumentReading, choices: ImportChoices, known: Mapping[str, OrgUnit]) -> Settlement:
    """Applies `choices`; `known` are the units of the site by every name they answer to."""
    document = reading.document
    needing = frozenset(task.number for task in document.tasks if not task.units)
    rows = tuple(_row(row, choices) if row.number in needing else row for row in reading.rows)
    named = [_name_units(task, choices) if task.number in needing else task for task in document.tasks]
    guessed = frozenset(task.number for task in named if task.units and not task.lead_certain)
    options = {task.number: _candidates(task) for task in named if task.number in guessed}
    tasks = [_settle_lead(task, choices) for task in named]
    typed = {
        name: tuple(unit.name for unit in split_units(text) if not unit.is_group)
        for name, text in choices.members.items()
        if _meaning(name, choices) == NAMED
    }
    groups = _groups(tasks)
    naming = _Naming(known, choices)
    naming.meet_all(tasks)
    for name in groups.values():
        for member in typed.get(name, ()):
            naming.meet(member, member)
    tasks = [_rename(task, naming, groups) for task in tasks]
    collectives = tuple(_collective(name, choices, typed, naming) for name in dict.fromkeys(groups.values()))
    left = any(not task.units for task in tasks)
    return Settlement(
        tasks=tuple(tasks),
        rows=rows,
        problems=tuple(problem for problem in document.problems if left or problem.code != "needs_units"),
        new_units=naming.new_units(),
        collectives=collectives,
        guessed=guessed,
        needing=needing,
        lead_options=options,
        described=naming.described(member for found in collectives for member in found.members),
    )


class _Naming:
    """Names of the document sorted into those of the site's units and new ones."""

    def __init__(self, known: Mapping[str, OrgUnit], choices: ImportChoices) -> None:
        self._known = known
        self._choices = choices
        self._new: dict[str, NewUnit] = {}
        self._roots: dict[str, str] = {}

    def meet_all(self, tasks: Iterable[ParsedTask]) -> None:
        for task in tasks:
            for unit in task.units:
                if unit.role != "group":
                    self.meet(unit.name, unit.text)

    def meet(self, name: str, text: str) -> None:
        lookup = normalise_name(name)
        if lookup in self._roots:
            return
        found = self._known.get(lookup) or self._known.get(normalise_name(text))
        if found is not None:
            self._roots[lookup] = found.name
            return
        near = self._near(name)
        wanted = self._choices.same_as.get(name, "")
        same_as = wanted if wanted in near else ""
        kind = _KINDS.get(self._choices.kinds.get(name, "")) or _KINDS[guess_kind(name)]
        self._new[name] = NewUnit(name, kind, near, same_as)
        # Only names met before are near: what they mean is settled.
        self._roots[lookup] = self.root(same_as) if same_as else name

    def _near(self, name: str) -> tuple[str, ...]:
        """Units of the site, and new names met before this one, that may be the same unit."""
        if len(self._new) >= _MOST_COMPARED:
            return ()
        owners = {unit.name for lookup, unit in self._known.items() if may_be_same(name, lookup)} | {
            new for new in self._new if may_be_same(name, new)
        }
        return nearest_names(name, sorted(owners), _MOST_NEAR)

    def root(self, name: str) -> str:
        """The unit that `name` means."""
        lookup = normalise_name(name)
        if lookup in self._roots:
            return self._roots[lookup]
        found = self._known.get(lookup)
        return found.name if found else name

    def new_units(self) -> tuple[NewUnit, ...]:
        return tuple(self._new.values())

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Names of the site's units of that kind, then of the new ones."""
        known = {unit.name: None for unit in self._known.values() if unit.kind.value == kind}
        new = {unit.name: None for unit in self._new.values() if unit.kind == kind and not unit.same_as}
        return tuple(known | new)

    def described(self, members: Iterable[str]) -> tuple[Described, ...]:
        """New units, those that get an alias, and members of groups: what a list file would describe."""
        kinds: dict[str, str] = {unit.name: unit.kind.value for unit in self._known.values()}
        kinds |= {unit.name: unit.kind for unit in self._new.values()}
        aliases: dict[str, list[str]] = {unit.name: [] for unit in self._new.values() if not unit.same_as}
        for unit in self._new.values():
            if unit.same_as:
                aliases.setdefault(self.root(unit.name), []).append(unit.name)
        for member in members:
            aliases.setdefault(member, [])
        return tuple(Described(name, _KINDS[kinds[name]], tuple(others)) for name, others in aliases.items())


def _row(row: TaskRow, choices: ImportChoices) -> TaskRow:
    return replace(row, units=choices.units.get(row.number, "") or row.units)


def _name_units(task: ParsedTask, choices: ImportChoices) -> ParsedTask:
    """A task without units gets those that a person typed; of these the first one named leads."""
    units: list[ParsedUnit] = []
    for unit in split_units(choices.units.get(task.number, "")):
        is_first = not any(found.role == "lead" for found in units)
        role: UnitRole = "group" if unit.is_group else "lead" if is_first else "support"
        units.append(ParsedUnit(unit.text, unit.name, role))
    has_lead = any(found.role == "lead" for found in units)
    return replace(task, units=tuple(units), lead_certain=has_lead) if units else task


def _candidates(task: ParsedTask) -> tuple[str, ...]:
    return tuple(unit.name for unit in task.units if unit.role != "group")


def _settle_lead(task: ParsedTask, choices: ImportChoices) -> ParsedTask:
    """The lead that was chosen, or the guess where guesses are confirmed or the office's rule makes it certain."""
    if task.lead_certain:
        return task
    chosen = choices.leads.get(task.number, "")
    if chosen in _candidates(task):
        units = tuple(
            unit if unit.role == "group" else replace(unit, role="lead" if unit.name == chosen else "support")
            for unit in task.units
        )
        return replace(task, units=units, lead_certain=True)
    has_lead = any(unit.role == "lead" for unit in task.units)
    return replace(task, lead_certain=has_lead and (choices.confirms_leads or choices.lead == "first"))


def _groups(tasks: Sequence[ParsedTask]) -> dict[str, str]:
    """Each collective's first wording, by its normalised name: width and white space make no second one."""
    found: dict[str, str] = {}
    for task in tasks:
        for unit in task.units:
            if unit.role == "group":
                found.setdefault(normalise_name(unit.name), unit.name)
    return found


def _rename(task: ParsedTask, naming: _Naming, groups: Mapping[str, str]) -> ParsedTask:
    """Units under the names they are stored by; one that is named twice, under two names, stands once."""
    units: dict[tuple[bool, str], ParsedUnit] = {}
    for unit in task.units:
        is_group = unit.role == "group"
        name = groups[normalise_name(unit.name)] if is_group else naming.root(unit.name)
        before = units.get((is_group, name))
        if before is None or (unit.role == "lead" and before.role != "lead"):
            units[is_group, name] = replace(unit, name=name)
    return replace(task, units=tuple(units.values()))


def _meaning(name: str, choices: ImportChoices) -> str:
    """What was chosen; units that were typed without choosing are meant all the same."""
    return choices.groups.get(name, "") or (NAMED if choices.members.get(name) else "")


def _collective(
    name: str, choices: ImportChoices, typed: Mapping[str, tuple[str, ...]], naming: _Naming
) -> Collective:
    meaning = _meaning(name, choices)
    members: tuple[str, ...] = ()
    if meaning in tuple(UnitKind):
        members = naming.of_kind(meaning)
    elif meaning == NAMED:
        members = tuple(dict.fromkeys(naming.root(member) for member in typed.get(name, ())))
    return Collective(name, meaning, choices.members.get(name, ""), members)
