"""tracker round …, tracker report."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say, working
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from sqlmodel import Session

    from tracker.actions.rounds.summarise_round import RoundSummary
    from tracker.models import ReportingRound
    from tracker.store.obligation_list import ObligationFilter

round_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)
_JSON = typer.Option("--json", help=_("输出 JSON"))


def register(app: typer.Typer) -> None:
    app.add_typer(round_app, name="round", help=_("报送期：开启、查看、关闭"))
    app.command("report", help=_("生成一期的汇总表"))(report)


@round_app.command("open", help=_("开启一个报送期，记下谁应报什么"))
def open_(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    due: Annotated[str, typer.Option(help=_("截止日，如 2024-11-30；不写则按清单的规则"))] = "",
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker import clock
    from tracker.actions.rounds.open_round import open_round
    from tracker.actions.rounds.summarise_round import summarise_round
    from tracker.store.lists import list_by_slug

    current = site.settings()
    with working("正在开启报送期……"), site.changing(current) as session:
        task_list = list_by_slug(session, slug)
        opened = open_round(
            session, site.actor(), current, task_list, period, clock.now(), due_on=_day(due) if due else None
        )
        session.flush()
        summary = summarise_round(session, current, task_list, opened)
    _show(summary, json=json)
    if not opened.is_chasing:
        note("截止日已过：本期不自动催报，也不自动关闭。")
        note("如需催报，请运行 tracker round chase {slug} {period}", slug=slug, period=opened.period)


@round_app.command(help=_("一期的应报、已报、按时数和各单位情况"))
def show(
    slug: Annotated[str, _LIST], period: Annotated[str, _PERIOD], json: Annotated[bool, _JSON] = False
) -> None:
    from tracker.actions.rounds.summarise_round import summarise_round
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.reading(current) as session:
        summary = summarise_round(session, current, *round_by_name(session, slug, period))
    _show(summary, json=json)


@round_app.command(help=_("关闭一个报送期，不再收取；汇总表寄给统筹人"))
def close(
    slug: Annotated[str, _LIST], period: Annotated[str, _PERIOD], json: Annotated[bool, _JSON] = False
) -> None:
    from tracker import clock
    from tracker.actions.chasing.tell_coordinators import announce_closed_rounds
    from tracker.actions.rounds.close_round import close_round
    from tracker.actions.rounds.summarise_round import summarise_round
    from tracker.store.rounds import round_by_name

    current = site.settings()
    now = clock.now()
    with site.opened(current) as database:
        with database.transaction() as session:
            task_list, found = round_by_name(session, slug, period)
            close_round(session, site.actor(), found, now)
            session.flush()
            summary = summarise_round(session, current, task_list, found)
        with working("正在生成汇总表……"):
            announce_closed_rounds(database, current, now)
    _show(summary, json=json)
    note("{period} 已关闭。", period=summary.period)


@round_app.command(help=_("打开（或用 --off 关闭）一期的自动催报"))
def chase(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    off: Annotated[bool, typer.Option("--off", help=_("关闭"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.rounds.close_round import switch_chasing
    from tracker.store.rounds import round_by_name

    with site.changing(site.settings()) as session:
        found = round_by_name(session, slug, period)[1]
        switch_chasing(session, site.actor(), found, clock.now(), is_chasing=not off)
    text = mark("{period} 的自动催报已关闭。") if off else mark("{period} 的自动催报已打开。")
    say(text, period=found.period)


def report(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    out: Annotated[Path, typer.Option(help=_("写到哪个文件；- 表示标准输出"), show_default=False)],
    format: Annotated[str, typer.Option(help="xlsx, texts, html, json, csv")] = "xlsx",  # noqa: A002 - the option's name
    unit: Annotated[str, typer.Option(help=_("只要这个单位的"))] = "",
    kind: Annotated[str, typer.Option(help=_("只要这一类单位的，如 county"))] = "",
    measure: Annotated[int, typer.Option(help=_("只要清单中第几条措施的"))] = 0,
) -> None:
    from tracker import clock
    from tracker.actions.documents.make_document import DocumentOrder, write_document
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with working("正在生成汇总表……"), site.opened(current) as database:
        with database.reading() as session:
            _list, found = round_by_name(session, slug, period)
            part = _part(session, found, unit, kind, measure)
        order = DocumentOrder(slug, found.period, format, part, current.site.language, clock.now())
        if str(out) == "-":
            with tempfile.TemporaryFile() as file:
                write_document(database, current, order, file)
                file.seek(0)
                shutil.copyfileobj(file, sys.stdout.buffer)
            return
        with whole_file(out) as file:
            write_document(database, current, order, file)
    note("已写入 {file}", file=out)


def _part(
    session: Session, reporting_round: ReportingRound, unit: str, kind: str, measure: int
) -> ObligationFilter:
    """Raises UnknownUnitError or InvalidValueError for what there is not."""
    from tracker.cli.unit_commands import kind_named
    from tracker.errors import InvalidValueError
    from tracker.models import key
    from tracker.store.lists import measures_of
    from tracker.store.obligation_list import ObligationFilter
    from tracker.store.units import unit_by_name

    measures = sorted(
        measures_of(session, reporting_round.version_id).values(), key=lambda found: found.position
    )
    if not 0 <= measure <= len(measures):
        reason = _("清单有 {amount} 条措施").format(amount=len(measures))
        raise InvalidValueError(field="--measure", value=measure, reason=reason)
    return ObligationFilter(
        unit_id=key(unit_by_name(session, unit)) if unit else None,
        kind=kind_named(kind) if kind else None,
        measure_id=key(measures[measure - 1]) if measure else None,
    )


def _day(text: str) -> date:
    from tracker.errors import InvalidValueError

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(field="--due", value=text, reason=mark("应形如 2024-11-30")) from error


def write_whole(out: Path, content: bytes) -> None:
    with whole_file(out) as file:
        file.write(content)


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """Whole or not at all: a half-written workbook must not take the place of a good one."""
    from tracker.errors import InvalidValueError

    beside = out.with_name(f".{out.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(out)
    except OSError as error:
        raise InvalidValueError(field="--out", value=out, reason=error.strerror) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _show(summary: RoundSummary, *, json: bool) -> None:
    if json:
        print_json(summary.to_json())
        return
    rates = summary.rates
    say("{list} {period}，截止 {due}", list=summary.list_slug, period=summary.period,
        due=f"{summary.due_at:%Y-%m-%d %H:%M:%S}")  # fmt: skip
    say(
        "应报 {expected}，已报 {filed}，按时 {on_time}，逾期 {late}，未报 {missing}，"
        "无进展 {nil}，免报 {exempt}，退回 {returned}，通过 {accepted}",
        missing=rates.missing,
        **asdict(rates),
    )
    rows = [
        (unit.name, unit.rates.expected, unit.rates.filed, unit.rates.on_time, unit.rates.missing)
        for unit in summary.units
    ]
    print_table((_("单位"), _("应报"), _("已报"), _("按时"), _("未报")), rows)
