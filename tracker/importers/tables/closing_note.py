"""The note under a table that says how often, by when and how long to report, and who leads.

备注：每条措施责任单位中的第一个单位为牵头单位。各县（市、区）、市直各牵头单位每季度……（每条控制在300字以内），
于每季度第一个月6日前将上个季度落实进度情况发送至邮箱：……
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from tracker.domain.rules import ReportingRules
from tracker.importers.plans.lead_rules import read_lead_rule
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from tracker.domain.periods import PeriodType
    from tracker.importers.plans.lead_rules import LeadRule

# Due in the first month after the period; 每月5日前 is such a day too. A day at a period's end is not.
_DUE: Final = re.compile(
    r"每(?:个)?(?:(?P<long>季度?|半年|年度?)(?:的)?(?:第一个月|首月|次月)|(?P<month>月))(?:的)?(?P<day>\d{1,2})日(?:之)?前"
)
_SOME_DAY: Final = re.compile(r"每(?:个)?(?:季|半年|月|年)[^。;]{0,12}\d{1,2}日(?:之)?前")
_PERIODS: Final[dict[str, PeriodType]] = {"季": "quarter", "半": "half_year", "年": "year"}
_CHARACTERS: Final = re.compile(r"(\d{2,5})字(?:以内|之内|以下)|(?:不超过|控制在|限)(\d{2,5})字")
_MAILBOX: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# What a paragraph says that speaks of reporting at all.
REPORTING: Final = re.compile(r"每.{0,20}?(?:[\d０-９]\s*)日.{0,40}(?:报|送)")
_LOCAL: Final = re.compile(r"各(?:县|区|市|州|乡|镇|村)")
_LEAD: Final = re.compile(r"牵头(?:单位|部门)|责任(?:单位|部门)")


@dataclass(frozen=True, slots=True)
class ClosingNote:
    """What a note says; `rules` is None where it names no period and day. `lead` holds without rules too."""

    text: str = ""
    lead: LeadRule = "unknown"
    rules: ReportingRules | None = None
    problems: tuple[Problem, ...] = ()


def read_note(text: str, where: str) -> ClosingNote:
    """The rules in `text`; a due day that cannot be represented is a problem, and never guessed."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    stated = read_lead_rule(plain)
    lead: LeadRule = stated.lead if stated else "unknown"
    due = _DUE.search(plain)
    if due is None:
        found = _SOME_DAY.search(plain)
        return ClosingNote(text, lead, None, (_unclear(where, found[0]),) if found else ())
    values: dict[str, Any] = {
        "period_type": "month" if due["month"] else _PERIODS[due["long"][0]],
        "due_day": int(due["day"]),
        "lead": rules_lead(lead),
    }
    if limit := _CHARACTERS.search(plain):
        values["character_limit"] = int(limit[1] or limit[2])
    if mailbox := _MAILBOX.search(plain):
        values["mailbox"] = mailbox[0]
    sentence = next(part for part in plain.split("。") if due[0] in part)
    if filers := {name for name, words in (("lead", _LEAD), ("local", _LOCAL)) if words.search(sentence)}:
        values["filers"] = frozenset(filers)
    try:
        return ClosingNote(text, lead, ReportingRules(**values))
    except ValidationError:
        return ClosingNote(text, lead, None, (_unclear(where, due[0]),))


def rules_lead(lead: LeadRule) -> str:
    """How the list's rules name `lead`: any mark but the first place is one that the document states."""
    return lead if lead in ("first", "unknown") else "stated"


def _unclear(where: str, words: str) -> Problem:
    return Problem(
        where,
        "rules_unclear",
        f"看不懂报送时间“{words}”（只认期后第一个月的 1—28 日）。请在任务清单文件的 [rules] 中写明。",
        is_blocking=False,
    )
