"""Deadlines in a task's text (2019年6月底前, 到2028年), told apart from policy windows (2012年起5年内, 有效期至…)."""

from __future__ import annotations

import re
from typing import Final

_YEAR: Final = r"(?:[12１２]\d{3}\s*|二[〇零○]{1}[一二三四五六七八九〇零]{2})年"
_PART: Final = r"(?:\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?:份)?(?:\s*\d{1,2}日|上旬|中旬|下旬)?|[上下]半年|第?[一二三四1-4]季度)"
_END: Final = r"\s*(?:年)?[底末初]"
_BEFORE: Final = r"\s*(?:之前|以前|前)"
_DATE: Final = rf"{_YEAR}(?:{_PART})?(?:{_END})?"
_PLAN_END: Final = r"[“\"]?十[一二三四五六七八九]五[”\"]?(?:期)?末"
# 2020年上半年实现 is a deadline without 前.
_DONE: Final = r"[^，。；]{0,4}?(?:完成|实现|建成|出台|上线|开工|竣工|投用|投入使用)"
# 到 and 至 make a year a deadline; otherwise 前 must stand behind it.
_DEADLINE: Final = re.compile(
    rf"(?P<to>(?<![截持达得])(?:到|至|于|在|力争|确保)?\s*(?:到)?\s*{_DATE}{_BEFORE})"
    rf"|(?P<until>(?<![截持达得直])到\s*(?:{_DATE}|{_PLAN_END})(?:{_BEFORE})?)"
    rf"|(?P<done>(?<![截持达得直]至){_YEAR}(?:{_PART}(?:{_END})?|{_END})(?={_DONE}))"
    rf"|(?P<every>每(?:个)?(?:年|季度?|月|半年)(?:第?[一二三四1-4]季度|(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?)?(?:[年季月]?[底末])?{_BEFORE})"
    rf"|(?P<this>(?:(?:今|本|当|次|明)年年?|年)(?:{_PART})?(?:[底末])?{_BEFORE}|(?<!\d)(?<!\d年)\d{{1,2}}月(?:\d{{1,2}}日|[底末])?{_BEFORE})"
)
# What holds for those who apply, and for how long a rule is in force: no deadline of the task.
_WINDOW_BEFORE: Final = re.compile(
    r"(?:有效期|有效|执行期|施行|试行|实施期|延续|延长|享受|截至|截止|与|比|较|自|从|基础上)[^，。；]{0,6}$"
)
_WINDOW_AFTER: Final = re.compile(
    r"(?:\s*[，,]?\s*(?:已|共有?|累计已))|[^，。；]{0,16}?(?:注册|成立|毕业|入职|入库|出生|登记|落户|引进|购买|签订|认定|参保|出台|发布|建成投产)[^，。；]{0,10}的"
)
_STEADY: Final = re.compile(
    r"(?:长期|持续|常年|常态化?|全年|每年|立行立改|立即)(?:坚持|推进|实施|开展|落实|整改|执行)?"
)
_LABELLED: Final = re.compile(
    r"(?:(?:完成|办结|落实|整改|推进|实施)(?:时限|期限|时间|日期)|时限|期限|时间节点|时间要求|时限要求)\s*[:：∶]\s*"
    r"(?P<when>[^。；;，,\n（）()]{2,30})"
)


def read_deadlines(text: str) -> str:
    """The binding deadlines of `text` as written, joined by ；, each once; "" where there is none."""
    found: dict[str, None] = {}
    for match in _DEADLINE.finditer(text):
        if _WINDOW_BEFORE.search(text, max(match.start() - 16, 0), match.start()):
            continue
        if _WINDOW_AFTER.match(text, match.end()):
            continue
        found["".join(match[0].split()).removeprefix("于").removeprefix("在")] = None
    return "；".join(found)


def labelled_deadline(text: str) -> str:
    """What stands behind 完成时限： in a running text; "" where nothing does."""
    found = _LABELLED.search(text)
    return found["when"].strip() if found else ""


def is_steady(text: str) -> bool:
    """Whether `text` names no day at all: 长期坚持, 持续推进."""
    return _STEADY.fullmatch(text) is not None


def is_deadline(fragment: str) -> bool:
    """Whether a fragment of an annotation says when and not who: 2024年底前完成, 长期坚持."""
    return bool(
        re.match(
            rf"(?:于|在|到|至|力争|确保)?(?:{_DATE}|{_PLAN_END}|{_STEADY.pattern}|每[年季月]|年底|\d{{1,2}}月)",
            fragment,
        )
    )
