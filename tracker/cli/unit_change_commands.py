"""tracker units merge, members, changes, undo: what is harder to see through than a name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say
from tracker.i18n import mark

if TYPE_CHECKING:
    from tracker.actions.units.unit_merge_effect import MergeEffect

_JSON = typer.Option("--json", help=_("输出 JSON"))


def register(app: typer.Typer) -> None:
    app.command("merge", help=_("把一个单位并入另一个：先列出会转走什么，再问是否继续"))(merge)
    app.command("members", help=_("看或改一个单位组的成员"))(members)
    app.command("changes", help=_("单位变更记录，最近的在前"))(changes)
    app.command("undo", help=_("撤销一项单位变更"))(undo)


def merge(
    unit: Annotated[str, typer.Argument(help=_("多余的单位"), show_default=False)],
    into: Annotated[str, typer.Argument(help=_("保留的单位"), show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help=_("不再询问"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.units.merge_units import merge_units
    from tracker.actions.units.unit_merge_effect import merge_effect
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.opened(current) as database:
        with database.reading() as session:
            one, other = unit_by_name(session, unit), unit_by_name(session, into)
            names = {"unit": one.name, "into": other.name}
            _show(merge_effect(session, site.actor(), one, other), names)
        if not yes and not _is_sure(names):
            note("没有更改。")
            raise typer.Exit(1)
        # The question may stand for an hour: what is merged is what there is now.
        with database.transaction() as session:
            one, other = unit_by_name(session, names["unit"]), unit_by_name(session, names["into"])
            change = merge_units(session, site.actor(), current, one, other, clock.now())
    say("{unit}已并入{into}（第 {number} 号变更，可用 tracker units undo {number} 撤销）。",
        number=change.id, **names)  # fmt: skip


def members(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
    group: Annotated[str, typer.Argument(help=_("单位组"), show_default=False)],
    add: Annotated[list[str] | None, typer.Option("--add", help=_("加入的单位，可写多次"))] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help=_("移出的单位，可写多次"))] = None,
    only: Annotated[list[str] | None, typer.Option("--set", help=_("改为只有这些单位，可写多次"))] = None,
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker import clock
    from tracker.actions.units.set_group_members import set_group_members
    from tracker.models import key
    from tracker.store.groups import group_by_name, member_ids
    from tracker.store.lists import list_by_slug
    from tracker.store.units import all_units, unit_by_name

    is_change = bool(add or remove or only)
    with site.changing(site.settings()) if is_change else site.reading(site.settings()) as session:
        found = group_by_name(session, list_by_slug(session, slug), group)
        wanted = {key(unit_by_name(session, name)) for name in only} if only else member_ids(session, found)
        wanted |= {key(unit_by_name(session, name)) for name in add or ()}
        wanted -= {key(unit_by_name(session, name)) for name in remove or ()}
        if is_change and set_group_members(session, site.actor(), found, wanted, clock.now()):
            note("成员从下一个开启的报送期起生效；已开启的报送期不变。")
        shown = [(unit.name, unit.kind.value) for unit in all_units(session) if unit.id in wanted]
    if json:
        print_json([{"name": name, "kind": kind} for name, kind in shown])
        return
    print_table((_("单位"), _("类别")), shown)


def changes(
    limit: Annotated[int, typer.Option(help=_("最多列出几项"), min=1)] = 50,
    json: Annotated[bool, _JSON] = False,
) -> None:
    from tracker.store.unit_changes import list_changes
    from tracker.web.units.unit_words import change_in_words

    current = site.settings()
    zone = current.site.zone
    with site.reading(current) as session:
        rows = [
            (
                change.id,
                change.changed_at.astimezone(zone).isoformat(timespec="seconds"),
                change.changed_by,
                change_in_words(change, _),
                change.undone_at.astimezone(zone).isoformat(timespec="seconds") if change.undone_at else "",
            )
            for change in list_changes(session, limit=limit)
        ]
    if json:
        print_json([dict(zip(("number", "at", "by", "what", "undone_at"), row, strict=True)) for row in rows])
        return
    print_table((_("号"), _("何时"), _("何人"), _("变更"), _("已撤销")), rows)


def undo(number: Annotated[int, typer.Argument(help=_("变更的号"), min=1, show_default=False)]) -> None:
    from tracker import clock
    from tracker.actions.units.undo_unit_change import undo_unit_change
    from tracker.store.unit_changes import change_by_number
    from tracker.web.units.unit_words import change_in_words

    with site.changing(site.settings()) as session:
        change = change_by_number(session, number)
        what = change_in_words(change, _)
        undo_unit_change(session, site.actor(), change, clock.now())
    say("已撤销第 {number} 号变更：{what}", number=number, what=what)


def _show(effect: MergeEffect, names: dict[str, str]) -> None:
    """On stderr: what a person reads before saying yes."""
    from tracker.web.units.unit_words import rows_in_words

    note("{unit}就是{into}？会转入：", **names)
    for place, count in effect.moved.items():
        note("  {label} {count}", label=rows_in_words(place, _), count=count)
    note("  已报送的文字 {texts} 份、草稿 {drafts} 份，都不会丢。", texts=effect.texts, drafts=effect.drafts)
    for place, count in effect.staying.items():
        note("  {label} {count} 条与对方的重复，不转入。", label=rows_in_words(place, _), count=count)
    for email in effect.mailboxes:
        note("  两个单位都有的邮箱只留一个：{email}", email=email)
    for group in effect.groups:
        note("  两个单位都在的单位组只算一次：{group}", group=group)
    if effect.takes_its_place:
        note("  {into}是{unit}的下级，将接替它的位置。", **names)
    for found in effect.rounds:
        for clash in found.clashes:
            text = mark(
                "  双方都写过：{slug} {period} 第 {number} 项，以{into}的为准，{unit}的转为免报并留存。"
            )
            task = {"slug": found.task_list.slug, "period": found.round.period, "number": clash.task.number}
            note(text, **names, **task)


def _is_sure(names: dict[str, str]) -> bool:
    """Asked on a terminal only; a pipe that says nothing has not agreed."""
    print(_("把{unit}并入{into}？输入 y 继续：").format(**names), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}
