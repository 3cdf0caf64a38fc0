"""The draft of an account (报告、通报、总结): one at a time for each period and kind, with the office's own words."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tracker.actions.documents.read_accounts import rounds_in_span
from tracker.domain.periods import parse_period
from tracker.domain.spans import parse_span
from tracker.domain.texts import clean_text, one_line
from tracker.errors import (
    CircularPublishedError,
    DraftOvertakenError,
    InvalidValueError,
    NothingToSummariseError,
    ValueTooLongError,
)
from tracker.i18n import mark, translations
from tracker.models import Circular, CircularKind, key
from tracker.reports.accounts.account import OWN_WORDS
from tracker.store.circulars import lock_circular, lock_list, open_draft
from tracker.store.rounds import round_rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.domain.actors import Actor
    from tracker.models import ReportingRound, TaskList

KIND_LABELS: Final = {
    CircularKind.REPORT: mark("报告"),
    CircularKind.CIRCULAR: mark("通报"),
    CircularKind.SUMMARY: mark("总结"),
}
LONGEST_TITLE: Final = 200
LONGEST_WORDS: Final = 5000
_TITLES: Final = {
    CircularKind.REPORT: mark("{list}{period}落实情况报告"),
    CircularKind.CIRCULAR: mark("关于{list}{period}落实情况的通报"),
    CircularKind.SUMMARY: mark("{list}{period}工作总结"),
}


def draft_circular(
    session: Session,
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    kind: CircularKind,
    now: datetime,
) -> Circular:
    """The open draft of this round and kind (`report` or `circular`), a new one with a proposed title where there is none."""
    actor.require_coordinating()
    return _opened(session, proposed_draft(actor, settings, task_list, reporting_round, kind, now))


def draft_summary(
    session: Session, actor: Actor, settings: Settings, task_list: TaskList, span: str, now: datetime
) -> Circular:
    """The open draft of the summary of a half-year or year. Raises UnknownPeriodError, NothingToSummariseError."""
    actor.require_coordinating()
    found = parse_span(span)
    if not rounds_in_span(session, task_list, found):
        raise NothingToSummariseError
    return _opened(
        session, _proposed(actor, settings, task_list, found.key, found.label, CircularKind.SUMMARY, now)
    )


def proposed_draft(
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    reporting_round: ReportingRound,
    kind: CircularKind,
    now: datetime,
) -> Circular:
    """A new draft that is not stored."""
    label = parse_period(reporting_round.period, round_rules(reporting_round).period_type).label
    draft = _proposed(actor, settings, task_list, reporting_round.period, label, kind, now)
    draft.round_id = key(reporting_round)
    return draft


def _proposed(
    actor: Actor,
    settings: Settings,
    task_list: TaskList,
    period: str,
    label: str,
    kind: CircularKind,
    now: datetime,
) -> Circular:
    gettext = translations(settings.site.language).gettext
    return Circular(
        list_id=key(task_list),
        period=period,
        kind=kind,
        year=now.astimezone(settings.site.zone).year,
        title=gettext(_TITLES[kind]).format(list=task_list.title, period=label)[:LONGEST_TITLE],
        cut_off_at=now,
        created_at=now,
        created_by=actor.label,
    )


def _opened(session: Session, proposed: Circular) -> Circular:
    """The draft that is there already, else this one: two who start at once get one between them."""
    lock_list(session, proposed.list_id)
    if found := open_draft(session, proposed.list_id, proposed.period, proposed.kind):
        return found
    session.add(proposed)
    session.flush()
    return proposed


def save_words(
    session: Session,
    actor: Actor,
    circular_id: int,
    title: str,
    words: Mapping[str, str],
    *,
    seen: str | None = None,
) -> Circular:
    """Title and the office's own parts, by a name of `OWN_WORDS`; parts that are not named stay.

    `seen` is the `mark_of` of the draft that the editor was shown. Raises CircularPublishedError,
    DraftOvertakenError, InvalidValueError, ValueTooLongError, ControlCharacterError.
    """
    actor.require_coordinating()
    draft = require_draft(lock_circular(session, circular_id))
    require_seen(draft, seen)
    title = one_line(clean_text(title))
    if not title:
        raise InvalidValueError(field=mark("标题"), value="", reason=mark("请填写标题"))
    _require_short(mark("标题"), title, LONGEST_TITLE)
    kept = words_of(draft)
    for name, text in words.items():
        if name not in OWN_WORDS:
            raise InvalidValueError(field=mark("部分"), value=name, reason="、".join(OWN_WORDS))
        cleaned = clean_text(text)
        _require_short(OWN_WORDS[name], cleaned, LONGEST_WORDS)
        kept[name] = cleaned
    draft.title = title
    draft.words = json.dumps({name: text for name, text in kept.items() if text}, ensure_ascii=False)
    session.add(draft)
    return draft


def discard_draft(session: Session, actor: Actor, circular_id: int) -> None:
    """Nothing of it stays. Raises CircularPublishedError: what is published is never removed."""
    actor.require_coordinating()
    session.delete(require_draft(lock_circular(session, circular_id)))


def require_draft(circular: Circular) -> Circular:
    """Raises CircularPublishedError."""
    if circular.published_at is not None:
        raise CircularPublishedError(title=circular.title)
    return circular


def require_seen(draft: Circular, seen: str | None) -> None:
    """Raises DraftOvertakenError where somebody has changed the draft since; None asks for nothing."""
    if seen is not None and seen != mark_of(draft):
        raise DraftOvertakenError


def words_of(circular: Circular) -> dict[str, str]:
    found: dict[str, str] = json.loads(circular.words)
    return found


def mark_of(draft: Circular) -> str:
    """Tells one state of a draft from another."""
    return sha256(f"{draft.title}\n{draft.words}".encode()).hexdigest()[:16]


def _require_short(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise ValueTooLongError(field=field, value=text[:20], limit=limit)
