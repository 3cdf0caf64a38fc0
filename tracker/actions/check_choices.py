"""Choices made into a list's own data: every wrong one is found, not only the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args

from tracker.actions.import_choices import NEW_TASK
from tracker.actions.indicator_choices import CHOICES
from tracker.actions.settle_import import NAMED
from tracker.actions.wrong_choices import Findings
from tracker.domain.names import clean_name
from tracker.domain.periods import Period, PeriodType, periods_per_year
from tracker.domain.rules import FilerRole, ReportingRules
from tracker.domain.unit_names import split_units
from tracker.errors import InvalidValueError
from tracker.i18n import mark
from tracker.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from tracker.actions.import_choices import ImportChoices
    from tracker.actions.settle_import import Settlement

_DAY: Final = re.compile(r"(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_SLUG: Final = re.compile(r"[\w.-]{1,100}")
_LONGEST_TITLE: Final = 200
_LAST_DAY: Final = 28
_MOST_CHARACTERS: Final = 20_000
_LEADS: Final = ("first", "stated", "unknown")


class MissingChoiceError(InvalidValueError):
    """Nothing was chosen where something has to be."""

    message = mark("{field}：{reason}")


@dataclass(frozen=True, slots=True)
class ChosenList:
    """What the choices say of the list as a whole; periods are keys, "" where no years are given."""

    slug: str
    title: str
    rules: ReportingRules
    first_period: str
    last_period: str


def check_choices(
    choices: ImportChoices,
    stated: ReportingRules | None,
    settlement: Settlement,
    taken: Container[str],
    before: Container[str],
) -> ChosenList:
    """What is chosen; what nobody is asked for stays as the document states it in `stated`.

    `taken` are the slugs of the site's lists, `before` the numbers of the tasks that this list has already.
    Raises WrongChoicesError with all that is wrong, among it choices for a task, unit or collective that leaves
    none.
    """
    findings = Findings()
    title = slug = ""
    with findings.about("title"):
        title = clean_name(choices.title, field=mark("标题"), longest=_LONGEST_TITLE)
    with findings.about("slug"):
        slug = _slug(choices, taken)
    values: dict[str, Any] = stated.model_dump(exclude_unset=True) if stated else {}
    values |= {"due_day": None, "due_dates": (), "mailbox": choices.mailbox}
    period_type: PeriodType | None = None
    with findings.about("period_type"):
        period_type = values["period_type"] = _period_type(choices)
    values |= _due(findings, choices, period_type)
    with findings.about("character_limit"):
        values["character_limit"] = _whole(
            choices.character_limit, mark("字数上限"), 1, _MOST_CHARACTERS, mark("应为 1—20000 的整数")
        )
    with findings.about("lead"):
        values["lead"] = _one_of(choices.lead, _LEADS, mark("牵头单位怎样标明"))
    with findings.about("filers"):
        values["filers"] = _filers(choices)
    years = _years(findings, choices)
    _find_strays(findings, choices, settlement)
    _check_continues(findings, choices, settlement, before)
    findings.settle()
    rules = ReportingRules(**values)
    return ChosenList(slug, title, rules, *_periods(years, rules.period_type))


def _slug(choices: ImportChoices, taken: Container[str]) -> str:
    """A name that can stand in an address, and that is free or meant to be replaced."""
    field = mark("清单代号")
    if not _SLUG.fullmatch(choices.slug) or not choices.slug.strip("."):
        reason = mark("只写汉字、字母、数字、点和短横，不超过 100 字")
        raise _refusal(field, choices.slug, reason)
    if choices.slug in taken and not choices.replaces:
        reason = mark("已有同代号的清单，请换一个代号，或勾选“更新已有清单”")
        raise _refusal(field, choices.slug, reason)
    return choices.slug


def _period_type(choices: ImportChoices) -> PeriodType:
    for known in get_args(PeriodType):
        if choices.period_type == known:
            found: PeriodType = known
            return found
    raise _refusal(mark("报送周期"), choices.period_type, mark("请选择多久报送一次"))


def _due(findings: Findings, choices: ImportChoices, period_type: PeriodType | None) -> dict[str, Any]:
    """Due day or dates; on demand each round is given its own, and what was typed waits unused."""
    if period_type == "on_demand":
        return {}
    if choices.due_dates:
        with findings.about("due_dates"):
            dates = _due_dates(choices.due_dates, period_type)
            if not choices.due_day:
                return {"due_dates": dates}
        if choices.due_day:
            with findings.about("due_day"):
                reason = mark("截止日与各期截止日期只填一个")
                raise _refusal(mark("截止日"), choices.due_day, reason)
        return {}
    with findings.about("due_day"):
        reason = mark("应为 1—28 的整数，指期后第一个月的几日（按需报送的不填）")
        return {"due_day": _whole(choices.due_day, mark("截止日"), 1, _LAST_DAY, reason)}
    return {}


def _due_dates(text: str, period_type: PeriodType | None) -> tuple[str, ...]:
    field = mark("各期截止日期")
    found = tuple(f"{int(month):02}-{int(day):02}" for month, day in _DAY.findall(text))
    if not found or (period_type is not None and len(found) != periods_per_year(period_type)):
        reason = mark("应按次序写出一年中每一期的日期，如 3月25日、6月25日")
        raise _refusal(field, text, reason)
    for day in found:
        try:
            # A year without 29 February.
            date.fromisoformat(f"2023-{day}")
        except ValueError as error:
            reason = mark("不是每年都有的日期")
            raise _refusal(field, day, reason) from error
    return found


def _filers(choices: ImportChoices) -> frozenset[str]:
    field = mark("由谁填报")
    if not choices.filers:
        raise _refusal(field, "", mark("至少选一项"))
    return frozenset(_one_of(role, get_args(FilerRole), field) for role in choices.filers)


def _years(findings: Findings, choices: ImportChoices) -> tuple[int, int] | None:
    if not choices.first_year and not choices.last_year:
        return None
    reason = mark("应为四位数字，起始年不晚于终止年")
    first = 2000
    with findings.about("first_year"):
        first = _whole(choices.first_year, mark("起始年"), 2000, 2099, reason)
    with findings.about("last_year"):
        return first, _whole(choices.last_year or str(first), mark("终止年"), first, 2099, reason)
    return None


def _periods(years: tuple[int, int] | None, period_type: PeriodType) -> tuple[str, str]:
    if years is None:
        return "", ""
    first, last = years
    return Period(first, 1, period_type).key, Period(last, periods_per_year(period_type), period_type).key


def _find_strays(findings: Findings, choices: ImportChoices, settlement: Settlement) -> None:
    """Choices that stand for nothing: never left out silently."""
    for number, name in choices.leads.items():
        with findings.about("leads", number):
            _check_lead(settlement, number, name)
    for number, text in choices.units.items():
        with findings.about("units", number):
            _require(number, settlement.needing, mark("没有这一项任务，或原文已写明它的单位"))
            if not split_units(text):
                raise _refusal(mark("单位"), text, mark("读不出单位名称"))
    new = {unit.name: unit.near for unit in settlement.new_units}
    for name, kind in choices.kinds.items():
        with findings.about("kinds", name):
            _require(name, new, mark("不在要新建的单位中"))
            _one_of(kind, tuple(UnitKind), mark("类别"))
    for name, same in choices.same_as.items():
        with findings.about("same_as", name):
            _require(name, new, mark("不在要新建的单位中"))
            _one_of(same, new[name], mark("名称相近"))
    for name, state in choices.indicators.items():
        with findings.about("indicators", name):
            _require(name, settlement.indicators.proposals, mark("没有这一处待确认的数量"))
            _one_of(state, CHOICES, mark("指标"))
    _check_groups(findings, choices, {found.name: found.meaning for found in settlement.collectives})


def _check_continues(
    findings: Findings, choices: ImportChoices, settlement: Settlement, before: Container[str]
) -> None:
    numbers = {task.number for task in settlement.tasks}
    for number, old in choices.continues.items():
        with findings.about("continues", number):
            _require(number, numbers, mark("没有这一项任务"))
            if old != NEW_TASK:
                _require(old, before, mark("已导入的清单中没有这一项任务"))


def _check_groups(findings: Findings, choices: ImportChoices, collectives: Mapping[str, str]) -> None:
    reason = mark("文中没有这个集体称呼")
    for name, meaning in choices.groups.items():
        with findings.about("groups", name):
            _require(name, collectives, reason)
            _one_of(meaning, ("", NAMED, *UnitKind), mark("指哪些单位"))
    for name in choices.members:
        with findings.about("members", name):
            _require(name, collectives, reason)


def _check_lead(settlement: Settlement, number: str, name: str) -> None:
    field = mark("牵头单位")
    if number in settlement.leaderless:
        if settlement.leaderless[number] is None:
            raise _refusal(field, name, mark("只写一个单位的名称"))
        return
    _require(number, settlement.lead_options, mark("没有这一项任务，或它的牵头单位不需要确认"))
    _one_of(name, settlement.lead_options[number], field)


def _require(row: str, rows: Container[str], reason: str) -> None:
    if row not in rows:
        raise _refusal(mark("选项"), row, reason)


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise _refusal(field, value, mark("不在可选的范围内"))
    return value


def _whole(text: str, field: str, least: int, most: int, reason: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise _refusal(field, text, reason)


def _refusal(field: str, value: str, reason: str) -> InvalidValueError:
    kind = InvalidValueError if value else MissingChoiceError
    return kind(field=field, value=value, reason=reason)
