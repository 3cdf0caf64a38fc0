"""tracker review …: what waits for the office's word in a round, and that word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from tracker.models import ReviewOutcome

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)
_UNIT = typer.Option(help=_("单位"), show_default=False)
_TASK = typer.Option(help=_("任务序号"), show_default=False)
_BY = typer.Option("--by", help=_("以哪个上级单位的名义"), show_default=False)
_VERSION = typer.Option(min=1, help=_("您看过的版本；之后又报过的，不予办理"), show_default=False)


@app.command("list", help=_("等待审核的报送，等得最久的在前，附提示"))
def list_waiting_texts(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    above: Annotated[bool, typer.Option("--above", help=_("还在等上级单位初审的"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.actions.review.compile_review import compile_review
    from tracker.store.review_queue import ReviewFilter, list_waiting
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.reading(current) as session:
        found = round_by_name(session, slug, period)[1]
        rows = list_waiting(session, found, ReviewFilter(is_above=above))
        cards = compile_review(session, current, found, rows).cards
    if json:
        print_json(
            [
                {
                    "task": card.row.task.number,
                    "unit": card.row.unit.name,
                    "version": card.update.version,
                    "submitted_at": card.update.submitted_at.astimezone(current.site.zone).isoformat(),
                    "text": card.update.text,
                    "nil_reason": card.update.nil_reason,
                    "flags": [{"kind": flag.kind, "words": flag.worded(_)} for flag in card.flags],
                }
                for card in cards
            ]
        )
        return
    print_table(
        (_("序号"), _("单位"), _("版本"), _("报送时间"), _("提示")),
        [
            (
                card.row.task.number,
                card.row.unit.name,
                card.update.version,
                f"{card.update.submitted_at.astimezone(current.site.zone):%Y-%m-%d %H:%M}",
                _("无进展")
                if card.update.nil_reason
                else _("；").join(flag.worded(_) for flag in card.flags),
            )
            for card in cards
        ],
    )


@app.command(help=_("通过一个单位报送的一项"))
def accept(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    unit: Annotated[str, _UNIT],
    task: Annotated[str, _TASK],
    version: Annotated[int | None, _VERSION] = None,
) -> None:
    from tracker.models import ReviewOutcome

    _decide(slug, period, unit, task, ReviewOutcome.ACCEPTED, version)
    say("{unit} 第 {task} 项已通过。", unit=unit, task=task)


@app.command("return", help=_("退回一个单位报送的一项，并写邮件通知其填报人"))
def return_(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    unit: Annotated[str, _UNIT],
    task: Annotated[str, _TASK],
    reason: Annotated[str, typer.Option(help=_("退回理由，填报单位会看到"), show_default=False)],
    version: Annotated[int | None, _VERSION] = None,
    by: Annotated[str, _BY] = "",
) -> None:
    from tracker.models import ReviewOutcome

    untold = _decide(slug, period, unit, task, ReviewOutcome.RETURNED, version, reason, by=by)
    say("{unit} 第 {task} 项已退回。", unit=unit, task=task)
    if untold:
        note("该单位没有联系人，没有发邮件，请另行告知。")


@app.command(help=_("初审通过一个下级单位报送的一项，转给统筹办公室审核"))
def endorse(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    unit: Annotated[str, _UNIT],
    task: Annotated[str, _TASK],
    by: Annotated[str, _BY],
    version: Annotated[int | None, _VERSION] = None,
) -> None:
    from tracker.models import ReviewOutcome

    _decide(slug, period, unit, task, ReviewOutcome.ENDORSED, version, by=by)
    say("{unit} 第 {task} 项初审通过，已转给统筹办公室审核。", unit=unit, task=task)


def _decide(
    slug: str,
    period: str,
    unit: str,
    task: str,
    outcome: ReviewOutcome,
    version: int | None,
    reason: str = "",
    *,
    by: str = "",
) -> tuple[str, ...]:
    """The units that nobody could be told of. `by` is the unit above whose word it is, "" for the office's."""
    from dataclasses import replace

    from tracker import clock
    from tracker.actions.review.review_texts import Decision, review_texts
    from tracker.domain.actors import Role
    from tracker.errors import NotExpectedError
    from tracker.models import key
    from tracker.store.lists import task_by_number
    from tracker.store.rounds import lock_obligations, round_by_name
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        found = round_by_name(session, slug, period)[1]
        owner = unit_by_name(session, unit)
        wanted = task_by_number(session, found.version_id, task)
        owed = lock_obligations(session, found, key(owner), [key(wanted)]).get(key(wanted))
        if owed is None:
            raise NotExpectedError(task=wanted.number, unit=owner.name)
        decision = Decision(key(owed), version, outcome, reason)
        actor = site.actor()
        if by:
            actor = replace(actor, role=Role.FILLER, unit_id=key(unit_by_name(session, by)))
        reviewed = review_texts(session, current, actor, found, [decision], clock.now())
        for refused in reviewed.refused:
            raise refused.error
    return reviewed.untold
