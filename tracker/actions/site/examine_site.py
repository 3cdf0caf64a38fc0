"""Looks a site over for an administrator: what works, what does not, and what to do about it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker import clock
from tracker.actions.documents.change_document_template import template_states
from tracker.actions.mailing.change_mail_template import part_states
from tracker.actions.search.search_texts import MOST_RECENT
from tracker.db import open_database
from tracker.errors import TrackerError
from tracker.i18n import mark
from tracker.mail.mailbox import ImapMailbox, MailboxError
from tracker.migrations import head
from tracker.models import MailState
from tracker.store.mails import count_by_state
from tracker.store.text_search import count_unindexed
from tracker.store.workdays import work_calendar
from tracker.templating import page_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.actions.documents.change_document_template import TemplateState
    from tracker.actions.mailing.change_mail_template import PartState
    from tracker.config import Settings

# Up to 3.51.2 a rare race when the write-ahead log is reset can corrupt a SQLite database.
_SOUND_SQLITE = (3, 51, 3)
_UNSOUND_SQLITE = mark(
    "{version}（低于 3.51.3 的版本极少数情况下可能损坏数据库，请每日备份；多人同时使用建议 PostgreSQL）"
)
_FOLDER = mark("只写入 {folder}，不向外发送")
_NO_MAILBOX = mark("没有设置收信服务器，不自动收取")
_ALL_INDEXED = mark("全部编入")
_SOON_INDEXED = mark("{count} 篇待编入；查找时直接读最新的 {most} 篇，不受影响")
_INDEX_LAGS = mark(
    "{count} 篇待编入，查找滞后：较早的暂时找不到。每次定时工作会继续编入；数目不减时检查定时工作，"
    "或运行 tracker search --rebuild"
)
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
            layouts = template_states(session, settings)
            parked = count_by_state(session).get(MailState.PARKED, 0)
            waiting = count_unindexed(session)
        found += [
            Finding(mark("数据库"), True, head()),
            Finding(mark("工作日历"), bool(years), f"{years[0]}–{years[-1]}" if years else "—"),
            Finding(mark("搁置邮件"), parked == 0, str(parked)),
            _mail_words(faulty),
            _layouts(layouts),
            _search_index(waiting),
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


def _search_index(waiting: int) -> Finding:
    """`waiting` texts are not in the index: a fault where they are more than a search reads beside it."""
    detail = _ALL_INDEXED if not waiting else _SOON_INDEXED if waiting <= MOST_RECENT else _INDEX_LAGS
    return Finding(mark("查找索引"), waiting <= MOST_RECENT, detail, {"count": waiting, "most": MOST_RECENT})


def _layouts(states: list[TemplateState]) -> Finding:
    """The office's own Word templates: those that fail are not used."""
    told = "；".join(f"{state.kind}.docx：{state.fault}" for state in states if state.fault)
    return Finding(mark("文件模板"), not told, told or "—")


def _templates(settings: Settings) -> Finding:
    environment = page_environment(settings)
    # What Word opens is no text.
    names = environment.list_templates(filter_func=lambda name: not name.endswith(".docx"))
    for name in names:
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
    return Finding(mark("模板"), True, str(len(names)))


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
