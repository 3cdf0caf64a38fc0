"""The mails the tracker writes: one function and one folder below `templates/mail/` each."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.states import ObligationState
from tracker.domain.texts import visible
from tracker.i18n import translations
from tracker.mail.compose import cause_of, compose
from tracker.mail.wording import day_in_words, moment_in_words, on_one_line, percent, short_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.config import Site
    from tracker.mail.digest import (
        ClosedRound,
        Digest,
        DigestPart,
        MissingUnit,
        MissingUnits,
        OutstandingTask,
    )
    from tracker.mail.letter import Attachment, Letter
    from tracker.mail.templates import MailTemplates

# A subject is read on a telephone's list, a task is known by its number: the rest stands on the page.
_SUBJECT_TITLE: Final = 20
_TASK_TITLE: Final = 40


def reminder(
    digest: Digest,
    *,
    at: datetime,
    templates: MailTemplates,
    site: Site,
    forms: tuple[Attachment, ...] = (),
    events: tuple[Attachment, ...] = (),
) -> Letter:
    """催报: what one person's units still have to file, in one mail. `at` is the moment it is sent for.

    Where all of it is about rounds that have just opened it is 报送通知, a mail of a kind of its own.
    """
    gettext = translations(site.language).gettext
    parts = [_part(part, site, gettext) for part in digest.parts]
    rounds = {part.round_id for part in digest.parts}
    first = min(digest.parts, key=lambda part: part.due_at)
    context = {
        "to_name": on_one_line(digest.to_name),
        "parts": parts,
        "count": sum(len(part.tasks) for part in digest.parts),
        "count_returned": sum(part["returned"] for part in parts),
        "count_overdue": sum(len(part.tasks) for part in digest.parts if part.is_overdue),
        "several_rounds": len(rounds) > 1,
        "first_title": on_one_line(first.list_title, _SUBJECT_TITLE),
        "first_period": first.period_label,
        "first_due_day": short_day(first.due_at.astimezone(site.zone).date(), gettext),
        "mailbox": first.mailbox,
        "next_at": _next(digest, site, gettext),
        "has_form": bool(forms),
        "site": site,
    }
    kind = "round_opened" if all(part.is_opening for part in digest.parts) else "reminder"
    cause = cause_of(
        kind,
        digest.to_address,
        f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        *(f"{part.round_id}/{part.unit_id}/{part.rung}" for part in digest.parts),
    )
    return compose(kind, cause, (digest.to_name, digest.to_address), context, templates, (*forms, *events))


def _next(digest: Digest, site: Site, gettext: Callable[[str], str]) -> str:
    """When the next reminder of any part would come; "" where none would."""
    moments = [part.next_at for part in digest.parts if part.next_at]
    return moment_in_words(min(moments), site.zone, gettext) if moments else ""


def _part(part: DigestPart, site: Site, gettext: Callable[[str], str]) -> dict[str, Any]:
    return {
        "unit": on_one_line(part.unit),
        "list_title": on_one_line(part.list_title),
        "period_label": part.period_label,
        "due": moment_in_words(part.due_at, site.zone, gettext),
        "is_due_on_holiday": part.is_due_on_holiday,
        "is_overdue": part.is_overdue,
        "is_extended": part.is_extended,
        "is_opening": part.is_opening,
        "sentence": visible(part.sentence),
        "tasks": [_task(task) for task in part.tasks],
        "returned": sum(task.state == ObligationState.RETURNED for task in part.tasks),
        "reason": on_one_line(part.reason),
        "link": part.link,
    }


def _task(task: OutstandingTask) -> dict[str, str]:
    return {
        "number": task.number,
        "title": on_one_line(task.title, _TASK_TITLE),
        "state": task.state,
        "remark": on_one_line(task.remark),
    }


def missing_units(
    missing: MissingUnits,
    *,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """未报情况: who has not filed everything, sent to a coordinator after the due moment."""
    gettext = translations(site.language).gettext
    groups: dict[str, list[dict[str, Any]]] = {}
    for unit in missing.units:
        groups.setdefault(unit.kind, []).append(_missing(unit, gettext))
    context = {
        "to_name": on_one_line(to_name),
        "list_title": on_one_line(missing.list_title),
        "short_title": on_one_line(missing.list_title, _SUBJECT_TITLE),
        "period_label": missing.period_label,
        "due": moment_in_words(missing.due_at, site.zone, gettext),
        "due_day": short_day(missing.due_at.astimezone(site.zone).date(), gettext),
        "counts": counts_in_words(missing.expected, missing.filed, missing.on_time),
        "missing": missing.expected - missing.filed,
        "groups": list(groups.items()),
        "unit_count": len(missing.units),
        "link": missing.link,
        "site": site,
    }
    due = f"{missing.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    cause = cause_of("missing", to_address, due, missing.list_title, missing.period_label)
    return compose("missing_units", cause, (to_name, to_address), context, templates)


def _missing(unit: MissingUnit, gettext: Callable[[str], str]) -> dict[str, Any]:
    return {
        "unit": on_one_line(unit.unit),
        "expected": unit.expected,
        "missing": unit.missing,
        "task_numbers": unit.task_numbers,
        "contacts": [on_one_line(contact) for contact in unit.contacts],
        "extended_to": short_day(unit.extended_to, gettext) if unit.extended_to else "",
    }


def round_closed(
    closed: ClosedRound,
    workbook: Attachment,
    *,
    to_name: str,
    to_address: str,
    templates: MailTemplates,
    site: Site,
) -> Letter:
    """报送期关闭: the final counts to a coordinator, with the consolidated workbook."""
    gettext = translations(site.language).gettext
    context = {
        "to_name": on_one_line(to_name),
        "list_title": on_one_line(closed.list_title),
        "short_title": on_one_line(closed.list_title, _SUBJECT_TITLE),
        "period_label": closed.period_label,
        "due_day": day_in_words(closed.due_on, gettext),
        "closed_at": moment_in_words(closed.closed_at, site.zone, gettext),
        "counts": counts_in_words(closed.expected, closed.filed, closed.on_time),
        "missing": closed.missing,
        "file_name": on_one_line(workbook.file_name),
        "link": closed.link,
        "is_published": closed.is_published,
        "account_link": closed.account_link,
        "site": site,
    }
    moment = f"{closed.closed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    cause = cause_of("closed", to_address, moment, closed.list_title, closed.period_label)
    return compose("round_closed", cause, (to_name, to_address), context, templates, (workbook,))


def counts_in_words(expected: int, filed: int, on_time: int) -> dict[str, Any]:
    return {
        "expected": expected,
        "filed": filed,
        "on_time": on_time,
        "completeness": percent(filed, expected),
        "timeliness": percent(on_time, expected),
    }
