"""销号: the mail to the coordinators when a unit asks, and to the unit when the office has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import compose
from tracker.mail.wording import moment_in_words, on_one_line

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

ASKED: Final = "closeout_asked"
DECIDED: Final = "closeout_decided"
_SUBJECT_TITLE: Final = 20
_TASK_TITLE: Final = 40


@dataclass(frozen=True, slots=True)
class ToldCloseOut:
    """`number` and `title` are the task's. `words` are the unit's where it asks, the office's once it has decided, and
    may be empty there; `outcome` is a source text."""

    unit: str
    list_title: str
    number: str
    title: str
    outcome: str
    is_closed: bool
    is_reopened: bool
    words: str
    by: str
    at: datetime
    link: str


def close_out_letter(
    told: ToldCloseOut,
    *,
    kind: str,
    cause: str,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    gettext = translations(site.language).gettext
    context: dict[str, object] = {
        "to_name": on_one_line(to_name),
        "unit": on_one_line(told.unit),
        "list_title": on_one_line(told.list_title),
        "number": on_one_line(told.number),
        "title": on_one_line(told.title, _TASK_TITLE),
        "short_title": on_one_line(told.title, _SUBJECT_TITLE),
        "words": visible(told.words),
        "by": on_one_line(told.by),
        "at": moment_in_words(told.at, site.zone, gettext),
        "link": told.link,
        "site": site,
    }
    if kind == DECIDED:
        context |= {
            "outcome": gettext(told.outcome),
            "is_closed": told.is_closed,
            "is_reopened": told.is_reopened,
        }
    return compose(kind, cause, (to_name, to_address), context, templates)
