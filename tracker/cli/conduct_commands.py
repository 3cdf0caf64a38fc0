"""tracker finding …, tracker appeal …, tracker ranking: what counts against a unit, what is struck out, and the places."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli import site
from tracker.cli.duty_commands import owed
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_json, print_table, say
from tracker.domain.faults import FAULT_LABELS, Fault

findings = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
appeals = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)
_TASK = typer.Argument(help=_("任务序号"), show_default=False)
_UNIT = typer.Argument(help=_("单位"), show_default=False)
_FAULT = typer.Argument(
    help=_("missing 未报、late 逾期、no_substance 无实质内容、returned 退回"), show_default=False
)
_REASON = typer.Option(help=_("理由，该单位会看到"), show_default=False)
_NUMBER = typer.Argument(help=_("申诉的号，见 tracker appeal list"), show_default=False)
_JSON = typer.Option("--json", help=_("输出 JSON"))


def register(app: typer.Typer) -> None:
    app.add_typer(findings, name="finding", help=_("认定一个单位报送的一项无实质内容"))
    app.add_typer(appeals, name="appeal", help=_("申诉：单位申诉扣分，统筹人采纳、不采纳或直接免责"))
    app.command("ranking", help=_("一期各单位的名次、得分和建议"))(ranking)


@findings.command("add", help=_("认定无实质内容，计入扣分"))
def add_finding(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    task: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
    reason: Annotated[str, _REASON],
) -> None:
    from tracker import clock
    from tracker.actions.review.find_no_substance import find_no_substance

    with site.changing(site.settings()) as session:
        obligation, found = owed(session, slug, period, task, unit)
        find_no_substance(session, site.actor(), obligation, found, reason, clock.now())
    say("{unit} 第 {task} 项已认定无实质内容。", unit=unit, task=task)


@findings.command("withdraw", help=_("撤销认定，不再扣分"))
def withdraw(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    task: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
) -> None:
    from tracker import clock
    from tracker.actions.review.find_no_substance import withdraw_finding

    with site.changing(site.settings()) as session:
        obligation, found = owed(session, slug, period, task, unit)
        withdraw_finding(session, site.actor(), obligation, found, clock.now())
    say("{unit} 第 {task} 项已撤销认定。", unit=unit, task=task)


@appeals.command("ask", help=_("代一个单位提出申诉"))
def ask(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    task: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
    fault: Annotated[Fault, _FAULT],
    words: Annotated[str, typer.Option(help=_("申诉内容"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.review.appeal import ask_appeal

    current = site.settings()
    with site.changing(current) as session:
        obligation, found = owed(session, slug, period, task, unit)
        asked = ask_appeal(session, site.actor(), current, obligation, found, fault, words, clock.now())
        say("第 {number} 号申诉已登记，等待处理。", number=asked.id)


@appeals.command("excuse", help=_("不经申诉，直接免责"))
def excuse_(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    task: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
    fault: Annotated[Fault, _FAULT],
    reason: Annotated[str, _REASON],
) -> None:
    from tracker import clock
    from tracker.actions.review.appeal import excuse

    current = site.settings()
    with site.changing(current) as session:
        obligation, found = owed(session, slug, period, task, unit)
        excused = excuse(session, site.actor(), current, obligation, found, fault, reason, clock.now())
        say("已免责，记为第 {number} 号。", number=excused.id)


@appeals.command(help=_("采纳一个申诉，免责"))
def uphold(number: Annotated[int, _NUMBER], reason: Annotated[str, _REASON]) -> None:
    from tracker import clock
    from tracker.actions.review.decide_appeal import uphold_appeal

    current = site.settings()
    with site.changing(current) as session:
        uphold_appeal(session, site.actor(), current, number, reason, clock.now())
    say("第 {number} 号申诉已采纳，不再扣分。", number=number)


@appeals.command(help=_("不采纳一个申诉"))
def refuse(number: Annotated[int, _NUMBER], reason: Annotated[str, _REASON]) -> None:
    from tracker import clock
    from tracker.actions.review.decide_appeal import refuse_appeal

    current = site.settings()
    with site.changing(current) as session:
        refuse_appeal(session, site.actor(), current, number, reason, clock.now())
    say("第 {number} 号申诉未采纳，照常扣分。", number=number)


@appeals.command("take-back", help=_("撤回一个免责，照常扣分"))
def take_back(number: Annotated[int, _NUMBER], reason: Annotated[str, _REASON]) -> None:
    from tracker import clock
    from tracker.actions.review.decide_appeal import take_back_excuse

    current = site.settings()
    with site.changing(current) as session:
        take_back_excuse(session, site.actor(), current, number, reason, clock.now())
    say("第 {number} 号免责已撤回，照常扣分。", number=number)


@appeals.command("list", help=_("一份清单的全部申诉，待处理的在前"))
def list_all(slug: Annotated[str, _LIST], json: Annotated[bool, _JSON] = False) -> None:
    from tracker.actions.review.tell_appeals import APPEAL_LABELS
    from tracker.models import AppealState
    from tracker.store.conduct import list_appeals
    from tracker.store.lists import list_by_slug

    current = site.settings()
    with site.reading(current) as session:
        task_list = list_by_slug(session, slug)
        rows = [
            {
                "number": row.appeal.id,
                "period": row.round.period,
                "task": row.task.number,
                "unit": row.unit.name,
                "fault": row.appeal.fault.value if json else _(FAULT_LABELS[row.appeal.fault]),
                "state": row.appeal.state.value if json else _(APPEAL_LABELS[row.appeal.state]),
                "words": row.appeal.words,
                "asked_by": row.appeal.asked_by,
                "decision": row.appeal.decision,
                "decided_by": row.appeal.decided_by,
            }
            for state in AppealState
            for row in list_appeals(session, task_list, state=state)
        ]
    if json:
        print_json(rows)
        return
    headings = (_("号"), _("报送期"), _("任务"), _("单位"), _("事项"), _("状态"), _("申诉内容"))
    print_table((*headings, _("申诉人"), _("处理意见"), _("处理人")), [list(row.values()) for row in rows])


def ranking(
    slug: Annotated[str, _LIST], period: Annotated[str, _PERIOD], json: Annotated[bool, _JSON] = False
) -> None:
    from tracker import clock
    from tracker.actions.review.rank_units import rank_units
    from tracker.domain.scoring import CARD_LABELS
    from tracker.reports.ranking import formula
    from tracker.reports.wording import kind_label
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.reading(current) as session:
        found = rank_units(session, current, round_by_name(session, slug, period)[1], clock.now())
    if json:
        print_json(
            [
                {
                    "kind": one.kind,
                    "place": row.place,
                    "unit": row.unit.name,
                    "score": str(row.score),
                    "deductions": {part.fault.value: part.count for part in row.deductions},
                    "struck_out": {fault.value: count for fault, count in row.struck_out},
                    "card": row.card.value if row.card else None,
                    "interview": row.is_to_be_interviewed,
                }
                for one in found
                for row in one.rows
            ]
        )
        return
    print_table(
        (_("类别"), _("名次"), _("单位"), _("得分"), _("扣分"), _("已免责"), _("建议")),
        [
            (
                kind_label(one.kind, _),
                row.place,
                row.unit.name,
                row.score,
                _("，").join(f"{_(FAULT_LABELS[part.fault])} {part.count}" for part in row.deductions),
                _("，").join(f"{_(FAULT_LABELS[fault])} {count}" for fault, count in row.struck_out),
                " ".join(
                    [
                        *([_(CARD_LABELS[row.card])] if row.card else ()),
                        *([_("约谈")] if row.is_to_be_interviewed else ()),
                    ]
                ),
            )
            for one in found
            for row in one.rows
        ],
    )
    for one in found:
        for waiting in one.waiting:
            say(
                "{unit} 未到截止时间，暂不排名：未报 {count} 项。",
                unit=waiting.unit.name,
                count=waiting.not_due,
            )
    for line in formula(current.scoring, _):
        print(line)
