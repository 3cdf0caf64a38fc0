"""A document as `tracker import FILE --preview` shows it: what was read, and what is left to settle."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tracker.actions.lists.import_choices import proposed_rhythms
from tracker.cli.changes import changes_json, show_changes
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_table, say
from tracker.importers.output import to_json
from tracker.reports.indicator_wording import date_in_words, value_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.actions.lists.import_draft import ImportDraft
    from tracker.actions.lists.settle_import import Settlement
    from tracker.domain.task_changes import TaskChange
    from tracker.importers.indicators.parsed import ParsedIndicator
    from tracker.importers.parsed import ParsedTask

_LONGEST = 24


def preview_json(draft: ImportDraft, settlement: Settlement, changes: Sequence[TaskChange]) -> dict[str, Any]:
    """Everything to decide on. `choices` is what --choices takes: as proposed, or as given so far."""
    by_number = {task.number: task for task in settlement.tasks}
    return {
        "file": draft.source_name,
        "title": draft.choices.title,
        "tasks": len(settlement.tasks),
        "measures": settlement.measures,
        "leads": asdict(settlement.leads),
        "lead_options": [
            _place(by_number[number]) | {"lead": _lead(by_number[number]), "options": list(options)}
            for number, options in settlement.lead_options.items()
        ],
        "only_collectives": [_place(by_number[number]) for number in settlement.leaderless],
        "without_units": [_place(task) for task in settlement.tasks if task.number in settlement.needing],
        "new_units": [asdict(unit) for unit in settlement.new_units],
        "groups": [
            {"name": found.name, "meaning": found.meaning, "members": list(found.members)}
            for found in settlement.collectives
        ],
        "indicators": [
            {
                "key": key,
                "task": found.task,
                "name": found.name,
                "targets": _targets(found),
                "where": found.where,
            }
            for key, found in settlement.indicators.proposals.items()
        ],
        "changes": changes_json(changes),
        "problems": [asdict(problem) for problem in settlement.problems],
        "rules": to_json(draft.reading.document)["rules"],
        "rhythms": [
            asdict(found.cadence) | {"period_type": found.period_type, "is_exact": found.is_exact}
            for found in proposed_rhythms(draft.reading)
        ],
        "choices": draft.choices.model_dump(),
    }


def show_preview(draft: ImportDraft, settlement: Settlement, changes: Sequence[TaskChange]) -> None:
    """The same for a person: short tables, one a matter; nothing is shown of a matter that is settled."""
    leads = settlement.leads
    say("预览，未写入：")
    say("《{title}》：{measures} 条措施，{tasks} 项任务", title=draft.choices.title, measures=settlement.measures,
        tasks=len(settlement.tasks))  # fmt: skip
    say("牵头单位：写明或已确认 {certain} 项，推测 {guessed} 项，没有 {none} 项，没有写单位 {unnamed} 项",
        **asdict(leads))  # fmt: skip
    _section(
        _("问题"),
        (_("位置"), _("说明")),
        (
            (_blocking(problem.is_blocking) + problem.where, problem.message)
            for problem in settlement.problems
        ),
    )
    if changes:
        print()
        show_changes(changes)
    by_number = {task.number: task for task in settlement.tasks}
    _section(
        _("推测的牵头单位（leads）"),
        (_("序号"), _("任务"), _("推测"), _("可选")),
        (
            (number, _short(by_number[number].title), _lead(by_number[number]), "、".join(options))
            for number, options in settlement.lead_options.items()
            if not by_number[number].lead_certain
        ),
    )
    _section(
        _("只写了集体称呼，没有牵头单位（leads）"),
        (_("序号"), _("任务"), _("位置")),
        _tasks(by_number, (number for number, lead in settlement.leaderless.items() if not lead)),
    )
    _section(
        _("没有写单位（units）"),
        (_("序号"), _("任务"), _("位置")),
        _tasks(by_number, (task.number for task in settlement.tasks if not task.units)),
    )
    _section(
        _("要新建的单位（kinds、same_as）"),
        (_("名称"), _("类别"), _("相近"), _("就是")),
        ((unit.name, unit.kind, "、".join(unit.near), unit.same_as) for unit in settlement.new_units),
    )
    _section(
        _("还没有成员的集体称呼（groups、members）"),
        (_("名称"),),
        ((found.name,) for found in settlement.collectives if not found.members),
    )
    _section(
        _("文中待确认的数量（indicators）"),
        (_("选项"), _("指标"), _("目标"), _("位置")),
        (
            (key, found.name, "；".join(_targets(found)), found.where)
            for key, found in settlement.indicators.proposals.items()
            if key not in settlement.indicators.states
        ),
    )
    _section(_("清单与报送规则"), (_("选项"), _("值")), _rules(draft))
    _section(
        _("原文提到的周期，可用作 period_type"),
        (_("位置"), _("原文"), "period_type"),
        (
            (found.cadence.where, f"{found.cadence.words}（{_short(found.cadence.text)}）", found.period_type)
            for found in proposed_rhythms(draft.reading)
        ),
    )


def _section(title: str, headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    if found := list(rows):
        print()
        print(f"{title}：{len(found)}" if len(headings) > 1 or len(found) > 1 else title)
        print_table(headings, found)


def _rules(draft: ImportDraft) -> Iterable[tuple[object, ...]]:
    """The choices about the list as a whole, under the names that --choices takes."""
    choices = draft.choices
    for name in (
        "slug", "period_type", "due_day", "due_dates", "first_year", "last_year", "character_limit", "lead",
        "mailbox",
    ):  # fmt: skip
        yield name, getattr(choices, name)
    yield "filers", "、".join(choices.filers)


def _tasks(by_number: Mapping[str, ParsedTask], numbers: Iterable[str]) -> Iterable[tuple[object, ...]]:
    for number in numbers:
        task = by_number[number]
        yield number, _short(task.title), task.where


def _place(task: ParsedTask) -> dict[str, Any]:
    return {"number": task.number, "title": task.title, "where": task.where}


def _targets(found: ParsedIndicator) -> list[str]:
    return [
        " ".join(filter(None, (date_in_words(point.date, _), value_in_words(point, found.unit, _))))
        for point in found.targets
    ]


def _lead(task: ParsedTask) -> str:
    return "、".join(unit.name for unit in task.units if unit.role == "lead")


def _blocking(is_blocking: bool) -> str:
    return _("（须先改好）") if is_blocking else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
