"""A list file, `tasklists/NAME.toml`: a task document's rules, its units and what its collectives mean."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tracker.config import first_mistake
from tracker.domain.names import normalise_name
from tracker.domain.periods import parse_period
from tracker.domain.rules import ReportingRules
from tracker.errors import SettingsError, UnknownPeriodError, UnreadableFileError
from tracker.importers.files.source import decode, open_source
from tracker.importers.units import UnitKindName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitEntry(_Entry):
    """A unit under its full name; `aliases` are its other names, in the document and elsewhere."""

    name: Name
    kind: UnitKindName
    aliases: tuple[Name, ...] = ()
    parent: str = ""


class GroupEntry(_Entry):
    """A collective; `aliases` are its wordings in the document.

    Members are named, or are all units of one `kind`. With neither it binds nobody until someone says who.
    """

    name: Name
    aliases: tuple[Name, ...] = ()
    members: tuple[Name, ...] = ()
    kind: UnitKindName | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.members and self.kind:
            raise ValueError("members 与 kind 只能写一个")
        return self


class ListFile(_Entry):
    """One list file; `slug` is the file's name, `document` the path of the table beside it.

    Without periods the list covers every one, and none opens by itself.
    """

    slug: str
    title: Name
    document: Path
    first_period: str = ""
    last_period: str = ""
    rules: ReportingRules
    units: tuple[UnitEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse_repeated(
            [name for unit in self.units for name in (unit.name, *unit.aliases)]
            + [name for group in self.groups for name in (group.name, *group.aliases)]
        )
        units = {unit.name for unit in self.units}
        _refuse_unknown(((unit.parent, unit.name) for unit in self.units if unit.parent), units)
        _refuse_unknown(((name, group.name) for group in self.groups for name in group.members), units)
        self._check_periods()
        return self

    def _check_periods(self) -> None:
        if not self.first_period and not self.last_period:
            return
        try:
            first, last = (
                parse_period(text, self.rules.period_type) for text in (self.first_period, self.last_period)
            )
        except UnknownPeriodError as error:
            raise ValueError(str(error)) from error
        if first > last:
            raise ValueError(f"first_period {self.first_period} 晚于 last_period {self.last_period}")

    def members_of(self, group: GroupEntry) -> tuple[str, ...]:
        """Names of the units that `group` stands for; none where they are not known."""
        if group.kind is None:
            return group.members
        return tuple(unit.name for unit in self.units if unit.kind == group.kind)


def read_list_file(path: Path) -> ListFile:
    """The list file at `path`.

    Raises UnreadableFileError when it or its document is missing or is no TOML, and SettingsError with the
    path of the key (`units.3.kind`, counted from 1) that is unknown or wrong.
    """
    try:
        values = tomllib.loads(decode(open_source(path)))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(file=path.name, reason=f"不是有效的 TOML：{error}") from error
    _refuse_own_keys(path, values)
    try:
        read = ListFile.model_validate(values | {"slug": path.stem})
    except ValidationError as error:
        keys, reason = first_mistake(error)
        raise SettingsError(path=_key_path(path, keys), reason=reason) from error
    if len(read.document.parts) != 1:
        raise SettingsError(path=_key_path(path, ("document",)), reason="只写文件名，文件与本文件放在一起")
    document = path.parent / read.document
    if not document.is_file():
        raise UnreadableFileError(file=str(read.document), reason=f"{path.name} 旁边没有这个文件。")
    return read.model_copy(update={"document": document})


def _refuse_own_keys(path: Path, values: Mapping[str, Any]) -> None:
    if "slug" in values:
        raise SettingsError(path=_key_path(path, ("slug",)), reason="没有这个配置项，清单的代号就是文件名")


def _refuse_repeated(names: Iterable[str]) -> None:
    counts = Counter(normalise_name(name) for name in names)
    repeated = next((name for name, count in counts.items() if count > 1), None)
    if repeated:
        raise ValueError(f"“{repeated}”出现了不止一次，一个名称只能指一个单位或单位组")


def _refuse_unknown(named: Iterable[tuple[str, str]], units: set[str]) -> None:
    for name, by in named:
        if name not in units:
            raise ValueError(f"“{by}”提到的“{name}”不在 [[units]] 中")


def _key_path(path: Path, keys: Iterable[str | int]) -> str:
    parts = (str(key + 1) if isinstance(key, int) else key for key in keys)
    return ".".join((path.name, *parts))
