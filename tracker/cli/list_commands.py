"""tracker parse, tracker import, tracker lists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say, working
from tracker.i18n import mark

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.actions.import_list import ImportOutcome, ListContent
    from tracker.db import Database
    from tracker.importers.parsed import ParsedDocument


def register(app: typer.Typer) -> None:
    app.command("parse", help=_("读取一份任务表并显示读到的内容，不需要数据库"))(parse)
    app.command("import", help=_("导入任务清单：自带清单的名称，或一个文件"))(import_)
    app.command("lists", help=_("自带的与已导入的任务清单"))(lists)


def parse(
    file: Annotated[
        Path, typer.Argument(help=_("任务表或方案（Excel、Word、PDF、文本等）"), show_default=False)
    ],
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.importers.output import to_json
    from tracker.importers.sandbox import read_untrusted

    with working("正在读取文件……"):
        document = read_untrusted(file).document
    if json:
        print_json(to_json(document))
        return
    _show_document(document)


def _show_document(document: ParsedDocument) -> None:
    measures = dict.fromkeys(task.measure for task in document.tasks if task.measure)
    say("《{title}》：{measures} 条措施，{tasks} 项任务", title=document.title, measures=len(measures),
        tasks=len(document.tasks))  # fmt: skip
    rows = []
    for task in document.tasks:
        leads = "、".join(unit.name for unit in task.units if unit.role == "lead")
        certain = "" if task.lead_certain else _("（推测）")
        others = sum(unit.role != "lead" for unit in task.units)
        rows.append((task.number, task.title, leads + certain, others, task.where))
    print_table((_("序号"), _("任务"), _("牵头单位"), _("其他"), _("位置")), rows)
    for problem in document.problems:
        note("{where}：{message}", where=problem.where, message=problem.message)


def import_(
    file_or_name: Annotated[str, typer.Argument(help=_("清单名称或文件"), show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看结果，不写入"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.load_list import load_list

    current = site.settings()
    with working("正在读取清单……"):
        content = load_list(current, file_or_name)
    for problem in content.problems:
        if not problem.is_blocking:
            note("{where}：{message}", where=problem.where, message=problem.message)
    with site.opened(current) as database:
        outcome = _store(database, content, clock.now(), dry_run=dry_run)
    if json:
        print_json({**asdict(outcome), "dry_run": dry_run})
        return
    if not (outcome.is_new or outcome.is_changed or outcome.new_units):
        say("清单 {slug} 与已导入的相同，未作更改。", slug=outcome.slug)
    else:
        say(mark("预览，未写入：") if dry_run else mark("已导入："))
    say(
        "《{title}》（{slug}）：{measures} 条措施，{tasks} 项任务，{leads} 个牵头单位，{counties} 个县",
        **asdict(outcome),
    )
    for group in outcome.empty_groups:
        note("“{group}”还没有成员，暂不要求报送。", group=group)


def _store(database: Database, content: ListContent, now: datetime, *, dry_run: bool) -> ImportOutcome:
    from tracker.actions.import_list import import_list

    with working("正在写入……"), database.transaction() as session:
        outcome = import_list(session, site.actor(), content, now)
        if dry_run:
            session.rollback()
    return outcome


def lists() -> None:
    from tracker.actions.load_list import bundled_lists
    from tracker.db import open_database
    from tracker.store.lists import all_lists, tasks_of

    current = site.settings_or_defaults()
    stored: dict[str, tuple[str, int]] = {}
    database = open_database(current)
    try:
        if database.revision():
            with database.reading() as session:
                stored = {
                    found.slug: (found.title, len(tasks_of(session, found))) for found in all_lists(session)
                }
    finally:
        database.close()
    names = dict.fromkeys([*stored, *bundled_lists(current)])
    rows = [(name, *stored.get(name, (_("（尚未导入）"), ""))) for name in names]
    print_table((_("名称"), _("标题"), _("任务数")), rows)
