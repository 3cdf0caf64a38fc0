"""Rhythms that a text asks for: 每季开展一次信息采集, 乡级半月定期研判, 县级每月调度."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.importers.parsed import Cadence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.importers.plans.lines import Line

_EVERY: Final = (
    ("half_month", r"每?半个?月"),
    ("two_months", r"每(?:两个?月|2个月|双月)|双月(?=调度|通报|报送|报告|例会)"),
    ("half_year", r"每半年|半年(?=[^，。；]{0,2}(?:调度|通报|报送|报告|总结|一次))"),
    ("ten_days", r"每旬|旬(?=分析|调度|通报|报告|报送)"),
    ("week", r"每个?(?:周|星期)|周(?=监测|调度|通报|报告|报送|例会)"),
    ("month", r"每个?月|按月|月(?=调度|通报|例会|报送|报告|研判)"),
    ("quarter", r"每个?季度?|按季度?|季度?(?=调度|通报|报送|报告|研判)"),
    ("year", r"每个?年度?|按年度?"),
)
_WORDS: Final = re.compile("|".join(f"(?P<{every}>{words})" for every, words in _EVERY))
# What is reported or looked at again and again; 每年培训1000人次 is a quantity and no rhythm of reporting.
_ACT: Final = re.compile(
    r"调度|研判|报送|上报|填报|报告|汇报|通报|更新|采集|监测|督查|督导|检查|排查|会商|例会|评估|考核|总结|分析|研究|晾晒|点评|提醒"
)
_CLAUSE: Final = re.compile(r"[^，。；！？]{1,200}")


def read_cadences(lines: Iterable[Line]) -> tuple[Cadence, ...]:
    """One cadence for each rhythm of a clause that speaks of reporting or looking into something."""
    found: dict[tuple[str, str], Cadence] = {}
    for line in lines:
        if not _WORDS.search(line.text):
            continue
        for clause in _CLAUSE.finditer(line.text):
            for words in _WORDS.finditer(clause[0]):
                every = str(words.lastgroup)
                # The act belongs to the nearest rhythm: 每年开展培训 in a clause with 每月调度 is none.
                if _ACT.search(clause[0], words.end(), words.end() + 24):
                    text = clause[0].strip()
                    found.setdefault((every, text), Cadence(line.where, words[0], every, text))
    return tuple(found.values())
