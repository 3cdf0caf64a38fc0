"""An account put together in one snapshot of the database: all that its documents are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.actions.documents.change_document_template import own_template
from tracker.actions.documents.draft_circular import words_of
from tracker.actions.documents.read_accounts import heading_of, report_of_draft
from tracker.i18n import translations
from tracker.reports.accounts.account import account_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.models import Circular
    from tracker.reports.accounts.account import Account, Heading
    from tracker.reports.data import RoundReport


@dataclass(frozen=True, slots=True)
class PreparedAccount:
    """`template` is the office's own Word template, None for the packaged one."""

    report: RoundReport
    words: dict[str, str]
    heading: Heading
    account: Account
    template: bytes | None


def prepare_account(
    session: Session,
    settings: Settings,
    draft: Circular,
    now: datetime,
    *,
    number: int | None = None,
    report: RoundReport | None = None,
) -> PreparedAccount:
    """The draft as it would be published at `now`; without a `number` it is a preview and says so.

    `report` stands in for what would be compiled. Raises FiguresDisagreeError, NothingToSummariseError.
    """
    report = report or report_of_draft(session, settings, draft, now)
    words = words_of(draft)
    heading = heading_of(session, settings, draft, number, now if number else None)
    gettext = translations(settings.site.language).gettext
    return PreparedAccount(
        report=report,
        words=words,
        heading=heading,
        account=account_of(report, words, heading, gettext),
        template=own_template(session, settings, draft.kind),
    )
