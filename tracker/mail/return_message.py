"""退回通知: what came back to a unit, from whom, why and until when, in one mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import compose
from tracker.mail.wording import moment_in_words, on_one_line, short_day

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.config import Site
    from tracker.mail.letter import Letter
    from tracker.mail.templates import MailTemplates

KIND: Final = "returned"
_SUBJECT_TITLE: Final = 20
_TASK_TITLE: Final = 40


@dataclass(frozen=True, slots=True)
class ReturnedTask:
    """`by_unit` is the unit above whose word it is, "" for the office; `by` is the person's account."""

    number: str
    title: str
    reason: str
    by_unit: str
    by: str
    returned_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnedTexts:
    """What one unit has to do again in one round. `until` is None where it is closed or nothing says when it will be."""

    unit: str
    list_title: str
    period_label: str
    tasks: tuple[ReturnedTask, ...]
    until: datetime | None
    is_overdue: bool
    is_closed: bool
    link: str


def returned_texts(
    returned: ReturnedTexts,
    *,
    cause: str,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    gettext = translations(site.language).gettext
    until = returned.until
    context: dict[str, Any] = {
        "to_name": on_one_line(to_name),
        "unit": on_one_line(returned.unit),
        "list_title": on_one_line(returned.list_title),
        "short_title": on_one_line(returned.list_title, _SUBJECT_TITLE),
        "period_label": returned.period_label,
        "tasks": [
            {
                "number": task.number,
                "title": on_one_line(task.title, _TASK_TITLE),
                "reason": visible(task.reason),
                "by_unit": on_one_line(task.by_unit),
                "by": on_one_line(task.by),
                "at": moment_in_words(task.returned_at, site.zone, gettext),
            }
            for task in returned.tasks
        ],
        "count": len(returned.tasks),
        "until": moment_in_words(until, site.zone, gettext) if until else "",
        "until_day": short_day(until.astimezone(site.zone).date(), gettext) if until else "",
        "is_overdue": returned.is_overdue,
        "is_closed": returned.is_closed,
        "link": returned.link,
        "site": site,
    }
    return compose(KIND, cause, (to_name, to_address), context, templates)
