"""tracker contacts …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.contacts import ContactRow
    from tracker.importers.problem import Problem

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list", help=_("列出联系人"))
def list_(json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False) -> None:
    from tracker.domain.chat_address import masked
    from tracker.store.contacts import all_contacts

    with site.reading(site.settings()) as session:
        rows = [
            (
                unit.name if unit else "",
                contact.name,
                contact.email,
                contact.role.value,
                masked(contact.chat_url),
            )
            for contact, unit in all_contacts(session)
        ]
    if json:
        print_json([dict(zip(("unit", "name", "email", "role", "chat"), row, strict=True)) for row in rows])
        return
    print_table((_("单位"), _("姓名"), _("邮箱"), _("角色"), _("群机器人")), rows)


@app.command("import", help=_("从 CSV 或 xlsx 导入联系人（单位、姓名、邮箱、角色、群机器人）"))
def import_(file: Annotated[Path, typer.Argument(help=_("文件"), show_default=False)]) -> None:
    from tracker.importers.contacts import read_contacts

    _store(*read_contacts(file))


@app.command(help=_("新增一个联系人"))
def add(
    email: Annotated[str, typer.Argument(help=_("邮箱"), show_default=False)],
    unit: Annotated[str, typer.Option(help=_("单位；统筹人可以不写"))] = "",
    name: Annotated[str, typer.Option(help=_("姓名"))] = "",
    role: Annotated[str, typer.Option(help="filler, leader, coordinator")] = "filler",
    chat_url: Annotated[str, typer.Option(help=_("群机器人地址，如 wecombot://…；- 则去掉"))] = "",
) -> None:
    from tracker.importers.contacts import contact_row

    _store(*contact_row(unit=unit, name=name, email=email, role=role, where=_("命令行"), chat_url=chat_url))


@app.command(help=_("移除一个邮箱；不写 --unit 则从所有单位移除"))
def remove(
    email: Annotated[str, typer.Argument(help=_("邮箱"), show_default=False)],
    unit: Annotated[str, typer.Option(help=_("单位"))] = "",
) -> None:
    from tracker.actions.people.remove_contact import remove_contact
    from tracker.store.units import unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit) if unit else None
        count = remove_contact(session, site.actor(), email, found)
    say("已移除 {count} 个联系人。", count=count)


def _store(rows: Sequence[ContactRow], problems: Sequence[Problem]) -> None:
    from tracker.actions.people.import_contacts import import_contacts

    current = site.settings()
    with site.changing(current) as session:
        outcome = import_contacts(session, site.actor(), rows, problems, chat_schemas=current.chat.schemas)
    for problem in problems:
        note("{where}：{message}", where=problem.where, message=problem.message)
    say("新增 {added} 个联系人，改名 {renamed} 个，{unchanged} 个未变。", added=outcome.added,
        renamed=outcome.renamed, unchanged=outcome.unchanged)  # fmt: skip
