"""tracker workdays …: the calendar of working days."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.calendar_change import CalendarChange

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_OFF = mark("放假")
_WORKED = mark("上班")
_DRY_RUN = typer.Option("--dry-run", help=_("只看结果，不写入"))


@app.command("import", help=_("按国务院办公厅的年度放假通知登记一年：粘贴成文本文件，或 - 从标准输入读取"))
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=_("通知全文"), show_default=False)],
    year: Annotated[int | None, typer.Option(help=_("哪一年；文中写明时可不写"), min=2000, max=2100)] = None,
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> None:
    from tracker.actions.site.change_calendar import plan_notice
    from tracker.domain.notice import read_notice
    from tracker.errors import BlockingProblemsError

    notice = read_notice(_text(file), year)
    if notice.problems:
        raise BlockingProblemsError(tuple(problem.worded(_) for problem in notice.problems))
    _change(lambda session, current: plan_notice(session, current, notice), dry_run=dry_run)


@app.command(help=_("一年的放假和调休上班日"))
def show(
    year: Annotated[int, typer.Argument(min=2000, max=2100, show_default=False)],
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.domain.festivals import festival_in_words
    from tracker.store.workdays import calendar_year, day_marks

    with site.reading(site.settings()) as session:
        known = calendar_year(session, year)
        marks = day_marks(session, date(year, 1, 1), date(year, 12, 31))
    if json:
        days = [
            {"day": str(day), "is_workday": found.is_workday, "name": found.name}
            for day, found in marks.items()
        ]
        print_json({"year": year, "sources": known.source.split("\n") if known else [], "days": days})
        return
    if known is None:
        note("{year} 年的放假安排尚未公布，暂按周一至周五推算。", year=year)
    rows = [(day, _weekday(day), _word(is_workday=found.is_workday), festival_in_words(found.name, _))
            for day, found in marks.items()]  # fmt: skip
    print_table((_("日期"), _("星期"), _("安排"), _("节日")), rows)
    for line in known.source.split("\n") if known else []:
        note("来源：{source}", source=line)


@app.command("set", help=_("改一天：off 放假，work 上班"))
def set_(
    day: Annotated[str, typer.Argument(help=_("日期，如 2026-04-03"), show_default=False)],
    what: Annotated[str, typer.Argument(metavar="off|work", show_default=False)],
    name: Annotated[str, typer.Option(help=_("节日或缘由"))] = "",
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> None:
    from tracker.actions.site.change_calendar import plan_day
    from tracker.errors import InvalidValueError

    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise InvalidValueError(field=mark("日期"), value=day, reason=mark("应形如 2024-11-30")) from error
    if what not in ("off", "work"):
        raise InvalidValueError(
            field=mark("安排"), value=what, reason=mark("应为 off（放假）或 work（上班）")
        )
    _change(
        lambda session, current: plan_day(session, current, found, is_workday=what == "work", name=name),
        dry_run=dry_run,
    )


@app.command(help=_("移除一年的放假安排，改回按周一至周五推算"))
def forget(
    year: Annotated[int, typer.Argument(min=2000, max=2100, show_default=False)],
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> None:
    from tracker.actions.site.change_calendar import plan_forgetting

    _change(lambda session, _current: plan_forgetting(session, year), dry_run=dry_run)


def _change(plan: Callable[[Session, Settings], CalendarChange], *, dry_run: bool) -> None:
    """Shows what the change does, and stores it unless `dry_run`."""
    from tracker import clock
    from tracker.actions.rounds.plan_year import shifted_dates
    from tracker.actions.site.change_calendar import store_change
    from tracker.domain.festivals import festival_in_words

    current = site.settings()
    now = clock.now()
    with site.changing(current) as session:
        change = plan(session, current)
        shifts = shifted_dates(session, current, change, now)
        if not dry_run:
            store_change(session, site.actor(), current, change, now)
    say(mark("预览，未写入：") if dry_run else mark("已登记："))
    if not change.differences:
        say("{year} 年没有日子改变。", year=change.year)
    rows = [(found.day, _weekday(found.day), _word(is_workday=found.is_workday), festival_in_words(found.name, _))
            for found in change.differences]  # fmt: skip
    if rows:
        print_table((_("日期"), _("星期"), _("改为"), _("节日")), rows)
    if shifts:
        say("以下日期随之变动：")
        print_table(
            (_("清单"), _("报送期"), _("事项"), _("原定"), _("改为")),
            [(shift.slug, shift.period.key, shift.event.worded(_), _moment(shift.before), _moment(shift.after))
             for shift in shifts],
        )  # fmt: skip
    if any(shift.is_open for shift in shifts):
        note("已开启的报送期，关闭时间不变；催报在发送时才推算，按改后的日历走。")


def _text(file: str) -> str:
    from tracker.importers.files.source import SourceFile, decode, open_source

    return decode(SourceFile("-", sys.stdin.buffer.read()) if file == "-" else open_source(Path(file)))


def _word(*, is_workday: bool) -> str:
    return _(_WORKED if is_workday else _OFF)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "—"


def _weekday(day: date) -> str:
    from tracker.domain.workdays import WEEKDAYS

    return _(WEEKDAYS[day.weekday()])
