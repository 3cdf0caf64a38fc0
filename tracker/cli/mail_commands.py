"""tracker remind, tracker deliver, tracker mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import note, print_json, print_table, say

if TYPE_CHECKING:
    from tracker.actions.chasing.remind import ReminderPlan
    from tracker.config import Settings
    from tracker.mail.digest import DigestPart


mail_app = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(mail_app, name="mail", help=_("待发邮件：重新发送搁置的，预览"))
    app.command("remind", help=_("把此刻该发的催报放入待发队列"))(remind)
    app.command("deliver", help=_("立即投递待发邮件"))(deliver)


def remind(
    at: Annotated[str, typer.Option(help=_("按这个时刻计算，如 2024-09-30T09:00+08:00；不写则为现在"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看谁会收到什么，不写入"))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker import clock
    from tracker.actions.chasing.remind import plan_reminders
    from tracker.actions.chasing.send_due_reminders import send_due_reminders

    current = site.settings()
    moment = _moment(at, current) if at else clock.now()
    with site.opened(current) as database:
        if dry_run:
            with database.reading() as session:
                plan = plan_reminders(session, current, moment)
        else:
            plan, queued = send_due_reminders(database, site.actor(), current, moment)
    if json:
        print_json(_plan_json(plan, current))
    else:
        _show(plan)
    if not dry_run:
        note("已放入待发队列 {count} 封。", count=queued)


def deliver() -> None:
    from tracker import clock
    from tracker.actions.mailing.deliver import deliver_all

    current = site.settings()
    with site.opened(current) as database:
        done = deliver_all(
            database,
            current,
            clock=clock.now,
            told=lambda so_far: note("已送出 {sent} 封……", sent=so_far.sent),
        )
    say("送出 {sent} 封，稍后再试 {retried} 封，搁置待处理 {parked} 封，取消 {cancelled} 封。", sent=done.sent,
        retried=done.retried, parked=done.parked, cancelled=done.cancelled)  # fmt: skip


@mail_app.command("resend", help=_("把搁置的邮件重新列入待发，每封一次"))
def resend(
    parked: Annotated[bool, typer.Option("--parked", help=_("全部搁置的邮件"))] = False,
    kind: Annotated[str, typer.Option(help=_("只限这一种，如 reminder"))] = "",
) -> None:
    from tracker import clock
    from tracker.actions.mailing.resend_mail import resend_parked
    from tracker.store.mails import MailFilter

    if not parked:
        raise typer.BadParameter(_("请写明 --parked"))
    with site.opened(site.settings()) as database, database.transaction() as session:
        count = resend_parked(session, site.actor(), MailFilter(kind=kind), clock.now())
    say("已重新列入待发 {count} 封。", count=count)


@mail_app.command("preview", help=_("看一种邮件现在会怎么写，不发送"))
def preview(kind: Annotated[str, typer.Argument(help=_("邮件种类，如 reminder"))]) -> None:
    from tracker import clock
    from tracker.actions.mailing.preview_mail import preview_mail
    from tracker.errors import InvalidValueError
    from tracker.mail.templates import KINDS, mail_templates

    if kind not in KINDS:
        raise InvalidValueError(field="KIND", value=kind, reason="、".join(KINDS))
    current = site.settings()
    with site.opened(current) as database, database.reading() as session:
        found = preview_mail(session, current, kind, mail_templates(session, current), clock.now())
    if found.source:
        note("按 {source} 的实际数据。", source=found.source)
    else:
        note("虚构数据，仅供看格式。")
    print(found.letter.subject)
    print()
    print(found.letter.text, end="")


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
        {"unit": skip.unit, "list": skip.list_slug, "period": skip.period, "reason": skip.worded(_)}
        for skip in plan.skipped
    ]
    return {"at": plan.at.astimezone(settings.site.zone).isoformat(), "mails": mails, "skipped": skipped}


def _part_json(part: DigestPart) -> dict[str, Any]:
    return {
        "unit": part.unit,
        "list": part.list_slug,
        "period": part.period,
        "rung": _offset(part.rung),
        "outstanding": [task.number for task in part.tasks],
        "reason": part.reason,
    }


def _offset(rung: str) -> int | str:
    """The distance from the due day, also where that is the unit's own; "open" for an opening."""
    offset = rung.partition("@")[0]
    return int(offset) if offset.lstrip("-").isdigit() else offset


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
        note("不发：{place}，{reason}", place=place, reason=skip.worded(_))
