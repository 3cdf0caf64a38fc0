"""What a document comes to with a person's choices: exactly what the preview shows and the import stores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.lists.import_naming import Naming
from tracker.actions.lists.indicator_choices import choose_indicators
from tracker.domain.names import clean_name, normalise_name
from tracker.domain.unit_names import split_units
from tracker.i18n import mark
from tracker.importers.listfile import GroupEntry, UnitEntry
from tracker.importers.parsed import ParsedUnit
from tracker.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.actions.lists.import_choices import ImportChoices
    from tracker.actions.lists.import_naming import Described, NewUnit
    from tracker.actions.lists.indicator_choices import ChosenIndicators
    from tracker.importers.document import DocumentReading
    from tracker.importers.parsed import ParsedTask, UnitRole
    from tracker.importers.problem import Problem
    from tracker.importers.tables.table import TaskRow
    from tracker.models import OrgUnit

NAMED: Final = "named"


@dataclass(frozen=True, slots=True)
class Collective:
    """A group of the document and the units that it stands for; `meaning` as in ImportChoices.groups."""

    name: str
    meaning: str
    typed: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """Tasks by their lead: certain or settled, guessed, none though units are named, and no units at all."""

    certain: int
    guessed: int
    none: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """The document with the choices applied.

    What is asked about goes by task number, before the choices: `lead_options` are the units as written of
    tasks whose lead is a guess or missing; `leaderless` are tasks of collectives only, with the lead that was
    typed, "" for none yet and None for what is no single unit; `needing` are tasks that name nobody.
    """

    tasks: tuple[ParsedTask, ...]
    rows: tuple[TaskRow, ...]
    problems: tuple[Problem, ...]
    new_units: tuple[NewUnit, ...]
    collectives: tuple[Collective, ...]
    lead_options: Mapping[str, tuple[str, ...]]
    leaderless: Mapping[str, str | None]
    needing: frozenset[str]
    described: tuple[Described, ...]
    indicators: ChosenIndicators

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

    @property
    def leads(self) -> LeadCounts:
        has_lead = [any(unit.role == "lead" for unit in task.units) for task in self.tasks]
        certain = sum(led and task.lead_certain for led, task in zip(has_lead, self.tasks, strict=True))
        unnamed = sum(not task.units for task in self.tasks)
        return LeadCounts(
            certain, sum(has_lead) - certain, len(self.tasks) - sum(has_lead) - unnamed, unnamed
        )

    @property
    def measures(self) -> int:
        return len({task.measure for task in self.tasks if task.measure})


def settle(reading: DocumentReading, choices: ImportChoices, known: Mapping[str, OrgUnit]) -> Settlement:
    """Applies `choices`; `known` are the units of the site by every name they answer to.

    Choices that stand for nothing are passed over here: a page is shown again with what is left to settle.
    """
    document = reading.document
    needing = frozenset(task.number for task in document.tasks if not task.units)
    rows = tuple(_row(row, choices) if row.number in needing else row for row in reading.rows)
    leaderless = {
        task.number: _typed_lead(task.number, choices)
        for task in document.tasks
        if task.units and not _candidates(task)
    }
    named = [_name_units(task, choices) if task.number in needing else task for task in document.tasks]
    options = {
        task.number: _candidates(task) for task in named if not task.lead_certain and _candidates(task)
    }
    tasks = [_settle_lead(task, choices, leaderless.get(task.number)) for task in named]
    typed = {
        name: tuple(unit.name for unit in split_units(text) if not unit.is_group)
        for name, text in choices.members.items()
        if _meaning(name, choices) == NAMED
    }
    groups = _groups(tasks)
    naming = Naming(known, choices)
    naming.meet_all(tasks)
    for name in groups.values():
        for member in typed.get(name, ()):
            naming.meet(member, member)
    tasks = [_rename(task, naming, groups) for task in tasks]
    collectives = tuple(_collective(name, choices, typed, naming) for name in dict.fromkeys(groups.values()))
    return Settlement(
        tasks=tuple(tasks),
        rows=rows,
        problems=_problems_left(document.problems, tasks),
        new_units=naming.new_units(),
        collectives=collectives,
        lead_options=options,
        leaderless=leaderless,
        needing=needing,
        described=naming.described(member for found in collectives for member in found.members),
        indicators=choose_indicators(document, choices.indicators, confirms_all=choices.confirms_indicators),
    )


def _problems_left(problems: Sequence[Problem], tasks: Sequence[ParsedTask]) -> tuple[Problem, ...]:
    """Without those that are settled: a missing lead that is chosen, units that are all typed."""
    led = {task.where for task in tasks if any(unit.role == "lead" for unit in task.units)}
    is_named = all(task.units for task in tasks)
    return tuple(
        problem
        for problem in problems
        if not (problem.code == "needs_units" and is_named)
        and not (problem.code == "lead_missing" and problem.where in led)
    )


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


def _typed_lead(number: str, choices: ImportChoices) -> str | None:
    typed = choices.leads.get(number, "")
    if not typed:
        return ""
    units = split_units(typed)
    return units[0].name if len(units) == 1 and not units[0].is_group else None


def _settle_lead(task: ParsedTask, choices: ImportChoices, typed: str | None) -> ParsedTask:
    """The lead that was chosen or typed, or the guess where guesses are confirmed or the office's rule says so."""
    if typed:
        return replace(task, units=(ParsedUnit(typed, typed, "lead"), *task.units), lead_certain=True)
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


def _rename(task: ParsedTask, naming: Naming, groups: Mapping[str, str]) -> ParsedTask:
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
    name: str, choices: ImportChoices, typed: Mapping[str, tuple[str, ...]], naming: Naming
) -> Collective:
    meaning = _meaning(name, choices)
    members: tuple[str, ...] = ()
    if meaning in tuple(UnitKind):
        members = naming.of_kind(meaning)
    elif meaning == NAMED:
        members = tuple(dict.fromkeys(naming.root(member) for member in typed.get(name, ())))
    return Collective(name, meaning, choices.members.get(name, ""), members)
