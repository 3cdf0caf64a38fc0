"""Mails that carry documents: a preview (报告预览、总结草稿) to coordinators, what was published to leaders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.i18n import translations
from tracker.mail.compose import cause_of, compose
from tracker.mail.messages import counts_in_words
from tracker.mail.wording import moment_in_words, on_one_line

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Site
    from tracker.mail.letter import Attachment, Letter
    from tracker.mail.templates import MailTemplates

PREVIEW: Final = "account_preview"
PUBLISHED: Final = "account_published"
_SUBJECT_TITLE: Final = 30


@dataclass(frozen=True, slots=True)
class AccountPreview:
    """The account as it would be if it were published at `as_of`; `is_summary` of one over several rounds.

    `cause` is what the mail is for, unique for ever beside the address.
    """

    cause: str
    list_title: str
    period_label: str
    is_summary: bool
    is_closed: bool
    as_of: datetime
    expected: int
    filed: int
    on_time: int
    link: str


@dataclass(frozen=True, slots=True)
class PublishedAccount:
    """`kind` is a source text: 报告, 通报 or 总结. `correction` is why this edition corrects the one before, "" for a first."""

    cause: str
    title: str
    kind: str
    number: int
    edition: int
    correction: str
    as_of: datetime
    expected: int
    filed: int
    on_time: int
    link: str


def account_preview(
    preview: AccountPreview,
    files: tuple[Attachment, ...],
    *,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """报告预览: what a coordinator may still complete, correct and publish."""
    gettext = translations(site.language).gettext
    context = {
        "list_title": on_one_line(preview.list_title),
        "short_title": on_one_line(preview.list_title, _SUBJECT_TITLE),
        "period_label": preview.period_label,
        "is_summary": preview.is_summary,
        "is_closed": preview.is_closed,
        "as_of": moment_in_words(preview.as_of, site.zone, gettext),
        **_shared(preview, files, to_name, site),
    }
    cause = cause_of(PREVIEW, to_address, preview.cause)
    return compose(PREVIEW, cause, (to_name, to_address), context, templates, files)


def account_published(
    published: PublishedAccount,
    files: tuple[Attachment, ...],
    *,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """报告发布: the published files, to a leader."""
    gettext = translations(site.language).gettext
    context = {
        "title": on_one_line(published.title),
        "short_title": on_one_line(published.title, _SUBJECT_TITLE),
        "kind": gettext(published.kind),
        "number": published.number,
        "edition": published.edition,
        "correction": on_one_line(published.correction),
        "as_of": moment_in_words(published.as_of, site.zone, gettext),
        **_shared(published, files, to_name, site),
    }
    cause = cause_of(PUBLISHED, to_address, published.cause)
    return compose(PUBLISHED, cause, (to_name, to_address), context, templates, files)


def _shared(
    account: AccountPreview | PublishedAccount, files: tuple[Attachment, ...], to_name: str, site: Site
) -> dict[str, Any]:
    return {
        "to_name": on_one_line(to_name),
        "counts": counts_in_words(account.expected, account.filed, account.on_time),
        "missing": account.expected - account.filed,
        "file_names": [on_one_line(file.file_name) for file in files],
        "link": account.link,
        "site": site,
    }
