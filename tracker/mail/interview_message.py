"""约谈名单（草稿）: the mail to a coordinator with the units that no reminder has moved."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from tracker.i18n import translations
from tracker.mail.compose import cause_of, compose
from tracker.mail.wording import moment_in_words, on_one_line

if TYPE_CHECKING:
    from tracker.config import Site
    from tracker.mail.digest import Interviews, InterviewUnit
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

_SUBJECT_TITLE: Final = 20


def interviews(
    draft: Interviews,
    *,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """A draft for people to decide on; it goes to coordinators only."""
    gettext = translations(site.language).gettext
    context = {
        "to_name": on_one_line(to_name),
        "list_title": on_one_line(draft.list_title),
        "short_title": on_one_line(draft.list_title, _SUBJECT_TITLE),
        "period_label": draft.period_label,
        "due": moment_in_words(draft.due_at, site.zone, gettext),
        "units": [_unit(unit) for unit in draft.units],
        "link": draft.link,
        "site": site,
    }
    due = f"{draft.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    cause = cause_of("interviews", to_address, due, draft.list_title, draft.period_label)
    return compose("interviews", cause, (to_name, to_address), context, templates)


def _unit(unit: InterviewUnit) -> dict[str, Any]:
    return {
        "unit": on_one_line(unit.unit),
        "expected": unit.expected,
        "numbers": unit.task_numbers,
        "reminders": unit.reminders,
        "contacts": [on_one_line(contact) for contact in unit.contacts],
        "rounds": unit.rounds,
        "late": unit.late,
        "missing": unit.missing,
        "remark": on_one_line(unit.remark),
    }
