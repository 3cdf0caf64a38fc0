"""Rules that a document states once: who leads, and which units answer for everything below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

LeadRule = Literal["first", "first_comma", "asterisk", "unknown"]

# …为牵头单位, or shorter: 列第一位的单位牵头.
_LEADS: Final = (
    r"(?:[^。；;，,]{0,14}?(?:为|是|即为?|系|作为|表示)(?:该项|该条|本项|主要|第一)?[^。；;，,]{0,6}(?:牵头|主办|主责)"
    r"|(?:标注|标示)?[的者]?(?:责任)?(?:单位|部门)?(?:负责)?牵头)"
)
_MARK: Final = r"[“\"'‘（(]?[*＊★☆※▲△●◆][”\"'’）)]?"
_RULES: Final[tuple[tuple[LeadRule, re.Pattern[str]], ...]] = (
    ("first_comma", re.compile(rf"(?:第一?一?个|首个)?(?:逗号|“，”|“,”)(?:之?前)[^。；;，,]{{0,6}}{_LEADS}")),
    ("asterisk", re.compile(rf"{_MARK}号?{_LEADS}|(?:标|带|注|加|打|画)[有注]?星号?{_LEADS}")),
    (
        "first",
        re.compile(
            rf"(?:第一[个家位名]?|首位|首个|第1[个家位名]|(?:排|列|排名|排序)(?:在)?(?:最)?(?:第一|首位|前|靠前|之首))(?:的)?{_LEADS}"
        ),
    ),
)
_FOLLOWING: Final = re.compile(r"下同|以下|均|各项|本方案|每[条项]|责任单位中")
# 以下均需…落实，不再列出; 各区政府均为责任单位，以下不再列出.
_CARRY_START: Final = re.compile(
    r"(?:以下|下列|下述|后续|其余|本方案)(?!简称|称|同)[^，,。；;]{0,12}?(?:均需要?|均须|均应|均由|均要|均请|都需要?|都由|都要|需|须|由|均)"
    r"|(?:具体|各项|相关)?(?:任务|工作|措施|事项)[均都](?:涉及|需要?|由)"
)
STARTS_CARRY: Final = re.compile(
    r"以下(?!简称|称|同)|下列|下述|后续|其余|(?:具体|各项|相关)?(?:任务|工作|措施|事项)[均都](?:涉及|需|由)"
)
_FROM_HERE: Final = re.compile("以下|下列|下述|后续|其余")
_CARRY_AS: Final = re.compile(
    r"(?:均|都|同时|同)?[为系](?:共同|各项|以下|本方案|各自)?[^，,。；;]{0,6}(?:责任|配合|落实|参与|实施)(?:单位|部门)$"
)
_CARRY_VERB: Final = re.compile(
    r"(?:按(?:照)?(?:各自)?职责(?:分工)?|共同|认真|抓好|贯彻|具体|配合|参与|组织|负责)*(?:落实|负责|配合|参与|实施|推进|完成|执行)(?:工作)?$"
)
_NO_MORE: Final = re.compile(r"不再|不另|不一一|不予|下同|略去|省略")


@dataclass(frozen=True, slots=True)
class StatedRule:
    """How the lead is marked; `holds_below` where the document says that it goes on (下同)."""

    lead: LeadRule
    holds_below: bool


def read_lead_rule(text: str) -> StatedRule | None:
    """The rule that `text` states, if any (列第一位的为牵头单位，下同)."""
    if "牵头" not in text and "主办" not in text and "主责" not in text:
        return None
    for lead, words in _RULES:
        if words.search(text):
            return StatedRule(lead, bool(_FOLLOWING.search(text)))
    return None


def binds_here(sentence: str) -> bool:
    """Whether what is carried on holds for the task at hand as well: 具体任务均涉及…, and not 以下均需…."""
    return not _FROM_HERE.match(sentence)


def carried_phrase(sentence: str) -> str | None:
    """The units in 以下均需各县政府落实，不再列出; None for a sentence that carries nothing on."""
    if not _NO_MORE.search(sentence):
        return None
    if start := _CARRY_START.search(sentence):
        parts = re.split(r"[，,；;]", sentence[start.end() :])
        kept: list[str] = []
        for part in parts:
            if _NO_MORE.search(part):
                break
            kept.append(_CARRY_VERB.sub("", part))
            if _CARRY_VERB.search(part):
                break
        return "，".join(kept) or None
    for part in re.split(r"[，,；;]", sentence):
        if found := _CARRY_AS.search(part):
            return part[: found.start()] or None
    return None
