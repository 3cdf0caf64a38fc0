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
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from tracker.actions.lists.import_draft import ImportDraft
    from tracker.actions.lists.import_list import ImportOutcome
    from tracker.config import Settings
    from tracker.importers.parsed import ParsedDocument
    from tracker.importers.problem import Problem


def register(app: typer.Typer) -> None:
    app.command("parse", help=_("读取一份任务表并显示读到的内容，不需要数据库"))(parse)
    app.command("import", help=_("导入任务清单：自带清单的名称，或一个文件"))(import_)
    app.command("versions", help=_("清单的各个版本，和两个版本的不同"))(versions)
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
    preview: Annotated[bool, typer.Option("--preview", help=_("列出读到的内容和待定的事项，不写入"))] = False,
    choices: Annotated[
        Path | None,
        typer.Option("--choices", help=_("按这个 JSON 文件中的选择导入"), show_default=False),
    ] = None,
    confirm_leads: Annotated[
        bool, typer.Option("--confirm-leads", help=_("推测的牵头单位都按推测的办"))
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看结果，不写入"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.actions.lists.load_list import locate
    from tracker.cli.changes import changes_json

    current = site.settings()
    path = locate(current, file_or_name)
    if path.suffix == ".toml":
        _require_document(
            path, {"--preview": preview, "--choices": choices, "--confirm-leads": confirm_leads}
        )
        outcome = _import_list_file(current, file_or_name, dry_run=dry_run)
    else:
        draft = _draft(current, path, choices, is_proposal=preview, confirms_leads=confirm_leads)
        if preview:
            _preview(current, draft, as_json=json)
            return
        outcome = _import_document(current, draft, is_settled=choices is not None, dry_run=dry_run)
    if json:
        print_json({**asdict(outcome), "changes": changes_json(outcome.changes), "dry_run": dry_run})
        return
    _show_outcome(outcome, dry_run=dry_run)


def _show_outcome(outcome: ImportOutcome, *, dry_run: bool) -> None:
    from tracker.cli.changes import show_changes

    if not (outcome.is_new or outcome.is_changed or outcome.new_units):
        say("清单 {slug} 与已导入的相同，未作更改。", slug=outcome.slug)
    else:
        say(mark("预览，未写入：") if dry_run else mark("已导入："))
    say(
        "《{title}》（{slug}）：{measures} 条措施，{tasks} 项任务，{leads} 个牵头单位，{counties} 个县",
        **asdict(outcome),
    )
    if outcome.changes:
        say("第 {version} 版：", version=outcome.version)
        show_changes(outcome.changes)
    for period in outcome.keeping:
        note("{period} 已经开启，保持开启时的一版。", period=period)
    for group in outcome.empty_groups:
        note("“{group}”还没有成员，暂不要求报送。", group=group)


def _require_document(path: Path, options: Mapping[str, object]) -> None:
    from tracker.actions.lists.load_list import ListFileError

    for option, value in options.items():
        if value:
            raise ListFileError(option=option, file=path.name)


def _import_list_file(current: Settings, name: str, *, dry_run: bool) -> ImportOutcome:
    from tracker.actions.lists.import_list import import_list
    from tracker.actions.lists.load_list import load_list

    with working("正在读取清单……"):
        content = load_list(current, name)
    outcome = _store(
        current, lambda session, now: import_list(session, site.actor(), content, now), dry_run=dry_run
    )
    _show_remarks(content.problems)
    return outcome


def _draft(
    current: Settings, path: Path, choices: Path | None, *, is_proposal: bool, confirms_leads: bool
) -> ImportDraft:
    """The document with what is chosen: by a file, else what it proposes itself.

    A preview proposes more than is taken where nobody looks.
    """
    from tracker.actions.lists.import_choices import read_choices
    from tracker.actions.lists.import_draft import read_draft, unattended
    from tracker.importers.files.source import decode, open_source

    with working("正在读取文件……"):
        draft = read_draft(current, open_source(path))
    found = draft.choices.model_copy(update={"replaces": True}) if is_proposal else unattended(draft.choices)
    if choices is not None:
        found = read_choices(decode(open_source(choices)), unattended(draft.choices), file=choices.name)
    if confirms_leads:
        found = found.model_copy(update={"confirms_leads": True})
    return draft.settled(found)


def _preview(current: Settings, draft: ImportDraft, *, as_json: bool) -> None:
    from tracker.actions.lists.compare_versions import compare_import
    from tracker.actions.lists.settle_import import settle
    from tracker.cli.import_preview import preview_json, show_preview
    from tracker.store.units import known_names

    choices = draft.choices
    with site.reading(current) as session:
        settlement = settle(draft.reading, choices, known_names(session))
        changes = compare_import(session, choices.slug, settlement, choices.going_on())
    if as_json:
        print_json(preview_json(draft, settlement, changes))
    else:
        show_preview(draft, settlement, changes)


def _import_document(
    current: Settings, draft: ImportDraft, *, is_settled: bool, dry_run: bool
) -> ImportOutcome:
    from tracker.actions.lists.commit_import import commit_import
    from tracker.actions.lists.import_draft import require_rules
    from tracker.actions.lists.settle_import import settle

    if not is_settled:
        require_rules(draft)
    outcome = _store(
        current, lambda session, now: commit_import(session, site.actor(), draft, now), dry_run=dry_run
    )
    # Problems that the choices have settled are none any more; no unit of the site changes that.
    _show_remarks(settle(draft.reading, draft.choices, {}).problems)
    return outcome


def _show_remarks(problems: Iterable[Problem]) -> None:
    for problem in problems:
        if not problem.is_blocking:
            note("{where}：{message}", where=problem.where, message=problem.message)


def _store(
    current: Settings, store: Callable[[Session, datetime], ImportOutcome], *, dry_run: bool
) -> ImportOutcome:
    from tracker import clock

    with site.opened(current) as database, working("正在写入……"), database.transaction() as session:
        outcome = store(session, clock.now())
        if dry_run:
            session.rollback()
    return outcome


def versions(
    slug: Annotated[str, typer.Argument(help=_("清单"), show_default=False)],
    earlier: Annotated[
        int | None, typer.Option("--from", help=_("旧版；缺省为前一版"), show_default=False)
    ] = None,
    later: Annotated[
        int | None, typer.Option("--to", help=_("新版；缺省为最新的一版"), show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.actions.lists.compare_versions import compare_versions, pick_versions
    from tracker.cli.changes import changes_json, show_changes
    from tracker.store.lists import list_by_slug, versions_of

    current = site.settings()
    with site.reading(current) as session:
        found = versions_of(session, list_by_slug(session, slug))
        old, new = pick_versions(found, earlier, later)
        changes = compare_versions(session, old, new) if old else ()
    if json:
        print_json(
            {
                "versions": [
                    version.model_dump(include={"number", "source_name", "source_hash", "imported_by"})
                    | {"imported_at": version.imported_at.astimezone(current.site.zone).isoformat()}
                    for version in found
                ],
                "from": old.number if old else None,
                "to": new.number,
                "changes": changes_json(changes),
            }
        )
        return
    rows = [
        (
            version.number,
            f"{version.imported_at.astimezone(current.site.zone):%Y-%m-%d %H:%M}",
            version.imported_by,
            version.source_name,
        )
        for version in found
    ]
    print_table((_("版本"), _("导入"), _("导入人"), _("文件")), rows)
    if old:
        print()
        say("第 {later} 版与第 {earlier} 版比较：", later=new.number, earlier=old.number)
        show_changes(changes)


def lists() -> None:
    from tracker.actions.lists.load_list import bundled_lists
    from tracker.db import open_database
    from tracker.store.lists import all_lists, current_tasks

    current = site.settings_or_defaults()
    stored: dict[str, tuple[str, int]] = {}
    database = open_database(current)
    try:
        if database.revision():
            with database.reading() as session:
                stored = {
                    found.slug: (found.title, len(current_tasks(session, found)))
                    for found in all_lists(session)
                }
    finally:
        database.close()
    names = dict.fromkeys([*stored, *bundled_lists(current)])
    rows = [(name, *stored.get(name, (_("（尚未导入）"), ""))) for name in names]
    print_table((_("名称"), _("标题"), _("任务数")), rows)
