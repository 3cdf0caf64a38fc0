"""回执 by mail: what became of a form that somebody mailed in, or why it could not be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import compose
from tracker.mail.wording import on_one_line

if TYPE_CHECKING:
    from tracker.config import Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

KIND: Final = "form_receipt"
_SUBJECT_TITLE: Final = 20


@dataclass(frozen=True, slots=True)
class RefusedText:
    """`words` say why, in the site's language; of a conflict both texts are given back."""

    words: str
    on_file: str = ""
    sent: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """One form. `filed`, `unchanged` and `outstanding` are the numbers of tasks; `receipt` is "" without one."""

    unit: str
    list_title: str
    period_label: str
    receipt: str
    filed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[RefusedText, ...]
    outstanding: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """The answer to one mail: its forms, and what could not be filed at all, in words."""

    to_name: str
    to_address: str
    subject: str
    parts: tuple[ReceiptPart, ...]
    problems: tuple[str, ...]


def form_receipt(
    answer: FormAnswer, *, cause: str, answers: str, templates: MailTemplates, site: Site
) -> Letter:
    """`answers` is the Message-ID of the mail that brought the form."""
    gettext = translations(site.language).gettext
    context = {
        "to_name": on_one_line(answer.to_name),
        "their_subject": on_one_line(answer.subject, 2 * _SUBJECT_TITLE),
        "parts": [_part(part, gettext("、")) for part in answer.parts],
        "problems": [visible(problem) for problem in answer.problems],
        "count_filed": sum(len(part.filed) for part in answer.parts),
        "count_refused": sum(len(part.refused) for part in answer.parts),
        "site": site,
    }
    letter = compose(KIND, cause, (answer.to_name, answer.to_address), context, templates)
    return replace(letter, answers=answers)


def _part(part: ReceiptPart, comma: str) -> dict[str, object]:
    return {
        "unit": on_one_line(part.unit),
        "list_title": on_one_line(part.list_title),
        "short_title": on_one_line(part.list_title, _SUBJECT_TITLE),
        "period_label": part.period_label,
        "receipt": part.receipt,
        "count_filed": len(part.filed),
        "filed": comma.join(part.filed),
        "unchanged": comma.join(part.unchanged),
        "refused": [
            {"words": visible(text.words), "on_file": visible(text.on_file), "sent": visible(text.sent)}
            for text in part.refused
        ],
        "outstanding": comma.join(part.outstanding),
        "link": part.link,
    }
