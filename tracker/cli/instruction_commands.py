"""tracker instruction …: leaders' words to units, their answers, and what is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_NUMBER = typer.Argument(help=_("批示的号，见 tracker instruction list"), show_default=False)
_DUE = typer.Option(help=_("答复期限，如 2024-10-10"), show_default=False)


@app.command(help=_("登记一件批示，并马上通知各单位"))
def add(
    units: Annotated[list[str], typer.Argument(help=_("单位，可写几个"), show_default=False)],
    text: Annotated[str, typer.Option(help=_("批示内容"), show_default=False)],
    by: Annotated[str, typer.Option(help=_("批示人"), show_default=False)],
    due: Annotated[str, _DUE],
    on: Annotated[str, typer.Option(help=_("批示日期，默认今天"))] = "",
    slug: Annotated[str, typer.Option("--list", metavar="LIST", help=_("所涉清单"))] = "",
    number: Annotated[str, typer.Option("--task", help=_("所涉任务的序号"))] = "",
) -> None:
    from tracker import clock
    from tracker.actions.duties.instruct import instruct
    from tracker.models import key
    from tracker.store.lists import current_version, list_by_slug, task_by_number
    from tracker.store.units import unit_by_name
    from tracker.store.workdays import work_calendar

    if bool(slug) != bool(number):
        raise typer.BadParameter(_("--list 与 --task 要一起写"))
    current = site.settings()
    now = clock.now()
    due_on = _day(due, "--due")
    with site.changing(current) as session:
        about = None
        if slug:
            task_list = list_by_slug(session, slug)
            version = current_version(session, task_list)
            about = (task_list, task_by_number(session, key(version), number))
        given = instruct(
            session,
            site.actor(),
            current,
            text=text,
            instructed_by=by,
            instructed_on=_day(on, "--on") if on else now.astimezone(current.site.zone).date(),
            due_on=due_on,
            units=[unit_by_name(session, name) for name in units],
            now=now,
            about=about,
        )
        is_day_off = not work_calendar(session).is_workday(due_on)
        say("已登记批示：{numbers}。", numbers=_("、").join(str(one.id) for one in given))
    if is_day_off:
        note("请注意：答复期限 {day} 是休息日。", day=due_on)


@app.command(help=_("代单位登记答复"))
def reply(
    number: Annotated[int, _NUMBER],
    text: Annotated[str, typer.Option(help=_("答复内容"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.duties.answer_instruction import reply_to_instruction

    with site.changing(site.settings()) as session:
        reply_to_instruction(session, site.actor(), number, text, clock.now())
    say("第 {number} 号批示已答复。", number=number)


@app.command(help=_("办结，以最后一次答复为准"))
def close(number: Annotated[int, _NUMBER]) -> None:
    from tracker import clock
    from tracker.actions.duties.answer_instruction import close_instruction

    with site.changing(site.settings()) as session:
        close_instruction(session, site.actor(), number, clock.now())
    say("第 {number} 号批示已办结。", number=number)


@app.command(help=_("要求进一步答复，或改期限"))
def further(
    number: Annotated[int, _NUMBER],
    text: Annotated[str, typer.Option(help=_("要求什么"), show_default=False)],
    due: Annotated[str, _DUE],
) -> None:
    from tracker import clock
    from tracker.actions.duties.answer_instruction import ask_further

    current = site.settings()
    with site.changing(current) as session:
        ask_further(session, site.actor(), current, number, text, _day(due, "--due"), clock.now())
    say("第 {number} 号批示：已要求在 {day} 前进一步答复。", number=number, day=due)


@app.command("list", help=_("全部批示，期限在前的在前，办结的在后"))
def list_instructions(
    state: Annotated[str, typer.Option(help=_("只看一种状态：open、overdue、answered、closed"))] = "",
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.duties.read_instructions import read_instructions
    from tracker.domain.instructions import INSTRUCTION_LABELS, InstructionState
    from tracker.store.instructions import find_instructions

    if state and state not in list(InstructionState):
        raise typer.BadParameter(_("只能是 {states}").format(states=_("、").join(InstructionState)))
    current = site.settings()
    now = clock.now()
    with site.reading(current) as session:
        found = find_instructions(
            session,
            now.astimezone(current.site.zone).date(),
            states=[InstructionState(state)] if state else (),
        )
        rows = read_instructions(session, current, [instruction for instruction, _unit in found], now)
    if json:
        print_json(
            [
                {
                    "number": row.number,
                    "unit": row.unit,
                    "text": row.text,
                    "by": row.instructed_by,
                    "on": row.instructed_on.isoformat(),
                    "due_on": row.due_on.isoformat(),
                    "state": row.state.value,
                    "about": row.about,
                    "entries": [
                        {
                            "text": entry.text,
                            "by": entry.by,
                            "at": entry.at.astimezone(current.site.zone).isoformat(timespec="seconds"),
                            "further": entry.is_further,
                        }
                        for entry in row.entries
                    ],
                }
                for row in rows
            ]
        )
        return
    print_table(
        (_("号"), _("单位"), _("批示"), _("批示人"), _("答复期限"), _("状态")),
        [
            (row.number, row.unit, row.text, row.instructed_by, row.due_on, _(INSTRUCTION_LABELS[row.state]))
            for row in rows
        ],
    )


def _day(text: str, option: str) -> date:
    from datetime import date

    from tracker.errors import InvalidValueError
    from tracker.i18n import mark

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(field=option, value=text, reason=mark("应形如 2024-11-30")) from error
