"""tracker form …: the workbook that a unit fills away from the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.round_commands import write_whole
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_table, say, working
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.actions.filing.form_rows import FormLine

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command(help=_("生成一个单位一期的报送表"))
def issue(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
    period: Annotated[str, typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)],
    unit: Annotated[str, typer.Argument(help=_("单位"), show_default=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help=_("写到哪个文件"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.filing.issue_form import compile_form, render_form
    from tracker.store.rounds import round_by_name
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        task_list, found = round_by_name(session, slug, period)
        asked = unit_by_name(session, unit)
        form = compile_form(session, site.actor(), current, task_list, found, asked, clock.now())
    write_whole(out, render_form(form, current).content)
    note("已写入 {file}", file=out)


@app.command("file", help=_("代单位报送一份填好的报送表"))
def file_(
    file: Annotated[Path, typer.Argument(help=_("填好的报送表，或含有它的 .zip"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.filing.file_form import file_form
    from tracker.actions.filing.form_rows import Fate
    from tracker.importers.files.source import open_source
    from tracker.importers.sandbox import read_form_in_child

    current = site.settings()
    with working("正在读取报送表……"):
        reading = read_form_in_child(open_source(file))
    with site.changing(current) as session:
        outcome = file_form(
            session, site.actor(), current, reading, clock.now(), request_key=reading.signature
        )
        unit, period = outcome.unit.name, outcome.round.period
    refused = outcome.of(Fate.REFUSED)
    print_table((_("序号"), _("结果"), _("说明")), [_row(line) for line in outcome.lines])
    say(
        "{unit} {period}：报送 {filed} 项，未收 {refused} 项，还差 {outstanding} 项",
        unit=unit,
        period=period,
        filed=len(outcome.of(Fate.FILED)),
        refused=len(refused),
        outstanding=len(outcome.outstanding),
    )
    if refused:
        raise typer.Exit(1)


def _row(line: FormLine) -> tuple[str, str, str]:
    from tracker.actions.filing.form_rows import Fate

    words = {
        Fate.FILED: mark("已报送"),
        Fate.UNCHANGED: mark("与已报送的相同"),
        Fate.EMPTY: mark("空白"),
        Fate.REFUSED: mark("未收"),
    }
    return line.number, _(words[line.fate]), line.error.worded(_) if line.error else line.receipt
