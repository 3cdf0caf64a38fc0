"""What a person settles about an uploaded document before it becomes a list, and what is proposed to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from tracker.domain.names import clean_name
from tracker.domain.periods import Period, PeriodType, periods_per_year
from tracker.domain.rules import ReportingRules
from tracker.errors import InvalidValueError
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.importers.document import DocumentReading

# 2022—2024年 in a title: the years that the list covers, as a proposal.
_YEARS: Final = re.compile(r"(20\d{2})年?\s*[-—–－~～至到]+\s*(20\d{2})年")
_DAY: Final = re.compile(r"(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_SLUG: Final = re.compile(r"[\w.-]{1,100}")
_NOT_IN_SLUG: Final = re.compile(r"[^\w.-]+")
_LONGEST_TITLE: Final = 200
_LAST_DAY: Final = 28
_MOST_CHARACTERS: Final = 20_000


class ImportChoices(BaseModel):
    """Fields as typed, so that a wrong one is shown again. Dictionaries go by task number, unit or group name.

    `same_as` makes a new unit's name an alias of another; `groups` says what a collective means: "" for nobody
    yet, a UnitKind for all units of it, "named" for those of `members`.
    """

    model_config = ConfigDict(frozen=True)

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


def chosen_title(choices: ImportChoices) -> str:
    """Raises InvalidValueError for none, or too long a one."""
    return clean_name(choices.title, field=mark("标题"), longest=_LONGEST_TITLE)


def chosen_slug(choices: ImportChoices) -> str:
    """Raises InvalidValueError for a name that could not stand in an address."""
    if not _SLUG.fullmatch(choices.slug) or not choices.slug.strip("."):
        raise InvalidValueError(
            field=mark("清单代号"),
            value=choices.slug,
            reason=mark("只写汉字、字母、数字、点和短横，不超过 100 字"),
        )
    return choices.slug


def chosen_rules(choices: ImportChoices, stated: ReportingRules | None) -> ReportingRules:
    """The reporting rules; what the form does not ask for is as the document states it.

    Raises InvalidValueError.
    """
    values: dict[str, Any] = stated.model_dump(exclude_unset=True) if stated else {}
    values |= {
        "period_type": _period_type(choices),
        "due_day": None,
        "due_dates": (),
        "character_limit": _whole(
            choices.character_limit, mark("字数上限"), 1, _MOST_CHARACTERS, mark("应为 1—20000 的整数")
        ),
        "lead": choices.lead,
        "filers": frozenset(choices.filers),
        "mailbox": choices.mailbox,
    } | _due(choices)
    try:
        return ReportingRules(**values)
    except ValidationError as error:
        raise InvalidValueError(
            field=mark("报送规则"),
            value=choices.due_dates or choices.due_day,
            reason=mark("截止日期不成立，请检查"),
        ) from error


def chosen_periods(choices: ImportChoices) -> tuple[str, str]:
    """Keys of the first and last period, "" where no years are given. Raises InvalidValueError."""
    if not choices.first_year and not choices.last_year:
        return "", ""
    reason = mark("起止年份应为四位数字，起始年不晚于终止年")
    field = mark("起止年份")
    first = _whole(choices.first_year, field, 2000, 2099, reason)
    last = _whole(choices.last_year or choices.first_year, field, first, 2099, reason)
    period_type = _period_type(choices)
    return Period(first, 1, period_type).key, Period(last, periods_per_year(period_type), period_type).key


def _period_type(choices: ImportChoices) -> PeriodType:
    for known in get_args(PeriodType):
        if choices.period_type == known:
            found: PeriodType = known
            return found
    raise InvalidValueError(field=mark("报送周期"), value="", reason=mark("请选择多久报送一次"))


def _due(choices: ImportChoices) -> dict[str, Any]:
    if choices.period_type == "on_demand":
        return {}
    if dates := choices.due_dates.strip():
        found = [f"{int(month):02}-{int(day):02}" for month, day in _DAY.findall(dates)]
        if choices.due_day:
            raise InvalidValueError(
                field=mark("截止日"), value=choices.due_day, reason=mark("截止日与各期截止日期只填一个")
            )
        if len(found) != periods_per_year(_period_type(choices)):
            raise InvalidValueError(
                field=mark("各期截止日期"),
                value=dates,
                reason=mark("应按次序写出一年中每一期的日期，如 3月25日、6月25日"),
            )
        return {"due_dates": tuple(found)}
    reason = mark("应为 1—28 的整数，指期后第一个月的几日")
    return {"due_day": _whole(choices.due_day, mark("截止日"), 1, _LAST_DAY, reason)}


def _whole(text: str, field: str, least: int, most: int, reason: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise InvalidValueError(field=field, value=text, reason=reason)
