"""tracker units …"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_json, print_table, say
from tracker.i18n import mark

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list", help=_("列出单位"))
def list_(json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False) -> None:
    from tracker.models import key
    from tracker.store.units import aliases_by_unit, all_units

    with site.reading(site.settings()) as session:
        aliases = aliases_by_unit(session)
        units = [(unit.name, unit.kind.value, aliases.get(key(unit), [])) for unit in all_units(session)]
    if json:
        print_json([{"name": name, "kind": kind, "aliases": names} for name, kind, names in units])
        return
    print_table(
        (_("单位"), _("类别"), _("别名")), [(name, kind, "、".join(names)) for name, kind, names in units]
    )


@app.command(help=_("新增一个单位"))
def add(
    name: Annotated[str, typer.Argument(help=_("全称"), show_default=False)],
    kind: Annotated[
        str, typer.Option(help="department, county, town, village, office, other", show_default=False)
    ],
    parent: Annotated[str, typer.Option(help=_("上级单位"))] = "",
) -> None:
    from tracker.errors import InvalidValueError
    from tracker.models import UnitKind
    from tracker.store.units import add_unit, unit_by_name

    if kind not in list(UnitKind):
        raise InvalidValueError(field=_("类别"), value=kind, reason=_("应为 ") + "、".join(UnitKind))
    with site.changing(site.settings()) as session:
        add_unit(session, name, UnitKind(kind), unit_by_name(session, parent) if parent else None)
    say("已新增单位 {name}。", name=name)


@app.command(help=_("给单位加一个别名"))
def alias(
    unit: Annotated[str, typer.Argument(help=_("单位"), show_default=False)],
    name: Annotated[str, typer.Argument(help=_("别名"), show_default=False)],
) -> None:
    from tracker.store.units import add_alias, unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit)
        is_new = add_alias(session, found, name)
    text = mark("“{name}”现在也指{unit}。") if is_new else mark("“{name}”本来就指{unit}。")
    say(text, name=name, unit=found.name)


@app.command("import", help=_("从 CSV 或 xlsx 导入单位（名称、类别、上级、别名）"))
def import_(file: Annotated[Path, typer.Argument(help=_("文件"), show_default=False)]) -> None:
    from tracker.actions.import_units import import_units
    from tracker.importers.units import read_units

    rows, problems = read_units(file)
    with site.changing(site.settings()) as session:
        outcome = import_units(session, site.actor(), rows, problems)
    say("新增 {added} 个单位、{new_aliases} 个别名，{unchanged} 个未变。", added=outcome.added,
        new_aliases=outcome.new_aliases, unchanged=outcome.unchanged)  # fmt: skip
