"""What a person settles about a document before it becomes a list, and what is proposed to them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from tracker.actions.lists.wrong_choices import Findings
from tracker.domain.names import nearest_names
from tracker.domain.periods import PeriodType
from tracker.domain.texts import one_line
from tracker.errors import InvalidValueError, UnreadableFileError
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.importers.document import DocumentReading
    from tracker.importers.parsed import Cadence

# 2022—2024年 in a title: the years that the list covers, as a proposal.
_YEARS: Final = re.compile(r"(20\d{2})年?\s*[-—–－~～至到]+\s*(20\d{2})年")
_NOT_IN_SLUG: Final = re.compile(r"[^\w.-]+")
_LONGEST_TITLE: Final = 200
NEW_TASK: Final = "new"


class ImportChoices(BaseModel):
    """Fields as typed, so that a wrong one is shown again. Dictionaries go by task number, unit or group name.

    `leads` are chosen from the task's units, or typed for a task of collectives only; `units` are typed for a
    task that names nobody. `same_as` makes a new unit's name an alias of another; `groups` says what a
    collective means: "" for nobody yet, a UnitKind for all units of it, "named" for those of `members`.
    `indicators` are "confirmed" or "dismissed", by `indicator_keys`. `continues` says of a task, where the list is
    there already, as which of its tasks it goes on: a number, or "new" for none.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    slug: str = ""
    title: str = ""
    replaces: bool = False
    period_type: str = ""
    due_day: str = ""
    due_dates: str = ""
    first_year: str = ""
    last_year: str = ""
    character_limit: str = ""
    lead: str = "unknown"
    filers: tuple[str, ...] = ("lead", "local")
    mailbox: str = ""
    confirms_leads: bool = False
    leads: dict[str, str] = {}
    units: dict[str, str] = {}
    kinds: dict[str, str] = {}
    same_as: dict[str, str] = {}
    groups: dict[str, str] = {}
    members: dict[str, str] = {}
    confirms_indicators: bool = False
    indicators: dict[str, str] = {}
    continues: dict[str, str] = {}

    def going_on(self) -> dict[str, str]:
        """`continues` as `compare_tasks` takes it."""
        return {number: "" if old == NEW_TASK else old for number, old in self.continues.items()}


@dataclass(frozen=True, slots=True)
class ProposedRhythm:
    """A rhythm of the text as a period type; on demand where rounds of that length do not exist."""

    cadence: Cadence
    period_type: PeriodType

    @property
    def is_exact(self) -> bool:
        return self.period_type == self.cadence.every


def propose(reading: DocumentReading, file_name: str, characters: int) -> ImportChoices:
    """The choices to start from: what the document says of itself. `characters` is the site's own limit."""
    stem = file_name.rpartition(".")[0] or file_name
    title = reading.document.title or stem
    values: dict[str, Any] = {
        "slug": _NOT_IN_SLUG.sub("-", stem).strip("-.")[:100],
        "title": title[:_LONGEST_TITLE],
        "character_limit": str(characters),
    }
    if years := _YEARS.search(title):
        values |= {"first_year": years[1], "last_year": years[2]}
    annotated = [task for task in reading.document.tasks if task.units]
    if annotated and all(task.lead_certain for task in annotated):
        values["lead"] = "stated"
    if rules := reading.document.rules:
        values |= {
            "period_type": rules.period_type,
            "due_day": str(rules.due_day or ""),
            "due_dates": "、".join(rules.due_dates),
            "lead": rules.lead,
            "filers": tuple(sorted(rules.filers)),
            "mailbox": rules.mailbox,
        }
        if "character_limit" in rules.model_fields_set:
            values["character_limit"] = str(rules.character_limit)
    return ImportChoices(**values)


def proposed_rhythms(reading: DocumentReading) -> tuple[ProposedRhythm, ...]:
    """For a document that states no rules of its own; none is taken unless a person says so."""
    if reading.document.rules is not None:
        return ()
    return tuple(ProposedRhythm(found, _period_type(found.every)) for found in reading.document.cadences)


def read_choices(text: str, base: ImportChoices, *, file: str) -> ImportChoices:
    """`base` with the choices of a JSON object laid over it; numbers may be written as such.

    Raises UnreadableFileError for what is no JSON object, WrongChoicesError with every unknown key and every
    value of a wrong type.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(file=file, reason=f"不是有效的 JSON：{error}") from error
    if not isinstance(given, dict):
        raise UnreadableFileError(file=file, reason='应为一个 JSON 对象，如 {"period_type": "quarter"}')
    findings = Findings()
    for name in given.keys() - ImportChoices.model_fields.keys():
        with findings.about(name):
            nearest = "、".join(nearest_names(name, ImportChoices.model_fields, 1))
            reason = mark("没有这一项")
            raise InvalidValueError(
                field=mark("选项"), value=name + (f"（{nearest}？）" if nearest else ""), reason=reason
            )
    known = {name: _on_one_line(given[name]) for name in ImportChoices.model_fields if name in given}
    values = base.model_dump() | known
    try:
        found = ImportChoices.model_validate(values)
    except ValidationError as error:
        for mistake in error.errors(include_url=False, include_input=False):
            field, *row = (str(part) for part in mistake["loc"])
            with findings.about(field, ".".join(row)):
                raise InvalidValueError(
                    field=field, value=_shown(given[field]), reason=_expected(field)
                ) from error
        found = base
    findings.settle()
    return found


def _period_type(every: str) -> PeriodType:
    return next((known for known in get_args(PeriodType) if known == every), "on_demand")


def _on_one_line(value: object) -> object:
    """Texts as the page's form gives them: without control characters."""
    match value:
        case str():
            return one_line(value)
        case list():
            return tuple(_on_one_line(entry) for entry in value)
        case dict():
            # An empty row is one where nothing is chosen.
            return {name: line for name, entry in value.items() if (line := _on_one_line(entry)) != ""}
        case _:
            return value


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:40]


def _expected(field: str) -> str:
    match ImportChoices.model_fields[field].default:
        case bool():
            return mark("应为 true 或 false")
        case tuple():
            return mark("应为文字的列表")
        case dict():
            return mark("应为名称对文字的对象")
        case _:
            return mark("应为文字或数字")
