"""The mails the tracker writes: one function and one folder below `templates/mail/` each."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.states import ObligationState
from tracker.i18n import translations
from tracker.mail.letter import Letter
from tracker.mail.wording import day_in_words, moment_in_words, on_one_line, percent, short_day

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from jinja2 import Environment

    from tracker.config import Site
    from tracker.mail.digest import (
        ClosedRound,
        Digest,
        DigestPart,
        MissingUnit,
        MissingUnits,
        OutstandingTask,
    )
    from tracker.mail.letter import Attachment

# A subject is read on a telephone's list, a task is known by its number: the rest stands on the page.
_SUBJECT_TITLE: Final = 20
_TASK_TITLE: Final = 40
_LONGEST_CAUSE: Final = 200


def reminder(digest: Digest, *, at: datetime, pages: Environment, texts: Environment, site: Site) -> Letter:
    """催报: what one person's units still have to file, in one mail. `at` is the moment it is sent for."""
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
        "site": site,
    }
    return _letter(
        "reminder",
        _cause(
            "reminder",
            digest.to_address,
            f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            *(f"{part.round_id}/{part.unit_id}/{part.rung}" for part in digest.parts),
        ),
        (digest.to_name, digest.to_address),
        context,
        pages,
        texts,
    )


def _part(part: DigestPart, site: Site, gettext: Callable[[str], str]) -> dict[str, Any]:
    return {
        "unit": on_one_line(part.unit),
        "list_title": on_one_line(part.list_title),
        "period_label": part.period_label,
        "due": moment_in_words(part.due_at, site.zone, gettext),
        "is_due_on_holiday": part.is_due_on_holiday,
        "is_overdue": part.is_overdue,
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
    pages: Environment,
    texts: Environment,
    site: Site,
) -> Letter:
    """未报情况: who has not filed everything, sent to a coordinator after the due moment."""
    gettext = translations(site.language).gettext
    groups: dict[str, list[dict[str, Any]]] = {}
    for unit in missing.units:
        groups.setdefault(unit.kind, []).append(_missing(unit))
    context = {
        "to_name": on_one_line(to_name),
        "list_title": on_one_line(missing.list_title),
        "short_title": on_one_line(missing.list_title, _SUBJECT_TITLE),
        "period_label": missing.period_label,
        "due": moment_in_words(missing.due_at, site.zone, gettext),
        "due_day": short_day(missing.due_at.astimezone(site.zone).date(), gettext),
        "counts": _counts(missing.expected, missing.filed, missing.on_time),
        "missing": missing.expected - missing.filed,
        "groups": list(groups.items()),
        "unit_count": len(missing.units),
        "link": missing.link,
        "site": site,
    }
    due = f"{missing.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    cause = _cause("missing", to_address, due, missing.list_title, missing.period_label)
    return _letter("missing_units", cause, (to_name, to_address), context, pages, texts)


def _missing(unit: MissingUnit) -> dict[str, Any]:
    return {
        "unit": on_one_line(unit.unit),
        "expected": unit.expected,
        "missing": unit.missing,
        "task_numbers": unit.task_numbers,
        "contacts": [on_one_line(contact) for contact in unit.contacts],
    }


def round_closed(
    closed: ClosedRound,
    workbook: Attachment,
    *,
    to_name: str,
    to_address: str,
    pages: Environment,
    texts: Environment,
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
        "counts": _counts(closed.expected, closed.filed, closed.on_time),
        "missing": closed.missing,
        "file_name": on_one_line(workbook.file_name),
        "link": closed.link,
        "site": site,
    }
    moment = f"{closed.closed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    cause = _cause("closed", to_address, moment, closed.list_title, closed.period_label)
    return _letter("round_closed", cause, (to_name, to_address), context, pages, texts, (workbook,))


def _counts(expected: int, filed: int, on_time: int) -> dict[str, Any]:
    return {
        "expected": expected,
        "filed": filed,
        "on_time": on_time,
        "completeness": percent(filed, expected),
        "timeliness": percent(on_time, expected),
    }


def _cause(*parts: str) -> str:
    """The parts joined, or where that is too long for its column the kind and a digest of all."""
    cause = ":".join(parts)
    if len(cause) <= _LONGEST_CAUSE:
        return cause
    return f"{parts[0]}:sha256:{hashlib.sha256(cause.encode()).hexdigest()}"


def _letter(
    kind: str,
    cause: str,
    to: tuple[str, str],
    context: dict[str, Any],
    pages: Environment,
    texts: Environment,
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    folder = f"mail/{kind}"
    return Letter(
        cause=cause,
        kind=kind,
        to_name=to[0],
        to_address=to[1],
        subject=on_one_line(texts.get_template(f"{folder}/subject.txt").render(context)),
        text=texts.get_template(f"{folder}/body.txt").render(context).strip() + "\n",
        html=pages.get_template(f"{folder}/body.html").render(context),
        attachments=attachments,
    )
