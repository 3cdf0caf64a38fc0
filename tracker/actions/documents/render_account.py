"""The files of an account: Word, page and workbook, and the PDF where LibreOffice is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from tracker.actions.documents.render_report import MEDIA_TYPES as REPORT_MEDIA_TYPES
from tracker.actions.documents.render_report import render_report
from tracker.domain.texts import one_line
from tracker.errors import OfficeFailedError, OfficeMissingError
from tracker.reports.accounts.account_html import render_account_html
from tracker.reports.documents.pdf import to_pdf
from tracker.reports.documents.word import render_word
from tracker.templating import page_environment

if TYPE_CHECKING:
    from tracker.actions.documents.prepare_account import PreparedAccount
    from tracker.config import Settings
    from tracker.reports.accounts.account import Account

_log = structlog.get_logger()
MEDIA_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": REPORT_MEDIA_TYPES["html"],
    "xlsx": REPORT_MEDIA_TYPES["xlsx"],
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """`form` is docx, html, xlsx or pdf."""

    form: str
    file_name: str
    content: bytes

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]


def render_files(prepared: PreparedAccount, settings: Settings) -> tuple[RenderedFile, ...]:
    """All that a published account consists of."""
    files = [render_file(prepared, form, settings) for form in ("docx", "html", "xlsx")]
    try:
        files.append(_named(prepared.account, "pdf", to_pdf(files[0].content, ".docx")))
    except OfficeMissingError:
        pass
    except OfficeFailedError as error:
        # What is published says the same without it.
        _log.warning("account_without_pdf", title=prepared.account.title, reason=str(error))
    return tuple(files)


def render_file(prepared: PreparedAccount, form: str, settings: Settings) -> RenderedFile:
    """`form` is docx, html or xlsx."""
    account = prepared.account
    match form:
        case "docx":
            content = render_word(account, prepared.template, account.kind)
        case "html":
            content = render_account_html(account, page_environment(settings)).encode()
        case _:
            content = render_report(prepared.report, "xlsx", settings).content
    return _named(account, form, content)


def _named(account: Account, form: str, content: bytes) -> RenderedFile:
    words = [account.title] if account.is_draft else [account.title, account.issue, account.edition_note]
    return RenderedFile(form, f"{one_line(' '.join(filter(None, words)))}.{form}", content)
