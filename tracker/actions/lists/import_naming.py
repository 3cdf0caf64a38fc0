"""The names of a document sorted into those of the site's units and new ones; near names are proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast, get_args

from tracker.domain.names import likeness, may_be_same, normalise_name
from tracker.domain.unit_kinds import guess_kind
from tracker.importers.units import UnitKindName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.actions.lists.import_choices import ImportChoices
    from tracker.importers.parsed import ParsedTask
    from tracker.models import OrgUnit

_MOST_NEAR: Final = 3
# Each name is compared with all others: a document of absurdly many is not compared to its end.
_MOST_COMPARED: Final = 300


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A name that no unit of the site answers to. `near` are names that may mean the same; `same_as` the chosen one."""

    name: str
    kind: UnitKindName
    near: tuple[str, ...]
    same_as: str


@dataclass(frozen=True, slots=True)
class Described:
    """A unit that is new, gets an alias, or is a member of a collective."""

    name: str
    kind: UnitKindName
    aliases: tuple[str, ...]


class Naming:
    """What each name means, one after the other as the document names them."""

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
        self._new[name] = NewUnit(name, self._kind(name), near, same_as)
        # Only names met before are near: what they mean is settled.
        self._roots[lookup] = self.root(same_as) if same_as else name

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
        return tuple(
            Described(name, cast("UnitKindName", kinds[name]), tuple(others))
            for name, others in aliases.items()
        )

    def _kind(self, name: str) -> UnitKindName:
        chosen = self._choices.kinds.get(name, "")
        return cast("UnitKindName", chosen if chosen in get_args(UnitKindName) else guess_kind(name))

    def _near(self, name: str) -> tuple[str, ...]:
        """Units of the site, and new names met before this one, that may be the same unit; the nearest first.

        A unit is as near as the nearest of its names: 隆胜县 finds 龙胜各族自治县 by its alias 龙胜县.
        """
        if len(self._new) >= _MOST_COMPARED:
            return ()
        scores: dict[str, float] = {}
        for lookup, unit in self._known.items():
            if may_be_same(name, lookup):
                scores[unit.name] = max(scores.get(unit.name, 0.0), likeness(name, lookup))
        for new in self._new:
            if may_be_same(name, new):
                scores[new] = likeness(name, new)
        return tuple(sorted(scores, key=lambda near: -scores[near])[:_MOST_NEAR])
