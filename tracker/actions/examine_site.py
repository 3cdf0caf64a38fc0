"""Looks a site over for an administrator: what works, what does not, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker import clock
from tracker.actions.change_mail_template import part_states
from tracker.db import open_database
from tracker.errors import TrackerError
from tracker.i18n import mark
from tracker.mail.mailbox import ImapMailbox, MailboxError
from tracker.migrations import head
from tracker.models import MailState
from tracker.store.mails import count_by_state
from tracker.store.workdays import work_calendar
from tracker.templating import page_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.actions.change_mail_template import PartState
    from tracker.config import Settings

# Up to 3.51.2 a rare race when the write-ahead log is reset can corrupt a SQLite database.
_SOUND_SQLITE = (3, 51, 3)
_UNSOUND_SQLITE = mark(
    "{version}（低于 3.51.3 的版本极少数情况下可能损坏数据库，请每日备份；多人同时使用建议 PostgreSQL）"
)
_FOLDER = mark("只写入 {folder}，不向外发送")
_NO_MAILBOX = mark("没有设置收信服务器，不自动收取")
_NO_OFFICE = mark("未安装（只影响转换 PDF 与读取 .doc、.wps）")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `subject` and `detail` are source texts, `fields` what stands in the braces."""

    subject: str
    is_good: bool
    detail: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def worded(self, gettext: Callable[[str], str]) -> tuple[str, str]:
        """The subject and the detail."""
        detail = gettext(self.detail)
        return gettext(self.subject), detail.format(**self.fields) if self.fields else detail


def examine_site(settings: Settings) -> tuple[Finding, ...]:
    return (
        Finding(mark("配置"), True, str(settings.root)),
        *_database(settings),
        _templates(settings),
        _mail(settings),
        _mailbox(settings),
        _office(),
    )


def _database(settings: Settings) -> tuple[Finding, ...]:
    found = []
    if settings.database.url.startswith("sqlite"):
        is_sound = sqlite3.sqlite_version_info >= _SOUND_SQLITE
        note = "{version}" if is_sound else _UNSOUND_SQLITE
        found.append(Finding("SQLite", True, note, {"version": sqlite3.sqlite_version}))
    database = open_database(settings)
    try:
        database.require_revision(head())
        with database.reading() as session:
            years = sorted(work_calendar(session).known_years)
            faulty = [state for state in part_states(session, settings, clock.now()) if state.fault]
            parked = count_by_state(session).get(MailState.PARKED, 0)
        found += [
            Finding(mark("数据库"), True, head()),
            Finding(mark("工作日历"), bool(years), f"{years[0]}–{years[-1]}" if years else "—"),
            Finding(mark("搁置邮件"), parked == 0, str(parked)),
            _mail_words(faulty),
        ]
    except TrackerError as error:
        found.append(Finding(mark("数据库"), False, error.message, error.fields))
    except OSError as error:
        found.append(Finding(mark("数据库"), False, str(error)))
    finally:
        database.close()
    return tuple(found)


def _mail_words(faulty: list[PartState]) -> Finding:
    """The office's own words for mails: those that fail are not used."""
    told = "；".join(f"mail/{state.kind}/{state.part}：{state.fault}" for state in faulty)
    return Finding(mark("邮件模板"), not faulty, told or "—")


def _templates(settings: Settings) -> Finding:
    environment = page_environment(settings)
    for name in environment.list_templates():
        try:
            if name.startswith("mail/"):
                continue  # tried with what they are given, with the database
            if name.startswith("reports/"):
                environment.get_template(name)
            elif environment.loader:
                # A page's filters are known to the web face only: here its syntax is looked at.
                environment.parse(environment.loader.get_source(environment, name)[0])
        except Exception as error:  # noqa: BLE001 - whatever an edited template does wrong is what is asked
            return Finding(mark("模板"), False, f"{name}：{error}")
    return Finding(mark("模板"), True, str(len(environment.list_templates())))


def _mail(settings: Settings) -> Finding:
    if settings.mail.transport == "folder":
        return Finding(mark("邮件"), True, _FOLDER, {"folder": settings.at_root(settings.mail.folder)})
    smtp = settings.mail.smtp
    try:
        socket.create_connection((smtp.host, smtp.port), timeout=5).close()
    except OSError as error:
        return Finding(mark("邮件"), False, f"{smtp.host}:{smtp.port}：{error}")
    return Finding(mark("邮件"), True, f"{smtp.host}:{smtp.port}")


def _mailbox(settings: Settings) -> Finding:
    """Signs in and looks into the folder; nothing is taken."""
    imap = settings.mailbox.imap
    if not imap.host:
        return Finding(mark("来件邮箱"), True, _NO_MAILBOX)
    try:
        with ImapMailbox(imap):
            return Finding(mark("来件邮箱"), True, f"{imap.host}:{imap.port} {imap.folder}")
    except MailboxError as error:
        return Finding(mark("来件邮箱"), False, error.message, error.fields)


def _office() -> Finding:
    program = shutil.which("soffice")
    return Finding("LibreOffice", True, program or _NO_OFFICE)
