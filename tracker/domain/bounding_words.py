"""What the words before a number say about it: 不少于, 提高到, 稳定在, 每年. They are read backwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tracker.domain.measure_words import BEFORE, CEILING, CHANGES, FILLERS, TOWARDS

if TYPE_CHECKING:
    from tracker.domain.measure_words import Bound, Change

Pace = Literal["", "yearly", "yearly_average", "quarterly", "monthly", "cumulative"]

_WORDS: Final = sorted({*BEFORE, *CHANGES, *FILLERS, CEILING}, key=lambda word: (-len(word), word))
# 最近, 签约: the last character alone would be taken for a bound.
_OTHER_WORDS: Final = re.compile(r"(?:最近|附近|就近|邻近|签约|合约|节约|公约|契约|高超|赶超)$")
# 不低于财政衔接资金的50%, 至少有1项: the bound stands before what it is a share or a count of.
_FAR_BOUND: Final = re.compile(
    r"(?P<word>不少于|不低于|不得少于|不得低于|至少|不超过|不高于|不得超过|至多)[^，,。；;、：:()（）\d\n]{1,20}$"
)
_CLAUSE_END: Final = re.compile(r"[，,。；;！？\n]")
_PACES: Final[tuple[tuple[re.Pattern[str], Pace], ...]] = (
    (re.compile(r"年均|年平均|平均每年|逐年"), "yearly_average"),
    (re.compile(r"每年(?!度)|(?<![本全一上下半历])年度"), "yearly"),
    (re.compile(r"每(?:个)?季度?"), "quarterly"),
    (re.compile(r"每(?:个)?月"), "monthly"),
    (re.compile(r"累计|[五三53]年内"), "cumulative"),
)
# 每人每月800元: the month is part of the measure.
_PER_HEAD: Final = re.compile(r"每(?:人|户|亩|名)\s?$")


@dataclass(slots=True)
class Lead:
    """`length` counts the characters, up to the number, that the words take; `is_said` says they bound it."""

    bound: Bound = "exactly"
    is_strict: bool = False
    is_said: bool = False
    change: Change = ""
    length: int = 0


def read_lead(before: str) -> Lead:
    """What `before`, the text that ends at a number, says about the number."""
    lead = Lead()
    rest = before.rstrip(" ")
    is_level = False
    while word := next((word for word in _WORDS if rest.endswith(word)), None):
        if word in BEFORE and (lead.is_said or _OTHER_WORDS.search(rest)):
            break
        rest = rest.removesuffix(word).rstrip(" ")
        # The shortened text ends at a word still to be read, or at the words before the lead.
        lead.length = len(before) - len(rest)
        if word in BEFORE:
            lead.bound, lead.is_strict = BEFORE[word]
            lead.is_said = True
        elif word == CEILING and not lead.is_said:
            lead.bound = "at_most"
        elif word in CHANGES:
            # 提高到65% is a level; 稳定在65% is one to keep.
            lead.change = "" if is_level and CHANGES[word] != "keep" else CHANGES[word]
            break
        is_level = is_level or word in TOWARDS
    if not lead.is_said and (far := _FAR_BOUND.search(before)):
        lead.bound, lead.is_strict = BEFORE[far["word"]]
    # White space before the first word is not the lead's.
    lead.length -= len(before[len(before) - lead.length :]) - len(
        before[len(before) - lead.length :].lstrip(" ")
    )
    return lead


def read_pace(clause: str) -> Pace:
    """How often, or over what time: told in the last clause of `clause`."""
    start = max((match.end() for match in _CLAUSE_END.finditer(clause)), default=0)
    for pattern, pace in _PACES:
        found = pattern.search(clause, start)
        if found and not _PER_HEAD.search(clause, start, found.start()):
            return pace
    return ""
