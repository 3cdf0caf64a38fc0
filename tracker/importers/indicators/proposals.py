"""Indicators proposed from running text: 到2024年，培训脱贫劳动力不少于4500人次. A person settles them.

Not proposed: criteria (带动50人以上的企业), rates of subsidy (给予不超过1万元的补贴), what is reached
already, and bare counts that nothing is to be done about (围绕3个方面).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.domain.quantities import find_quantities
from tracker.importers.files.grid import Paragraph
from tracker.importers.indicators.names import measured_names
from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.domain.quantities import Quantity
    from tracker.importers.files.grid import Block

_CLAUSE: Final = re.compile(r"[^，,。；;：:！？\n]*$")
_STRETCH: Final = re.compile(r"[^。；;！？\n]*$")
_VERB: Final = re.compile(
    r"培训|培育|培养|引进|建设|建成|新建|改建|改造|打造|创建|新增|发展|安置|开发|支持|扶持|认定|组织|开展|举办|建立|选派|选拔"
    r"|评选|资助|投入|完成|实现|达|推出|制定|推广|培树|孵化|集聚|吸纳|带动|落地|推进|实施|设立|遴选|招引|覆盖|整治|治理|提供|安排"
)
_CRITERION: Final = re.compile(
    r"\s*的(?!(?:预留|支出|最低)?(?:比例|标准|规模|要求|目标|速度|水平|占比|增速))"
)
_CRITERION_AHEAD: Final = re.compile(r"[^。；;！？\n]{0,50}?的[，,]")
_ALSO_CRITERION: Final = re.compile(r"[^，,。；;\n]{0,40}(?:以上|以下|以内)的")
_FOR: Final = re.compile(r"(?:^|[，,、：:])\s*对(?!接|外)")
_SUBSIDY: Final = re.compile(r"给予|奖励|奖补|补贴|补助|贴息|贷款|罚款|资助|奖金|免担保")
_REACHED: Final = re.compile(r"截至|截止|已(?:经)?(?:建|完|实|达|有|累|培|投)|现有|以来")
_MONEY_OR_SHARE: Final = re.compile(r".*(?:元|%|％).*")
_TIME: Final = frozenset({"个月", "天", "小时", "个小时", "分钟", "岁"})
_SHORTENED: Final = re.compile(r"压缩|缩短|控制|办结|办理|不超过|以内|提速")
_NEAR: Final = 14
_LONGEST_HEADING: Final = 30

_LEVELS: Final = (
    re.compile(r"第[一二三四五六七八九十\d]+章"),
    re.compile(r"第[一二三四五六七八九十\d]+节"),
    re.compile(r"[一二三四五六七八九十]+、"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"\d{1,2}\s*[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_GOAL: Final = re.compile(r"\s*[^。，,；;：:\d]{0,12}目标(?:任务)?\s*(?:[。：:]|$)")
_ANNOTATED: Final = re.compile(r"(?:牵头|责任|配合)(?:单位|部门)")
_STOPPED: Final = re.compile(r"[。；;！？：:]\s*$")


def propose_indicators(task_number: str, text: str, where: str = "") -> tuple[ParsedIndicator, ...]:
    """The quantities of a task's text that look like targets; each is `proposed`.

    The same measure for several years (2022年…4960元, 2023年…5158元) is one indicator with several targets.
    """
    quantities = find_quantities(text)
    proposed: list[ParsedIndicator] = []
    baseline: IndicatorPoint | None = None
    was_target, last_end = False, -1
    for quantity, name in zip(quantities, measured_names(text, quantities), strict=True):
        if quantity.is_baseline:
            baseline = _point(text, quantity)
            continue
        # 643户2354人: one count, told twice.
        is_same_count = quantity.start == last_end
        was_target = baseline is not None or (was_target if is_same_count else _is_target(text, quantity))
        last_end = quantity.end
        if was_target:
            point = _point(text, quantity)
            proposed.append(
                ParsedIndicator(
                    name, quantity.unit, where, "", baseline, (point,), task=task_number, proposed=True
                )
            )
        baseline = None
    return _by_year(proposed)


def _by_year(proposed: Sequence[ParsedIndicator]) -> tuple[ParsedIndicator, ...]:
    """The same measure at several dates as one indicator, its targets in the order of these."""
    result: list[ParsedIndicator] = []
    places: dict[tuple[str, str, bool], int] = {}
    for indicator in proposed:
        (point,) = indicator.targets
        key = (indicator.name, indicator.unit, point.change in ("increase", "decrease"))
        place = places.get(key)
        known = result[place].targets if place is not None else ()
        if place is not None and point.date and all(other.date not in ("", point.date) for other in known):
            targets = tuple(sorted((*known, point), key=lambda target: target.date))
            result[place] = replace(result[place], targets=targets)
        else:
            places[key] = len(result)
            result.append(indicator)
    return tuple(result)


def _point(text: str, quantity: Quantity) -> IndicatorPoint:
    return IndicatorPoint(
        text=text[quantity.start : quantity.end],
        value=quantity.value,
        date=quantity.date,
        bound=quantity.bound,
        is_strict=quantity.is_strict,
        upper=quantity.upper,
        change=quantity.change,
        pace=quantity.pace,
    )


def _is_target(text: str, quantity: Quantity) -> bool:
    before = text[max(0, quantity.start - 80) : quantity.start]
    clause, stretch = _found(_CLAUSE, before), _found(_STRETCH, before)
    said = text[quantity.start : quantity.end]
    if _CRITERION.match(text, quantity.end) or _REACHED.search(clause):
        return False
    is_for = _FOR.search(stretch)
    if is_for and (_CRITERION_AHEAD.match(text, quantity.end) or _ALSO_CRITERION.match(text, quantity.end)):
        return False
    if _MONEY_OR_SHARE.fullmatch(quantity.unit) and _SUBSIDY.search(
        clause + text[quantity.end : quantity.end + 12]
    ):
        return False
    if quantity.unit in _TIME:
        return bool(_SHORTENED.search(clause[-_NEAR:] + said))
    if quantity.bound != "exactly" or quantity.change or quantity.unit.endswith(("%", "％")):
        return True
    return not clause.endswith("的") and bool(_VERB.search(clause[-_NEAR:] + said))


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0] if match else ""


def propose_goals(blocks: Sequence[Block]) -> tuple[ParsedIndicator, ...]:
    """Targets of a document as a whole: those in the paragraphs under a heading 主要目标, 总体目标, 工作目标.

    Years that have a paragraph each (2022年……。 2023年……。) are the targets of one indicator.
    """
    found = [
        replace(indicator, targets=(point,))
        for text, where in _goal_texts(blocks)
        for indicator in propose_indicators("", text, where)
        for point in indicator.targets
    ]
    return _by_year(found)


def _goal_texts(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Paragraphs under such a heading up to the next of its level; a line broken by a page is made whole."""
    level: int | None = None
    text, where = "", ""
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        own = _level(block.text)
        if own is not None:
            if _GOAL.match(block.text, own[1]):
                level = own[0] if level is None or own[0] <= level else level
            elif level is not None and own[0] <= level:
                level = None
        is_continued = bool(text) and own is None and not _STOPPED.search(text)
        if text and not (is_continued and level is not None):
            yield text, where
            text = ""
        is_heading = (
            own is not None and len(block.text) <= _LONGEST_HEADING and not _STOPPED.search(block.text)
        )
        if level is not None and not is_heading and not _ANNOTATED.search(block.text):
            text, where = (text + block.text, where) if is_continued else (block.text, block.where)
    if text:
        yield text, where


def _level(text: str) -> tuple[int, int] | None:
    """How deep a heading is and where its words start; None for a paragraph without a number."""
    for level, pattern in enumerate(_LEVELS):
        if match := pattern.match(text.lstrip()):
            return level, match.end() + len(text) - len(text.lstrip())
    return None
