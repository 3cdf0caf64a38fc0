"""tracker units …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_json, print_table, say
from tracker.cli.unit_change_commands import register as add_change_commands
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.models import UnitKind

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
add_change_commands(app)
_KINDS = "department, county, town, village, office, other"
_UNIT = typer.Argument(help=_("单位"), show_default=False)
_JSON = typer.Option("--json", help=_("输出 JSON"))


@app.command("list", help=_("列出单位"))
def list_(json: Annotated[bool, _JSON] = False) -> None:
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


@app.command(help=_("按上下级列出单位"))
def tree(json: Annotated[bool, _JSON] = False) -> None:
    from tracker.domain.unit_tree import tree_order
    from tracker.models import key
    from tracker.store.units import all_units, parents_of

    with site.reading(site.settings()) as session:
        units = {key(unit): unit for unit in all_units(session)}
        ordered = tree_order(list(units), parents_of(session))
    rows = [(depth, units[unit_id].name, units[unit_id].kind.value) for unit_id, depth in ordered]
    if json:
        print_json([{"depth": depth, "name": name, "kind": kind} for depth, name, kind in rows])
        return
    print_table((_("单位"), _("类别")), [("  " * depth + name, kind) for depth, name, kind in rows])


@app.command(help=_("新增一个单位"))
def add(
    name: Annotated[str, typer.Argument(help=_("全称"), show_default=False)],
    kind: Annotated[str, typer.Option(help=_KINDS, show_default=False)],
    parent: Annotated[str, typer.Option(help=_("上级单位"))] = "",
) -> None:
    from tracker import clock
    from tracker.actions.units.change_unit import create_unit
    from tracker.store.units import unit_by_name

    chosen = kind_named(kind)
    with site.changing(site.settings()) as session:
        above = unit_by_name(session, parent) if parent else None
        unit = create_unit(session, site.actor(), name, chosen, clock.now(), parent=above)
    say("已新增单位 {name}。", name=unit.name)


@app.command(help=_("给单位换一个全称；原名留作别名"))
def rename(
    unit: Annotated[str, _UNIT],
    name: Annotated[str, typer.Argument(help=_("新的全称"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.units.change_unit import rename_unit
    from tracker.store.units import unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit)
        before = found.name
        change = rename_unit(session, site.actor(), found, name, clock.now())
    text = (
        mark("{before}已改名为{after}（第 {number} 号变更）。")
        if change
        else mark("{after}本来就叫这个名称。")
    )
    say(text, before=before, after=found.name, number=change.id if change else "")


@app.command(help=_("改一个单位的类别"))
def kind(
    unit: Annotated[str, _UNIT], kind: Annotated[str, typer.Argument(help=_KINDS, show_default=False)]
) -> None:
    from tracker import clock
    from tracker.actions.units.change_unit import change_kind
    from tracker.store.units import unit_by_name

    chosen = kind_named(kind)
    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit)
        change_kind(session, site.actor(), found, chosen, clock.now())
    say("{unit}的类别是 {kind}。", unit=found.name, kind=chosen.value)


@app.command(help=_("把一个单位放到另一个之下；不写上级即没有上级"))
def move(
    unit: Annotated[str, _UNIT],
    parent: Annotated[str, typer.Argument(help=_("上级单位"), show_default=False)] = "",
) -> None:
    from tracker import clock
    from tracker.actions.units.change_unit import move_unit
    from tracker.store.units import unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit)
        above = unit_by_name(session, parent) if parent else None
        move_unit(session, site.actor(), found, above, clock.now())
    text = mark("{unit}现在归{parent}。") if above else mark("{unit}现在没有上级。")
    say(text, unit=found.name, parent=above.name if above else "")


@app.command(help=_("给单位加一个别名；用 --remove 去掉"))
def alias(
    unit: Annotated[str, _UNIT],
    name: Annotated[str, typer.Argument(help=_("别名"), show_default=False)],
    remove: Annotated[bool, typer.Option("--remove", help=_("去掉这个别名"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.units.change_unit_alias import give_alias, take_alias
    from tracker.store.units import unit_by_name

    with site.changing(site.settings()) as session:
        found = unit_by_name(session, unit)
        act = take_alias if remove else give_alias
        change = act(session, site.actor(), found, name, clock.now())
    if remove:
        say("“{name}”不再指{unit}：以后的文件写这个名称，就找不到它。", name=name, unit=found.name)
        return
    text = mark("“{name}”现在也指{unit}。") if change else mark("“{name}”本来就指{unit}。")
    say(text, name=name, unit=found.name)


@app.command("import", help=_("从 CSV 或 xlsx 导入单位（名称、类别、上级、别名）"))
def import_(file: Annotated[Path, typer.Argument(help=_("文件"), show_default=False)]) -> None:
    from tracker import clock
    from tracker.actions.units.import_units import import_units
    from tracker.importers.units import read_units

    rows, problems = read_units(file)
    with site.changing(site.settings()) as session:
        outcome = import_units(session, site.actor(), rows, problems, clock.now())
    say("新增 {added} 个单位、{new_aliases} 个别名，{unchanged} 个未变。", added=outcome.added,
        new_aliases=outcome.new_aliases, unchanged=outcome.unchanged)  # fmt: skip


def kind_named(text: str) -> UnitKind:
    """Raises InvalidValueError naming the kinds."""
    from tracker.errors import InvalidValueError
    from tracker.models import UnitKind

    if text not in list(UnitKind):
        raise InvalidValueError(field=_("类别"), value=text, reason=_("应为 ") + "、".join(UnitKind))
    return UnitKind(text)
