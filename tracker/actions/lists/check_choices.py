"""Choices made into a list's own data: every wrong one is found, not only the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

from tracker.actions.lists.import_choices import NEW_TASK
from tracker.actions.lists.indicator_choices import CHOICES
from tracker.actions.lists.rule_fields import (
    MOST_CHARACTERS,
    due_dates_of,
    filers_of_list,
    one_of,
    refusal,
    whole_number,
)
from tracker.actions.lists.settle_import import NAMED
from tracker.actions.lists.wrong_choices import Findings
from tracker.domain.names import clean_name
from tracker.domain.periods import Period, PeriodType, periods_per_year
from tracker.domain.rules import ReportingRules
from tracker.domain.unit_names import split_units
from tracker.i18n import mark
from tracker.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from tracker.actions.lists.import_choices import ImportChoices
    from tracker.actions.lists.settle_import import Settlement

_SLUG: Final = re.compile(r"[\w.-]{1,100}")
_LONGEST_TITLE: Final = 200
_LAST_DAY: Final = 28
_LEADS: Final = ("first", "stated", "unknown")


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
        values["character_limit"] = whole_number(
            choices.character_limit, mark("字数上限"), 1, MOST_CHARACTERS, mark("应为 1—20000 的整数")
        )
    with findings.about("lead"):
        values["lead"] = one_of(choices.lead, _LEADS, mark("牵头单位怎样标明"))
    with findings.about("filers"):
        values["filers"] = filers_of_list(choices.filers)
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
        raise refusal(field, choices.slug, reason)
    if choices.slug in taken and not choices.replaces:
        reason = mark("已有同代号的清单，请换一个代号，或勾选“更新已有清单”")
        raise refusal(field, choices.slug, reason)
    return choices.slug


def _period_type(choices: ImportChoices) -> PeriodType:
    for known in get_args(PeriodType):
        if choices.period_type == known:
            found: PeriodType = known
            return found
    raise refusal(mark("报送周期"), choices.period_type, mark("请选择多久报送一次"))


def _due(findings: Findings, choices: ImportChoices, period_type: PeriodType | None) -> dict[str, Any]:
    """Due day or dates; on demand each round is given its own, and what was typed waits unused."""
    if period_type == "on_demand":
        return {}
    if choices.due_dates:
        with findings.about("due_dates"):
            dates = due_dates_of(choices.due_dates, period_type)
            if not choices.due_day:
                return {"due_dates": dates}
        if choices.due_day:
            with findings.about("due_day"):
                reason = mark("截止日与各期截止日期只填一个")
                raise refusal(mark("截止日"), choices.due_day, reason)
        return {}
    with findings.about("due_day"):
        reason = mark("应为 1—28 的整数，指期后第一个月的几日（按需报送的不填）")
        return {"due_day": whole_number(choices.due_day, mark("截止日"), 1, _LAST_DAY, reason)}
    return {}


def _years(findings: Findings, choices: ImportChoices) -> tuple[int, int] | None:
    if not choices.first_year and not choices.last_year:
        return None
    reason = mark("应为四位数字，起始年不晚于终止年")
    first = 2000
    with findings.about("first_year"):
        first = whole_number(choices.first_year, mark("起始年"), 2000, 2099, reason)
    with findings.about("last_year"):
        return first, whole_number(choices.last_year or str(first), mark("终止年"), first, 2099, reason)
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
                raise refusal(mark("单位"), text, mark("读不出单位名称"))
    new = {unit.name: unit.near for unit in settlement.new_units}
    for name, kind in choices.kinds.items():
        with findings.about("kinds", name):
            _require(name, new, mark("不在要新建的单位中"))
            one_of(kind, tuple(UnitKind), mark("类别"))
    for name, same in choices.same_as.items():
        with findings.about("same_as", name):
            _require(name, new, mark("不在要新建的单位中"))
            one_of(same, new[name], mark("名称相近"))
    for name, state in choices.indicators.items():
        with findings.about("indicators", name):
            _require(name, settlement.indicators.proposals, mark("没有这一处待确认的数量"))
            one_of(state, CHOICES, mark("指标"))
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
            one_of(meaning, ("", NAMED, *UnitKind), mark("指哪些单位"))
    for name in choices.members:
        with findings.about("members", name):
            _require(name, collectives, reason)


def _check_lead(settlement: Settlement, number: str, name: str) -> None:
    field = mark("牵头单位")
    if number in settlement.leaderless:
        if settlement.leaderless[number] is None:
            raise refusal(field, name, mark("只写一个单位的名称"))
        return
    _require(number, settlement.lead_options, mark("没有这一项任务，或它的牵头单位不需要确认"))
    one_of(name, settlement.lead_options[number], field)


def _require(row: str, rows: Container[str], reason: str) -> None:
    if row not in rows:
        raise refusal(mark("选项"), row, reason)
