"""tracker remind, tracker deliver."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from tracker.actions.remind import ReminderPlan
    from tracker.config import Settings
    from tracker.mail.digest import DigestPart


def register(app: typer.Typer) -> None:
    app.command("remind", help=_("把此刻该发的催报放入待发队列"))(remind)
    app.command("deliver", help=_("立即投递待发邮件"))(deliver)


def remind(
    at: Annotated[str, typer.Option(help=_("按这个时刻计算，如 2024-09-30T09:00+08:00；不写则为现在"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看谁会收到什么，不写入"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.remind import plan_reminders, send_reminders

    current = site.settings()
    moment = _moment(at, current) if at else clock.now()
    with site.opened(current) as database:
        if dry_run:
            with database.reading() as session:
                plan = plan_reminders(session, current, moment)
        else:
            with database.transaction() as session:
                plan = plan_reminders(session, current, moment)
                queued = send_reminders(session, site.actor(), current, plan)
    if json:
        print_json(_plan_json(plan, current))
    else:
        _show(plan)
    if not dry_run:
        note("已放入待发队列 {count} 封。", count=queued)


def deliver() -> None:
    from tracker import clock
    from tracker.actions.deliver import Delivered
    from tracker.actions.deliver import deliver as deliver_batch

    current = site.settings()
    sent = retried = parked = 0
    with site.opened(current) as database:
        while (batch := deliver_batch(database, current, clock=clock.now)) != Delivered():
            sent, retried, parked = sent + batch.sent, retried + batch.retried, parked + batch.parked
            note("已送出 {sent} 封……", sent=sent)
    say("送出 {sent} 封，稍后再试 {retried} 封，搁置待处理 {parked} 封。", sent=sent, retried=retried,
        parked=parked)  # fmt: skip


def _moment(text: str, settings: Settings) -> datetime:
    from tracker.errors import InvalidValueError

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(
            field="--at", value=text, reason=_("应形如 2024-09-30T09:00+08:00")
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=settings.site.zone)


def _plan_json(plan: ReminderPlan, settings: Settings) -> dict[str, Any]:
    """One entry a mail; `unit`, `list` … are those of its first part, and `also` holds the others."""
    mails = []
    for digest in plan.digests:
        first, *others = (_part_json(part) for part in digest.parts)
        mails.append({"to": digest.to_address, **first, "also": others})
    skipped = [
        {"unit": skip.unit, "list": skip.list_slug, "period": skip.period, "reason": skip.reason}
        for skip in plan.skipped
    ]
    return {"at": plan.at.astimezone(settings.site.zone).isoformat(), "mails": mails, "skipped": skipped}


def _part_json(part: DigestPart) -> dict[str, Any]:
    return {
        "unit": part.unit,
        "list": part.list_slug,
        "period": part.period,
        "rung": int(part.rung),
        "outstanding": [task.number for task in part.tasks],
        "reason": part.reason,
    }


def _show(plan: ReminderPlan) -> None:
    rows = [
        (digest.to_address, part.unit, part.list_slug, part.period, part.rung, len(part.tasks), part.reason)
        for digest in plan.digests
        for part in digest.parts
    ]
    headings = (_("收件人"), _("单位"), _("清单"), _("报送期"), _("档"), _("未报"), _("原因"))
    print_table(headings, rows)
    for skip in plan.skipped:
        place = " ".join(filter(None, (skip.unit, skip.list_slug, skip.period)))
        note("不发：{place}，{reason}", place=place, reason=skip.reason)
