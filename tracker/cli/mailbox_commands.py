"""tracker mailbox …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.cli import site
from tracker.cli.terminal import fail, print_json, print_table, say
from tracker.cli.terminal import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.mail.attached_forms import MailReading
    from tracker.models import IncomingMail, IncomingState

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_Number = Annotated[int, typer.Argument(help=_("来件编号"), show_default=False)]
_Reason = Annotated[str, typer.Option(help=_("理由，与记录一起保存"))]


@app.command(help=_("立即收取邮箱中的新邮件并处理"))
def poll() -> None:
    from tracker import clock
    from tracker.actions.mailbox.take_in_mail import poll_mailbox
    from tracker.mail.mailbox import MailboxError

    current = site.settings()
    with site.opened(current) as database:
        taken = poll_mailbox(database, current, site.actor(), clock.now())
    say("新收 {stored} 封，处理 {settled} 封。", stored=taken.stored, settled=taken.settled)
    if taken.trouble:
        raise MailboxError(reason=taken.trouble)


@app.command("list", help=_("列出来件"))
def list_(
    state: Annotated[
        str,
        typer.Option(help="received, held, filed, refused, quarantined, discarded, ignored, bounce"),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help=_("输出 JSON"))] = False,
) -> None:
    from tracker.store.incoming import incoming_in

    with site.reading(site.settings()) as session:
        mails = incoming_in(session, _state(state), limit=1000)
        rows = [_row(mail) for mail in mails]
    if json:
        print_json(rows)
        return
    print_table(_headings(), [tuple(" ".join(str(value).split()) for value in row.values()) for row in rows])


@app.command(help=_("显示一封来件：正文、附件与报送表中的文字"))
def show(number: _Number) -> None:
    from tracker.domain.texts import visible

    current = site.settings()
    with site.opened(current) as database:
        reading, mail = _read(database, number)
    for heading, value in zip(_headings(), _row(mail).values(), strict=True):
        print(f"{heading}\t{visible(str(value))}")
    if reading.arrival:
        for file in reading.arrival.files:
            print(f"{_('附件')}\t{visible(file.name)}")
        print("\n" + visible(reading.arrival.text))
    for error in reading.refused:
        fail(error.worded(_))
    for form in reading.forms:
        print(f"\n{visible(form.file)}")
        print_table(
            (_("序号"), _("本期进度")),
            [(visible(row.number), visible(row.text)) for row in form.rows if row.text],
        )


@app.command(help=_("凭统筹人的判断，把来件中的报送表代为报送"))
def file(number: _Number, reason: _Reason) -> None:
    from tracker import clock
    from tracker.actions.mailbox.settle_incoming import file_incoming

    def act(session: Session, current: Settings, reading: MailReading) -> IncomingMail:
        return file_incoming(session, site.actor(), current, number, reading, reason, clock.now())

    _settle(number, act)


@app.command(help=_("把发件人登记为单位的联系人，并重新处理"))
def bind(
    number: _Number,
    unit: Annotated[str, typer.Option(help=_("单位"))],
) -> None:
    from tracker import clock
    from tracker.actions.mailbox.settle_incoming import bind_sender
    from tracker.store.units import unit_by_name

    def act(session: Session, current: Settings, reading: MailReading) -> IncomingMail:
        unit_id = unit_by_name(session, unit).id
        return bind_sender(session, site.actor(), current, number, reading, unit_id, clock.now())

    _settle(number, act)


@app.command(help=_("按现在的情况重新处理一封来件"))
def again(number: _Number) -> None:
    from tracker import clock
    from tracker.actions.mailbox.settle_incoming import process_again

    def act(session: Session, current: Settings, reading: MailReading) -> IncomingMail:
        return process_again(session, site.actor(), current, number, reading, clock.now())

    _settle(number, act)


@app.command(help=_("丢弃一封来件；邮件仍保留"))
def discard(number: _Number, reason: _Reason) -> None:
    from tracker import clock
    from tracker.actions.mailbox.settle_incoming import discard_incoming

    current = site.settings()
    with site.changing(current) as session:
        mail = discard_incoming(session, site.actor(), current, number, reason, clock.now())
        _say_result(mail)


@app.command("import", help=_("导入 .eml 文件，或目录中的全部 .eml；处理与收取的来件相同"))
def import_(path: Annotated[Path, typer.Argument(help=_("文件或目录"), show_default=False)]) -> None:
    from tracker import clock
    from tracker.actions.mailbox.take_in_mail import take_in_files

    current = site.settings()
    files = sorted(path.glob("*.eml")) if path.is_dir() else [path]
    with site.opened(current) as database:
        mails = (_eml(found) for found in files)
        taken = take_in_files(database, current, site.actor(), mails, clock.now())
    say("新收 {stored} 封，已有 {known} 封，处理 {settled} 封。", stored=taken.stored, known=taken.known,
        settled=taken.settled)  # fmt: skip


def _eml(path: Path) -> bytes:
    """The mail in the file; of one that is too large no more than it takes to say so."""
    from tracker.errors import UnreadableFileError
    from tracker.mail.mailbox import LARGEST_MAIL

    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST_MAIL + 1)
    except OSError as error:
        raise UnreadableFileError(file=path.name, reason=f"系统不允许读取（{error.strerror}）。") from error


def _settle(number: int, act: Callable[[Session, Settings, MailReading], IncomingMail]) -> None:
    current = site.settings()
    with site.opened(current) as database:
        reading, _mail = _read(database, number)
        with database.transaction() as session:
            _say_result(act(session, current, reading))


def _read(database: Database, number: int) -> tuple[MailReading, IncomingMail]:
    from tracker.errors import NotFoundError
    from tracker.mail.attached_forms import read_mail
    from tracker.models import IncomingMail

    with database.reading() as session:
        mail = session.get(IncomingMail, number)
    if mail is None:
        raise NotFoundError
    return read_mail(mail.content), mail


def _say_result(mail: IncomingMail) -> None:
    print(f"{mail.id}\t{mail.state.value}")
    if mail.reason:
        print(mail.reason)


def _headings() -> tuple[str, ...]:
    """Of what `_row` gives."""
    return _("编号"), _("状态"), _("发件人"), _("主题"), _("收到"), _("原因")


def _row(mail: IncomingMail) -> dict[str, Any]:
    return {
        "number": mail.id,
        "state": mail.state.value,
        "from": mail.from_address,
        "subject": mail.subject,
        "received_at": mail.received_at.isoformat(),
        "reason": mail.reason,
    }


def _state(word: str) -> IncomingState | None:
    from tracker.errors import InvalidValueError
    from tracker.models import IncomingState

    if not word:
        return None
    try:
        return IncomingState(word)
    except ValueError as error:
        known = "、".join(state.value for state in IncomingState)
        raise InvalidValueError(field="--state", value=word, reason=known) from error
