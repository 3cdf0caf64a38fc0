"""What a quantity in running text measures: the words around it, without dates, bounds and filling words.

确保……首次就业率达30%以上        首次就业率
培养300名以上技能人才            培养技能人才
脱贫户、监测户收入分别达1元、2元   脱贫户收入; 监测户收入
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from tracker.domain.quantities import HALF_WIDTH
from tracker.domain.target_dates import find_target_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.quantities import Quantity

_BREAK: Final = re.compile(r"[，,。；;：:！？!?（）()\n〔〕]")
_OPENING: Final = re.compile(
    r"^(?:[、和及与或并且了]|以及|其中|到|至|在|于|前|末|底|起|间|内|期间|以后|力争|争取|努力|确保|保证|实现|其|每年|年均|逐年|逐步"
    r"|累计|力求|使|将|要|可|须|应|按照?|\d+年内|[一二三四五]年内|每(?:个)?季度?|每月|同时|分别|共|原则上|今年|当年)+"
)
_ENDING: Final = re.compile(
    r"(?:[、和及与的在至到为达共有约均将按由从]|(?<!占)比|达到|实现|分别|累计|每年|年均|总数|确保|力争|以后|逐年|逐步)+$"
)
_BOUND_INSIDE: Final = re.compile(r"(?:不少于|不低于|不得少于|不得低于|至少|不超过|不高于|不得超过|至多)有?")
# 补助标准从每人每学年3000元: the standard is measured, not the year.
_FROM: Final = re.compile(r"[由从](?:每.{1,8})?$")
_LIST_MARKS: Final = re.compile(
    r"^\s*(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+[、是])\s*"
)
_COUNTED_BEFORE: Final = re.compile(r"^.*(?:和|及|与|以及)$")
_ASIDE: Final = re.compile(r"（[^（）()\n]{0,60}）|\([^（）()\n]{0,60}\)")
_SHARE_OF: Final = re.compile(r"的(?:预留|支出|最低)?(?:比例|标准)")
_SENTENCE_END: Final = re.compile(r"[。！？\n]")
_LAST_WORDS: Final = re.compile(r"[^、的]{1,16}$")
_COUNTED: Final = re.compile(
    r"[万千百亿]*(?:个|名|家|条|项|座|所|处|人|户|位|场次?|期|批次?|支|台|辆|套|件|部|种|间|张|亩|公里)"
)
_LONGEST: Final = 40
_LONGEST_VERB: Final = 16


def measured_names(text: str, quantities: Sequence[Quantity]) -> list[str]:
    """One name for each of `quantities`, which are those of `text`; "" where nothing near names it."""
    plain = text.translate(HALF_WIDTH)
    dates = [(date.start, date.end) for date in find_target_dates(plain)]
    asides = _ASIDE.sub(lambda match: " " * len(match[0]), text)
    names: list[str] = []
    subject, subject_end = "", 0
    for index, quantity in enumerate(quantities):
        last = quantities[index - 1] if index else None
        if _SENTENCE_END.search(text, subject_end, quantity.start):
            subject = ""
        if last and last.is_baseline and subject:
            name = subject
        else:
            end_after = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
            # 资金（扶贫任务）规模不少于……: an aside parts no clause, unless the quantity stands in it.
            words = asides if asides[quantity.start : quantity.end].strip() else text
            before = _before(words, last.end if last else 0, quantity.start, dates)
            name = _name(before, _after(text, quantity, end_after), quantity, text)
            name = name or subject or _clause(text, quantity)
        subject, subject_end = name, quantity.end
        names.append(_whole_quotes(name[:_LONGEST]))
    return _distributed(text, quantities, names)


def _before(text: str, last_end: int, end: int, dates: list[tuple[int, int]]) -> str:
    """The words of the clause before a quantity, from the quantity before it on."""
    start = max(0, end - 2 * _LONGEST)
    start = max((match.end() for match in _BREAK.finditer(text, start, end)), default=start)
    # 收入5万元以上的行政村占比: a quantity that tells which ones belongs to the name.
    is_after_quantity = start <= last_end and not text.startswith("的", last_end)
    start = max(start, last_end) if is_after_quantity else start
    kept = text[start:end]
    for first, last in reversed(_within(dates, start, end)):
        kept = kept[: first - start] + kept[last - start :]
    kept = "".join(kept.split())
    if is_after_quantity and last_end and start == last_end:
        # 1项主导产业、每户1项: what the quantity before counts ends at the mark.
        kept = kept.partition("、")[2] if "、" in kept else _COUNTED_BEFORE.sub("", kept)
    kept = _FROM.sub("", _BOUND_INSIDE.sub("", _LIST_MARKS.sub("", kept)))
    return _ENDING.sub("", _OPENING.sub("", kept))


def _whole_quotes(name: str) -> str:
    """A name cut out of a quotation does not keep one half of its marks."""
    return name if name.count("“") == name.count("”") else name.replace("“", "").replace("”", "")


def _clause(text: str, quantity: Quantity) -> str:
    return "".join(re.split(_BREAK, text[max(0, quantity.start - _LONGEST) : quantity.end])[-1].split())


def _within(dates: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    low, high = bisect_left(dates, (start, 0)), bisect_left(dates, (end, 0))
    return [date for date in dates[low:high] if date[1] <= end]


def _after(text: str, quantity: Quantity, end: int) -> str:
    reach = min(end, quantity.end + _LONGEST)
    stop = _BREAK.search(text, quantity.end, reach)
    piece = text[quantity.end : stop.start() if stop else reach]
    if not stop and reach == end and end < len(text) and "、" in piece:
        piece = piece.rpartition("、")[0]
    return "".join(piece.split()).rstrip("、和及与以")


def _name(before: str, after: str, quantity: Quantity, text: str) -> str:
    is_bare = text[quantity.start : quantity.start + 1].translate(HALF_WIDTH).isdecimal()
    if quantity.unit.endswith(("%", "％")):
        if share := _SHARE_OF.match(after):
            return before + after[share.end() :]
        goes_on = is_bare and before and after and not after.startswith("的")
        return before + after if goes_on else before or after
    if after and not after.startswith(("的", "、")) and _COUNTED.fullmatch(quantity.unit):
        if len(before) > _LONGEST_VERB:
            before = _LAST_WORDS.findall(before)[-1] if _LAST_WORDS.search(before) else ""
        return before + after
    return before


def _distributed(text: str, quantities: Sequence[Quantity], names: list[str]) -> list[str]:
    """甲、乙收入分别达1元、2元: each quantity gets its own member of the list, with what they share."""
    result = list(names)
    for index, quantity in enumerate(quantities):
        if "分别" not in text[quantity.start : quantity.end]:
            continue
        *heads, last = re.split(r"[、和与]", names[index])
        count = len(heads) + 1
        if count == 1 or index + count > len(quantities):
            continue
        # 脱贫户、易返贫致贫户家庭收入: what follows the like ending (户) is shared.
        place = last.find(heads[0][-1:]) if heads[0] else -1
        shared = last[place + 1 :] if place >= 0 else ""
        result[index : index + count] = [*(head + shared for head in heads), last]
    return result
