"""申诉: the mail to the coordinators when a unit appeals, and to the unit when its appeal is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import compose
from tracker.mail.wording import moment_in_words, on_one_line

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

ASKED: Final = "appeal_asked"
DECIDED: Final = "appeal_decided"
_SUBJECT_TITLE: Final = 20
_TASK_TITLE: Final = 40


@dataclass(frozen=True, slots=True)
class ToldAppeal:
    """`fault` and `outcome` are source texts; `words` are the unit's while it waits, the office's once it is decided;
    `by` and `at` are of whoever said them."""

    number: str
    title: str
    fault: str
    outcome: str
    is_upheld: bool
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ToldAppeals:
    """What one unit asked in one round, or what was decided of it. `link` is where to go on."""

    unit: str
    list_title: str
    period_label: str
    appeals: tuple[ToldAppeal, ...]
    link: str


def appeal_letter(
    told: ToldAppeals,
    *,
    kind: str,
    cause: str,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """`kind` is ASKED or DECIDED."""
    gettext = translations(site.language).gettext
    context: dict[str, Any] = {
        "to_name": on_one_line(to_name),
        "unit": on_one_line(told.unit),
        "list_title": on_one_line(told.list_title),
        "short_title": on_one_line(told.list_title, _SUBJECT_TITLE),
        "period_label": told.period_label,
        "appeals": [
            {
                "number": appeal.number,
                "title": on_one_line(appeal.title, _TASK_TITLE),
                "fault": gettext(appeal.fault),
                "outcome": gettext(appeal.outcome),
                "is_upheld": appeal.is_upheld,
                "words": visible(appeal.words),
                "by": on_one_line(appeal.by),
                "at": moment_in_words(appeal.at, site.zone, gettext),
            }
            for appeal in told.appeals
        ],
        "count": len(told.appeals),
        "link": told.link,
        "site": site,
    }
    return compose(kind, cause, (to_name, to_address), context, templates)
