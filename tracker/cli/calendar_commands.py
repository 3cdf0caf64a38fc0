"""tracker calendar: what a year of a list holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from tracker.domain.year_plan import PlannedEvent, PlannedRound


def register(app: typer.Typer) -> None:
    app.command("calendar", help=_("一年之中一份清单何时开启、催报、截止、关闭、寄出汇总表"))(calendar)


def calendar(
    slug: Annotated[str, typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)],
    year: Annotated[int, typer.Argument(min=2000, max=2100, show_default=False)],
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.rounds.plan_year import list_calendar
    from tracker.store.lists import list_by_slug

    current = site.settings()
    with site.reading(current) as session:
        task_list = list_by_slug(session, slug)
        plan = list_calendar(session, current, task_list, year, clock.now())
    if json:
        print_json({"list": slug, "year": year, "rounds": [_round_json(planned) for planned in plan]})
        return
    _show(plan)


def _show(plan: tuple[PlannedRound, ...]) -> None:
    from tracker.domain.workdays import WEEKDAYS
    from tracker.domain.year_plan import PROVISIONAL, STANDING_LABELS

    if not plan:
        note("这一年没有报送期。按需报送的清单，开启后才有日期。")
    for planned in plan:
        say(
            "{period}，截止 {due}，{standing}",
            period=planned.period.key,
            due=f"{planned.due_at:%Y-%m-%d}",
            standing=_(STANDING_LABELS[planned.standing]),
        )
        if planned.is_due_day_off and (last := planned.last_before_due()):
            say("截止日是休息日；截止前最后一次催报在 {day}。", day=f"{last.at:%Y-%m-%d}")
        if not planned.is_chased:
            say("不自动催报。")
        rows = [
            (
                f"{event.at:%Y-%m-%d}",
                _(WEEKDAYS[event.at.weekday()]),
                f"{event.at:%H:%M}",
                event.worded(_),
                _(PROVISIONAL) if event.is_provisional else "",
            )
            for event in planned.events
        ]
        print_table((_("日期"), _("星期"), _("时间"), _("事项"), _("说明")), rows)


def _round_json(planned: PlannedRound) -> dict[str, object]:
    return {
        "period": planned.period.key,
        "due_at": planned.due_at.isoformat(),
        "standing": planned.standing,
        "chased": planned.is_chased,
        "due_day_off": planned.is_due_day_off,
        "provisional": planned.is_provisional,
        "events": [_event_json(event) for event in planned.events],
    }


def _event_json(event: PlannedEvent) -> dict[str, object]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "rung": event.rung.name if event.rung else "",
        "audience": sorted(event.rung.audience) if event.rung else [],
        "unit": event.unit,
        "moved": event.is_moved,
        "provisional": event.is_provisional,
    }
