"""tracker reassign …, tracker closeout …: tasks that go to another unit, and tasks that are finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_json, print_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.models import Obligation, Task, TaskList

reassignments = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
close_outs = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)
_TASK = typer.Argument(help=_("任务序号"), show_default=False)
_UNIT = typer.Argument(help=_("单位"), show_default=False)
_REASON = typer.Option(help=_("理由"), show_default=False)
_EVIDENCE = typer.Option(help=_("完成情况与佐证"), show_default=False)
_EXEMPT = typer.Option("--exempt", help=_("已开启的报送期也同时免报"))
_JSON = typer.Option("--json", help=_("输出 JSON"))
_MOVE = typer.Argument(help=_("改派的号，见 tracker reassign list"), show_default=False)
_CLOSE_OUT = typer.Argument(help=_("销号的号，见 tracker closeout list"), show_default=False)


def register(app: typer.Typer) -> None:
    app.add_typer(reassignments, name="reassign", help=_("改派：把一项任务交给另一个单位；恢复免报的应报项"))
    app.add_typer(close_outs, name="closeout", help=_("销号：任务完成后不再列入以后的报送期"))


@reassignments.command("move", help=_("把一期中一个单位的一项任务改派给另一个单位"))
def move_task(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    number: Annotated[str, _TASK],
    unit: Annotated[str, typer.Argument(help=_("原单位"), show_default=False)],
    to: Annotated[str, typer.Argument(help=_("新单位"), show_default=False)],
    reason: Annotated[str, _REASON],
    is_lasting: Annotated[bool, typer.Option("--lasting", help=_("以后各期都由新单位报送"))] = False,
    tells: Annotated[bool, typer.Option("--tell", help=_("马上发邮件告诉新单位"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.duties.reassign import reassign, tell_new_unit
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        obligation, task = owed(session, slug, period, number, unit)
        taker = unit_by_name(session, to)
        moved = reassign(
            session,
            site.actor(),
            current,
            obligation,
            task,
            taker,
            reason,
            clock.now(),
            is_lasting=is_lasting,
        )
        mails = tell_new_unit(session, site.actor(), current, moved, clock.now()) if tells else 0
        say("第 {number} 号改派：第 {task} 项改由{unit}报送。", number=moved.id, task=number, unit=taker.name)
    if tells:
        say("通知新单位的邮件 {count} 封已列入待发。", count=mails)


@reassignments.command("undo", help=_("撤销一个改派；新单位已报送或本期已关闭的，只停止以后各期"))
def undo_move(number: Annotated[int, _MOVE]) -> None:
    from tracker import clock
    from tracker.actions.duties.undo_reassignment import Undoing, undo_reassignment

    current = site.settings()
    with site.changing(current) as session:
        outcome = undo_reassignment(session, site.actor(), current, number, clock.now())
    if outcome is Undoing.RESTORES:
        say("第 {number} 号改派已撤销，仍由原单位报送。", number=number)
    else:
        say("第 {number} 号改派：以后各期不再改派，本期不变。", number=number)


@reassignments.command("list", help=_("一份清单的全部改派，撤销的也在内"))
def list_moves(slug: Annotated[str, _LIST], json: Annotated[bool, _JSON] = False) -> None:
    from tracker.models import ReportingRound, key
    from tracker.store.close_outs import task_numbers
    from tracker.store.lists import list_by_slug
    from tracker.store.reassignments import reassignment_history

    with site.reading(site.settings()) as session:
        list_id = key(list_by_slug(session, slug))
        tasks = task_numbers(session, list_id)
        rows = [
            {
                "number": moved.id,
                "task": tasks[moved.lineage].number,
                "from": giver.name,
                "to": taker.name,
                "period": session.get_one(ReportingRound, moved.round_id).period,
                "lasting": moved.is_lasting,
                "reason": moved.reason,
                "by": moved.reassigned_by,
                "at": _local(moved.reassigned_at),
                "undone_by": moved.undone_by,
                "undone_at": _local(moved.undone_at),
            }
            for moved, giver, taker in reassignment_history(session, list_id)
        ]
    headings = (_("号"), _("任务"), _("原单位"), _("新单位"), _("报送期"), _("长期"), _("理由"), _("谁"))
    _show(rows, (*headings, _("何时"), _("撤销人"), _("撤销时间")), json=json)


@reassignments.command("restore", help=_("恢复应报：撤销一个免报"))
def restore(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    number: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
    reason: Annotated[str, _REASON],
) -> None:
    from tracker import clock
    from tracker.actions.review.undo_exemption import undo_exemption

    current = site.settings()
    with site.changing(current) as session:
        obligation, task = owed(session, slug, period, number, unit)
        undo_exemption(session, site.actor(), current, obligation, task, reason, clock.now())
    say("第 {task} 项已恢复应报。", task=number)


@close_outs.command(help=_("代单位申请销号"))
def ask(
    slug: Annotated[str, _LIST],
    number: Annotated[str, _TASK],
    unit: Annotated[str, _UNIT],
    evidence: Annotated[str, _EVIDENCE],
) -> None:
    from tracker import clock
    from tracker.actions.duties.ask_close_out import ask_close_out
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        task_list, task = _task(session, slug, number)
        owner = unit_by_name(session, unit)
        asked = ask_close_out(session, site.actor(), current, task_list, task, owner, evidence, clock.now())
        say("第 {number} 号销号已申请。", number=asked.id)


@close_outs.command(help=_("同意一个销号申请"))
def close(
    number: Annotated[int, _CLOSE_OUT],
    decision: Annotated[str, typer.Option(help=_("审批意见"))] = "",
    exempts: Annotated[bool, _EXEMPT] = False,
) -> None:
    from tracker import clock
    from tracker.actions.duties.close_out import close_asked

    current = site.settings()
    with site.changing(current) as session:
        close_asked(session, site.actor(), current, number, decision, clock.now(), exempts=exempts)
    say("第 {number} 号已销号。", number=number)


@close_outs.command("close-task", help=_("不经申请直接销号：一个单位的，或不写单位则整项任务"))
def close_task(
    slug: Annotated[str, _LIST],
    number: Annotated[str, _TASK],
    evidence: Annotated[str, _EVIDENCE],
    unit: Annotated[str, typer.Option(help=_("单位；不写则所有单位"))] = "",
    exempts: Annotated[bool, _EXEMPT] = False,
) -> None:
    from tracker import clock
    from tracker.actions.duties.close_out import close_directly
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        task_list, task = _task(session, slug, number)
        closed = close_directly(
            session,
            site.actor(),
            current,
            task_list,
            task,
            unit_by_name(session, unit) if unit else None,
            evidence,
            clock.now(),
            exempts=exempts,
        )
        say("第 {number} 号已销号。", number=closed.id)


@close_outs.command(help=_("不同意一个销号申请"))
def refuse(number: Annotated[int, _CLOSE_OUT], reason: Annotated[str, _REASON]) -> None:
    from tracker import clock
    from tracker.actions.duties.close_out import refuse_close_out

    current = site.settings()
    with site.changing(current) as session:
        refuse_close_out(session, site.actor(), current, number, reason, clock.now())
    say("第 {number} 号销号申请未同意。", number=number)


@close_outs.command(help=_("重新开启一项已销号的任务"))
def reopen(number: Annotated[int, _CLOSE_OUT], reason: Annotated[str, _REASON]) -> None:
    from tracker import clock
    from tracker.actions.duties.close_out import reopen_close_out

    current = site.settings()
    with site.changing(current) as session:
        reopen_close_out(session, site.actor(), current, number, reason, clock.now())
    say("第 {number} 号已重新开启。", number=number)


@close_outs.command("list", help=_("一份清单的全部销号，待审批的在前"))
def list_close_outs(slug: Annotated[str, _LIST], json: Annotated[bool, _JSON] = False) -> None:
    from tracker.actions.duties.tell_close_out import CLOSE_OUT_LABELS
    from tracker.models import key
    from tracker.store.close_outs import close_outs_of, task_numbers
    from tracker.store.lists import list_by_slug

    with site.reading(site.settings()) as session:
        list_id = key(list_by_slug(session, slug))
        tasks = task_numbers(session, list_id)
        rows = [
            {
                "number": found.id,
                "task": tasks[found.lineage].number,
                "unit": unit.name if unit else None,
                "state": found.state.value if json else _(CLOSE_OUT_LABELS[found.state]),
                "evidence": found.evidence,
                "asked_by": found.asked_by,
                "asked_at": _local(found.asked_at),
                "decision": found.decision,
                "decided_by": found.decided_by,
                "decided_at": _local(found.decided_at),
            }
            for found, unit in close_outs_of(session, list_id)
        ]
    headings = (_("号"), _("任务"), _("单位"), _("状态"), _("佐证"), _("申请人"), _("申请时间"))
    _show(rows, (*headings, _("意见"), _("审批人"), _("审批时间")), json=json)


def owed(session: Session, slug: str, period: str, number: str, unit: str) -> tuple[Obligation, Task]:
    """Raises NotExpectedError."""
    from tracker.errors import NotExpectedError
    from tracker.models import key
    from tracker.store.lists import task_by_number
    from tracker.store.rounds import obligations_of, round_by_name
    from tracker.store.units import unit_by_name

    _list, reporting_round = round_by_name(session, slug, period)
    task = task_by_number(session, reporting_round.version_id, number)
    owner = unit_by_name(session, unit)
    found = obligations_of(session, reporting_round, unit_id=key(owner), task_id=key(task))
    if not found:
        raise NotExpectedError(task=task.number, unit=owner.name)
    return found[0], task


def _task(session: Session, slug: str, number: str) -> tuple[TaskList, Task]:
    """Of the version in force."""
    from tracker.models import key
    from tracker.store.lists import current_version, list_by_slug, task_by_number

    task_list = list_by_slug(session, slug)
    return task_list, task_by_number(session, key(current_version(session, task_list)), number)


def _show(rows: list[dict[str, Any]], headings: tuple[str, ...], *, json: bool) -> None:
    if json:
        print_json(rows)
        return
    print_table(headings, [[_cell(value) for value in row.values()] for row in rows])


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else value


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(site.settings().site.zone).isoformat(timespec="seconds") if moment else None
