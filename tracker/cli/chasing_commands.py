"""tracker extension …, tracker pause …: what a coordinator changes about the chasing of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.round_commands import round_app
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import print_json, print_table, say

if TYPE_CHECKING:
    from datetime import date, datetime

extensions = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
pauses = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)
_UNIT = typer.Argument(help=_("单位"), show_default=False)
_REASON = typer.Option(help=_("理由"), show_default=False)
_JSON = typer.Option("--json", help=_("输出 JSON"))


def register(app: typer.Typer) -> None:
    app.add_typer(extensions, name="extension", help=_("延期：给一个单位推迟一期的截止日"))
    app.add_typer(pauses, name="pause", help=_("暂停对一个单位的自动催报"))


@extensions.command(help=_("给一个单位延期"))
def grant(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    unit: Annotated[str, _UNIT],
    until: Annotated[str, typer.Option(help=_("新的截止日，如 2024-10-10"), show_default=False)],
    reason: Annotated[str, _REASON],
) -> None:
    from tracker import clock
    from tracker.actions.rounds.grant_extension import grant_extension
    from tracker.store.rounds import round_by_name
    from tracker.store.units import unit_by_name

    current = site.settings()
    with site.changing(current) as session:
        found = round_by_name(session, slug, period)[1]
        owner = unit_by_name(session, unit)
        granted = grant_extension(
            session, site.actor(), current, found, owner, _day(until, "--until"), reason, clock.now()
        )
        say("第 {number} 号延期：{unit}延至 {until}。", number=granted.id, unit=owner.name, until=until)


@extensions.command("list", help=_("一期的全部延期，撤销的也在内"))
def list_extensions(
    slug: Annotated[str, _LIST], period: Annotated[str, _PERIOD], json: Annotated[bool, _JSON] = False
) -> None:
    from tracker.store.extensions import extension_history
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.reading(current) as session:
        rows = [
            {
                "number": extension.id,
                "unit": owner.name,
                "due_at": _local(extension.due_at),
                "reason": extension.reason,
                "granted_by": extension.granted_by,
                "granted_at": _local(extension.granted_at),
                "revoked_by": extension.revoked_by,
                "revoked_at": _local(extension.revoked_at),
            }
            for extension, owner in extension_history(session, round_by_name(session, slug, period)[1])
        ]
    headings = (_("号"), _("单位"), _("延至"), _("理由"), _("谁"), _("何时"), _("撤销人"), _("撤销时间"))
    _show(rows, headings, json=json)


@extensions.command(help=_("撤销一个延期"))
def revoke(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    number: Annotated[int, typer.Argument(help=_("延期的号，见 tracker extension list"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.rounds.grant_extension import revoke_extension
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.changing(current) as session:
        found = round_by_name(session, slug, period)[1]
        revoke_extension(session, site.actor(), current, found, number, clock.now())
    say("第 {number} 号延期已撤销。", number=number)


@pauses.command(help=_("暂停对一个单位的自动催报：在一期，或不写清单和报送期则在所有报送期"))
def start(
    unit: Annotated[str, _UNIT],
    reason: Annotated[str, _REASON],
    slug: Annotated[str, typer.Option("--list", metavar="LIST", help=_("清单名称"))] = "",
    period: Annotated[str, typer.Option(help=_("报送期，如 2024Q3"))] = "",
    until: Annotated[str, typer.Option(help=_("最后一天，如 2024-10-10；不写则到结束为止"))] = "",
) -> None:
    from tracker import clock
    from tracker.actions.chasing.pause_chasing import pause_chasing
    from tracker.store.rounds import round_by_name
    from tracker.store.units import unit_by_name

    if bool(slug) != bool(period):
        raise typer.BadParameter(_("--list 与 --period 要一起写"))
    current = site.settings()
    with site.changing(current) as session:
        paused = pause_chasing(
            session,
            site.actor(),
            current,
            unit_by_name(session, unit),
            reason,
            clock.now(),
            reporting_round=round_by_name(session, slug, period)[1] if slug else None,
            last_on=_day(until, "--until") if until else None,
        )
        say("第 {number} 号暂停催报。", number=paused.id)


@pauses.command("list", help=_("全部暂停，结束的也在内"))
def list_pauses(json: Annotated[bool, _JSON] = False) -> None:
    from tracker.models import TaskList
    from tracker.store.pauses import pause_history

    with site.reading(site.settings()) as session:
        rows = []
        for pause, unit, found in pause_history(session):
            slug = session.get_one(TaskList, found.list_id).slug if found else ""
            rows.append(
                {
                    "number": pause.id,
                    "unit": unit.name,
                    "list": slug,
                    "period": found.period if found else "",
                    "last_on": pause.last_on.isoformat() if pause.last_on else None,
                    "reason": pause.reason,
                    "paused_by": pause.paused_by,
                    "paused_at": _local(pause.paused_at),
                    "ended_by": pause.ended_by,
                    "ended_at": _local(pause.ended_at),
                }
            )
    headings = (_("号"), _("单位"), _("清单"), _("报送期"), _("到"), _("理由"), _("谁"), _("何时"))
    _show(rows, (*headings, _("结束人"), _("结束时间")), json=json)


@pauses.command(help=_("结束一个暂停"))
def end(
    number: Annotated[int, typer.Argument(help=_("暂停的号，见 tracker pause list"), show_default=False)],
) -> None:
    from tracker import clock
    from tracker.actions.chasing.pause_chasing import end_pause

    with site.changing(site.settings()) as session:
        end_pause(session, site.actor(), number, clock.now())
    say("第 {number} 号暂停催报已结束。", number=number)


@round_app.command("move", help=_("把一期的一档催报改到另一个工作日"))
def move_rung(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    rung: Annotated[str, typer.Option(help=_("哪一档，如 -5；开启通知为 open"), show_default=False)],
    to: Annotated[str, typer.Option(help=_("改到哪一天，如 2024-09-27"), show_default=False)],
    reason: Annotated[str, _REASON],
) -> None:
    from tracker import clock
    from tracker.actions.chasing.move_rung import move_rung as move
    from tracker.store.rounds import round_by_name

    current = site.settings()
    with site.changing(current) as session:
        found = round_by_name(session, slug, period)[1]
        move(session, site.actor(), current, found, rung, _day(to, "--to"), reason, clock.now())
    say("第 {rung} 档催报改到 {day}。", rung=rung, day=to)


@round_app.command("reminders", help=_("一期发出的全部催报"))
def list_reminders(
    slug: Annotated[str, _LIST], period: Annotated[str, _PERIOD], json: Annotated[bool, _JSON] = False
) -> None:
    from tracker.store.reminders import reminder_ledger
    from tracker.store.rounds import round_by_name

    with site.reading(site.settings()) as session:
        rows: list[dict[str, Any]] = [
            {
                "unit": unit.name,
                "rung": row.rung,
                "reminded_at": _local(row.reminded_at),
                "outstanding": row.outstanding,
                "mails": [f"{mail.to_address} {mail.state.value}" for mail in mails],
            }
            for row, unit, mails in reminder_ledger(session, round_by_name(session, slug, period)[1])
        ]
    _show(rows, (_("单位"), _("档"), _("何时"), _("未报"), _("邮件")), json=json)


def _show(rows: list[dict[str, Any]], headings: tuple[str, ...], *, json: bool) -> None:
    if json:
        print_json(rows)
        return
    print_table(headings, [[_cell(value) for value in row.values()] for row in rows])


def _cell(value: object) -> object:
    if isinstance(value, list):
        return _("、").join(value)
    return "" if value is None else value


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(site.settings().site.zone).isoformat(timespec="seconds") if moment else None


def _day(text: str, option: str) -> date:
    from datetime import date

    from tracker.errors import InvalidValueError
    from tracker.i18n import mark

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(field=option, value=text, reason=mark("应形如 2024-11-30")) from error
