"""批示: the mail to a unit that a leader asked something of, when it is asked and while it has not answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import compose
from tracker.mail.wording import day_in_words, on_one_line, short_day

if TYPE_CHECKING:
    from datetime import date

    from tracker.config import Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

_SUBJECT_TEXT: Final = 20


@dataclass(frozen=True, slots=True)
class Instructed:
    """`about` is the task, `further` what the office asked last; "" without. `is_reminder`: the unit was told before."""

    unit: str
    text: str
    instructed_by: str
    instructed_on: date
    due_on: date
    about: str
    further: str
    is_reminder: bool
    is_overdue: bool
    link: str


def instruction_letter(
    told: Instructed,
    *,
    cause: str,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    gettext = translations(site.language).gettext
    context = {
        "to_name": on_one_line(to_name),
        "unit": on_one_line(told.unit),
        "text": visible(told.text),
        "short_text": on_one_line(told.text, _SUBJECT_TEXT),
        "instructed_by": on_one_line(told.instructed_by),
        "instructed_on": day_in_words(told.instructed_on, gettext),
        "due": day_in_words(told.due_on, gettext),
        "due_day": short_day(told.due_on, gettext),
        "about": on_one_line(told.about),
        "further": visible(told.further),
        "is_reminder": told.is_reminder,
        "is_overdue": told.is_overdue,
        "link": told.link,
        "site": site,
    }
    return compose("instruction", cause, (to_name, to_address), context, templates)
