"""tracker template: the office's own Word layout of reports, circulars and summaries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_table, say

if TYPE_CHECKING:
    from tracker.models import CircularKind

app = typer.Typer(no_args_is_help=True)

_KIND = typer.Argument(help=_("report 报告、circular 通报、summary 总结"))


@app.command("list", help=_("各种文件现用哪个模板，有没有错误"))
def show() -> None:
    from tracker.actions.documents.change_document_template import template_states

    current = site.settings()
    with site.opened(current) as database, database.reading() as session:
        rows = []
        for state in template_states(session, current):
            name = state.changed.file_name if state.changed else ""
            own = name or _("模板目录中的文件")
            fault = state.fault.worded(_) if state.fault else ""
            rows.append((state.kind.value, own if state.is_own else _("自带"), fault))
    print_table((_("种类"), _("模板"), _("错误")), rows)


@app.command("save", help=_("把现用的模板写到文件，供在 Word 中修改"))
def save(
    kind: Annotated[str, _KIND],
    out: Annotated[Path, typer.Option("--out", "-o", help=_("写到这个文件"))],
) -> None:
    from tracker.actions.documents.change_document_template import template_in_use

    current = site.settings()
    with site.opened(current) as database, database.reading() as session:
        out.write_bytes(template_in_use(session, current, _kind(kind)))
    note("已写入 {file}。", file=out)


@app.command("use", help=_("改用这个模板；有误的不收，现用的照常使用"))
def use(
    kind: Annotated[str, _KIND],
    file: Annotated[Path, typer.Argument(help=_("改好的 .docx"))],
) -> None:
    from tracker import clock
    from tracker.actions.documents.change_document_template import (
        check_document_template,
        keep_document_template,
    )
    from tracker.importers.files.source import open_source

    source = open_source(file)
    template = check_document_template(_kind(kind), source.name, source.data)
    with site.opened(site.settings()) as database, database.transaction() as session:
        is_changed = keep_document_template(session, site.actor(), template, clock.now())
    for meaning in template.absent:
        note("模板中没有：{meaning}", meaning=_(meaning))
    if is_changed:
        say("模板已保存，下一份文件起使用。")
    else:
        say("没有改动，无需保存。")


@app.command("restore", help=_("恢复自带的模板"))
def restore(kind: Annotated[str, _KIND]) -> None:
    from tracker import clock
    from tracker.actions.documents.change_document_template import restore_document_template

    with site.opened(site.settings()) as database, database.transaction() as session:
        is_changed = restore_document_template(session, site.actor(), _kind(kind), clock.now())
    if is_changed:
        say("已恢复自带模板。")
    else:
        say("没有改动，无需保存。")


def _kind(name: str) -> CircularKind:
    from tracker.errors import InvalidValueError
    from tracker.models import CircularKind

    if name not in set(CircularKind):
        raise InvalidValueError(field="KIND", value=name, reason="、".join(CircularKind))
    return CircularKind(name)
