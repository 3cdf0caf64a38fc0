"""Another set of reporting rules for a list, for the rounds that open from now on. Planned first, then stored.

A round that is open keeps the rules that it was opened on. What a list file states comes back when it is imported again.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlmodel import select

from tracker.actions.lists.rule_fields import (
    MOST_CHARACTERS,
    due_dates_of,
    filers_of_list,
    refusal,
    whole_number,
)
from tracker.actions.lists.wrong_choices import Findings
from tracker.domain.ladder import OPENING, LadderRung
from tracker.domain.rules import ReportingRules
from tracker.domain.texts import one_line
from tracker.errors import RulesChangedError
from tracker.i18n import mark
from tracker.models import TaskList
from tracker.store.lists import rules_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.domain.actors import Actor

_LAST_DAY: Final = 28
_FARTHEST: Final = 120
_LONGEST_ADDRESS: Final = 254
_OPENING_WORDS: Final = frozenset({OPENING, "开启"})
_PARTS: Final = re.compile(r"[\s、,，;；]+")
_OFFSET: Final = re.compile(r"[+-]?\d{1,3}", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_ADDRESS: Final = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RuleFields:
    """The rules that may be changed, as a form holds them; the period type and who leads are the document's."""

    due_day: str
    due_month: str
    due_dates: str
    character_limit: str
    filers: tuple[str, ...]
    mailbox: str
    asks_assessment: bool
    gathers: bool
    ladder: str
    remind_at: str
    open_before: str
    close_after: str


@dataclass(frozen=True, slots=True)
class RulesChange:
    """`shown` stands for both sides of the change: what a person agreed to is stored, or nothing."""

    before: ReportingRules
    after: ReportingRules

    @property
    def shown(self) -> str:
        sides = json.dumps([_plain(self.before), _plain(self.after)], sort_keys=True)
        return hashlib.sha256(sides.encode()).hexdigest()

    @property
    def names(self) -> tuple[str, ...]:
        """The rules that differ."""
        return tuple(
            name
            for name in ReportingRules.model_fields
            if getattr(self.before, name) != getattr(self.after, name)
        )


def fields_of(rules: ReportingRules) -> RuleFields:
    return RuleFields(
        due_day="" if rules.due_day is None else str(rules.due_day),
        due_month=str(rules.due_month),
        due_dates="、".join(rules.due_dates),
        character_limit=str(rules.character_limit),
        filers=tuple(sorted(rules.filers)),
        mailbox=rules.mailbox,
        asks_assessment=rules.asks_assessment,
        gathers=rules.gathers,
        ladder="、".join(str(rung.offset) for rung in rules.ladder),
        remind_at=rules.remind_at.strftime("%H:%M") if rules.remind_at else "",
        open_before=str(rules.open_before),
        close_after=str(rules.close_after),
    )


def plan_rules(task_list: TaskList, typed: RuleFields) -> RulesChange:
    """What `typed` makes of the list's rules. Raises WrongChoicesError with all that is wrong, by field."""
    before = rules_of(task_list)
    findings = Findings()
    values: dict[str, Any] = {
        name: getattr(before, name)
        for name in ReportingRules.model_fields
        if name not in ("due_day", "due_dates")
    }
    values |= {"asks_assessment": typed.asks_assessment, "gathers": typed.gathers}
    values |= _due(findings, before, typed)
    with findings.about("character_limit"):
        reason = mark("应为 1—20000 的整数")
        values["character_limit"] = whole_number(
            typed.character_limit, mark("字数上限"), 1, MOST_CHARACTERS, reason
        )
    with findings.about("filers"):
        values["filers"] = filers_of_list(typed.filers)
    with findings.about("mailbox"):
        values["mailbox"] = _mailbox(typed.mailbox)
    with findings.about("ladder"):
        values["ladder"] = _ladder(typed.ladder, before)
    with findings.about("remind_at"):
        values["remind_at"] = _time(typed.remind_at)
    reason = mark("应为工作日天数，不超过 120")
    with findings.about("open_before"):
        field = mark("提前几个工作日开启")
        values["open_before"] = whole_number(typed.open_before, field, 0, _FARTHEST, reason)
    with findings.about("close_after"):
        field = mark("截止后几个工作日关闭")
        values["close_after"] = whole_number(typed.close_after, field, 1, _FARTHEST, reason)
    findings.settle()
    return RulesChange(before, ReportingRules(**values))


def change_rules(
    session: Session, actor: Actor, task_list: TaskList, typed: RuleFields, *, shown: str
) -> RulesChange:
    """Stores what a person saw and agreed to: `shown` of the change.

    Raises RulesChangedError where the list's rules are others by now, WrongChoicesError.
    """
    actor.require_coordinating()
    # Read anew and locked: of two who change them, the second sees what the first has done.
    stored = session.exec(
        select(TaskList)
        .where(TaskList.id == task_list.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    change = plan_rules(stored, typed)
    if change.shown != shown:
        raise RulesChangedError
    stored.rules = change.after.model_dump_json()
    session.add(stored)
    _log.info(
        "rules_changed",
        list=stored.slug,
        by=actor.label,
        via=actor.via,
        before={name: _plain(change.before)[name] for name in change.names},
        after={name: _plain(change.after)[name] for name in change.names},
    )
    return change


def _due(findings: Findings, before: ReportingRules, typed: RuleFields) -> dict[str, Any]:
    """Due day or dates; on demand each round is given its own."""
    if before.period_type == "on_demand":
        return {}
    if typed.due_dates:
        with findings.about("due_dates"):
            dates = due_dates_of(typed.due_dates, before.period_type)
            if not typed.due_day:
                return {"due_dates": dates}
        if typed.due_day:
            with findings.about("due_day"):
                raise refusal(mark("截止日"), typed.due_day, mark("截止日与各期截止日期只填一个"))
        return {}
    values = {}
    with findings.about("due_day"):
        values["due_day"] = whole_number(
            typed.due_day, mark("截止日"), 1, _LAST_DAY, mark("应为 1—28 的整数")
        )
    with findings.about("due_month"):
        reason = mark("应为 1—12 的整数")
        values["due_month"] = whole_number(typed.due_month, mark("期后第几个月"), 1, 12, reason)
    return values


def _mailbox(text: str) -> str:
    found = one_line(text).strip()
    if found and (len(found) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(found)):
        raise refusal(mark("报送邮箱"), found[:40], mark("形如 name@example.org，只写一个"))
    return found


def _ladder(text: str, before: ReportingRules) -> tuple[LadderRung, ...]:
    """Rungs by their offsets; one that the list has already keeps its audience, channels and sentence."""
    kept = {rung.offset: rung for rung in before.ladder}
    rungs = []
    for part in _PARTS.split(unicodedata.normalize("NFKC", text).replace("−", "-").strip()):
        if not part:
            continue
        if part.lower() in _OPENING_WORDS:
            offset: Any = OPENING
        elif _OFFSET.fullmatch(part) and abs(int(part)) <= _FARTHEST:
            offset = int(part)
        else:
            reason = mark("写与截止日相差的工作日数，如 开启、-5、-1、0、3")
            raise refusal(mark("催报安排"), part[:20], reason)
        rungs.append(kept.get(offset) or LadderRung(offset=offset))
    return tuple(dict.fromkeys(rungs))


def _time(text: str) -> time | None:
    if not text:
        return None
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:  # noqa: PLR2004 - the clock's own numbers
        raise refusal(mark("催报时刻"), text[:20], mark("应形如 09:00"))
    return time(int(found[1]), int(found[2]))


def _plain(rules: ReportingRules) -> dict[str, Any]:
    """As JSON has them, sets in one order."""
    return rules.model_dump(mode="json") | {"filers": sorted(rules.filers)}
