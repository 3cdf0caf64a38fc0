"""tracker indicators: what a list's document states of its indicators, and which proposals are ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say
from tracker.i18n import mark

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlmodel import Session

    from tracker.actions.lists.stated_indicators import StatedIndicators
    from tracker.importers.indicators.parsed import IndicatorPoint, IndicatorSet
    from tracker.models import ListVersion


def register(app: typer.Typer) -> None:
    app.command("indicators", help=_("清单的指标：显示、确认或剔除"))(indicators)


def indicators(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
    confirm: Annotated[list[int] | None, typer.Option(help=_("确认这个编号的指标，可以写几次"))] = None,
    dismiss: Annotated[list[int] | None, typer.Option(help=_("这个编号的不是指标，可以写几次"))] = None,
    version: Annotated[int | None, typer.Option(help=_("清单的第几版；不写则为最新的一版"))] = None,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.actions.lists.settle_indicators import settle_indicators
    from tracker.actions.lists.stated_indicators import stated_indicators, stated_json
    from tracker.errors import InvalidValueError
    from tracker.models import IndicatorState, key

    if both := set(confirm or ()) & set(dismiss or ()):
        reason = mark("同一个编号不能既确认又剔除")
        raise InvalidValueError(field="--confirm", value=min(both), reason=reason)
    states = dict.fromkeys(dismiss or (), IndicatorState.DISMISSED)
    states |= dict.fromkeys(confirm or (), IndicatorState.CONFIRMED)
    current = site.settings()
    if states:
        with site.changing(current) as session:
            count = settle_indicators(session, site.actor(), _version(session, slug, version), states)
        note("已更改 {count} 个指标的状态。", count=count)
    with site.reading(current) as session:
        found = _version(session, slug, version)
        number, stated = found.number, stated_indicators(session, key(found))
    if json:
        print_json({"list": slug, "version": number, "indicators": stated_json(stated)})
        return
    _show(slug, number, stated)


def _version(session: Session, slug: str, number: int | None) -> ListVersion:
    from tracker.errors import InvalidValueError
    from tracker.store.lists import list_by_slug, versions_of

    versions = versions_of(session, list_by_slug(session, slug))
    for found in versions:
        if number in (None, found.number):
            return found
    raise InvalidValueError(field="--version", value=number, reason=mark("没有这一版，清单页上列有各版"))


def _show(slug: str, number: int, stated: StatedIndicators) -> None:
    from tracker.reports.indicator_wording import KIND_LABELS, STATE_LABELS, date_in_words, value_in_words

    def said(points: tuple[IndicatorPoint | None, ...], unit: str) -> str:
        return "；".join(
            " ".join(filter(None, (date_in_words(point.date, _), value_in_words(point, unit, _))))
            for point in points
            if point
        )

    say(
        "{list} 第 {version} 版：{count} 个指标，{sets} 张分项表",
        list=slug,
        version=number,
        count=len(stated.indicators),
        sets=len(stated.sets),
    )
    rows = []
    for found in stated.indicators:
        one = found.indicator
        rows.append(
            (
                found.lineage,
                one.task,
                one.name,
                said((one.baseline,), one.unit),
                said(one.targets, one.unit),
                _(KIND_LABELS[one.kind]) if one.kind else "",
                _(STATE_LABELS[found.state]),
            )
        )
    if rows:
        print_table((_("编号"), _("任务"), _("指标"), _("基期"), _("目标"), _("属性"), _("状态")), rows)
    for of_set in stated.sets:
        _show_set(of_set.table, _(STATE_LABELS["dismissed"]) if of_set.is_dismissed else "")


def _show_set(table: IndicatorSet, remark: str) -> None:
    """The table as printed; a blank cell stays blank."""
    from tracker.importers.indicators.totals import check_totals

    say("《{title}》{unit} {remark}", title=table.title, unit=table.unit, remark=remark)
    totals, last = table.row_totals, table.column_totals
    rows = [
        (label, *map(_figure, cells), *([_figure(totals.values[place])] if totals else ()))
        for place, (label, cells) in enumerate(zip(table.rows, table.values, strict=True))
    ]
    if last:
        rows.append(
            (last.label, *map(_figure, last.values), *([_figure(table.grand_total)] if totals else ()))
        )
    print_table(("", *table.columns, *([totals.label] if totals else ())), rows)
    for problem in check_totals(table):
        note("{where}：{message}", where=problem.where, message=problem.message)


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
