"""What a reviewer is shown beside a filed text: near copies, missing or contradicting figures, empty phrases.

A flag explains itself and decides nothing. Places are offsets (start, end) into the texts as they are stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from tracker.domain.measure_words import MAGNITUDES, UNIT
from tracker.domain.near_copies import FiledText, NearCopy, Place, nearest_copy
from tracker.domain.quantities import HALF_WIDTH, find_quantities, split_unit
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tracker.domain.quantities import Quantity

# A unit writes of the same work in the same words from period to period: only what is nearly whole is a copy.
LEAST_LIKE_LAST: Final = 0.9
# Between units or tasks names and figures are replaced in a copy; honest texts on one task share about half.
LEAST_LIKE_OTHER: Final = 0.8
# One or two such phrases open many good reports.
LEAST_STOCK_SHARE: Final = 0.3
LEAST_STOCK_PHRASES: Final = 2
# A form cuts at the limit; the last clause may have lost its end a few characters before.
NEAR_LIMIT: Final = 3
# Below this a limit is for a word or a figure, and every text ends near it.
SHORTEST_LIMIT: Final = 50
# 左右, 约: what a text rounds to.
_ROUNDING: Final = Decimal("0.1")
# Of a name of an indicator, how much has to stand before a figure that is said to be its value.
_LEAST_NAMED: Final = 75
_CLAUSE: Final = 30

_ENDS: Final = "。！？!?.…；;）)】]”’」》"
_NOT_FIGURES: Final = re.compile(
    r"(?:\d{1,4}\s?[年月日号时点]|[〔\[(【]\d+[〕\])】]|第\s?\d+|\d+\s?季度|(?:^|\n)\s?\d+[.、])"
)
_HAN_FIGURE: Final = re.compile(rf"[一二两三四五六七八九十百千万亿]+余?(?:{UNIT})")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


class FlagKind(StrEnum):
    LIKE_LAST = "like_last"
    LIKE_OTHER_UNIT = "like_other_unit"
    LIKE_OTHER_TASK = "like_other_task"
    NO_FIGURE = "no_figure"
    CONTRADICTS = "contradicts"
    STOCK_PHRASES = "stock_phrases"
    AT_LIMIT = "at_limit"


_LIKE_LAST: Final = mark("与上期 {share}% 相同，数字有变化")
_LIKE_LAST_UNCHANGED: Final = mark("与上期 {share}% 相同，数字也没有变")
_LIKE_OTHER_UNIT: Final = mark("与{other}报送的同一任务 {share}% 相同")
_LIKE_OTHER_TASK: Final = mark("与本单位第 {other} 项 {share}% 相同")
_NO_FIGURE: Final = mark("任务有量化目标（{target}），文字里没有数字")
_CONTRADICTS: Final = mark("文字里写“{quoted}”，指标“{name}”填的是 {value} {unit}")
_STOCK_PHRASES: Final = mark("套话占 {share}%：{phrases}")
_AT_LIMIT: Final = mark("{count} 字，上限 {limit} 字，结尾没有标点，可能没有写完")


@dataclass(frozen=True, slots=True)
class Flag:
    """`sentence` is a source text; a field that is a tuple is listed.

    `other` is the text that this one is like, `other_places` what both share in it.
    """

    kind: FlagKind
    sentence: str
    fields: Mapping[str, object]
    places: tuple[Place, ...] = ()
    other: FiledText | None = None
    other_places: tuple[Place, ...] = ()

    def worded(self, gettext: Callable[[str], str]) -> str:
        fields = {
            name: gettext("、").join(value) if isinstance(value, tuple) else value
            for name, value in self.fields.items()
        }
        return gettext(self.sentence).format(**fields)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a unit reported of an indicator together with its text."""

    name: str
    unit: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class FlagContext:
    """What a text is judged beside. `id` is its own obligation; `targets` are as printed, the task's own.

    `same_task` are other units' texts for the task in this round, `same_unit` the unit's for other tasks.
    """

    id: int
    limit: int
    last: FiledText | None = None
    same_task: Sequence[FiledText] = ()
    same_unit: Sequence[FiledText] = ()
    targets: Sequence[str] = ()
    reported: Sequence[Reported] = ()
    stock_phrases: Sequence[str] = ()


def flags_of(text: str, context: FlagContext) -> tuple[Flag, ...]:
    """Everything that a reviewer may want to know of `text`; never raises, whatever it says."""
    return (*_copies(text, context), *_figures(text, context), *_wording(text, context))


def targets_in(content: str) -> tuple[str, ...]:
    """The quantities that a task asks for, as printed."""
    return tuple(
        content[found.start : found.end].strip()
        for found in find_quantities(content)
        if not found.is_baseline
    )


def _copies(text: str, context: FlagContext) -> Iterator[Flag]:
    last = [context.last] if context.last else []
    if found := nearest_copy(text, context.id, last, least=LEAST_LIKE_LAST):
        is_unchanged = _numbers(text) == _numbers(found.other.text)
        yield _copy(FlagKind.LIKE_LAST, _LIKE_LAST_UNCHANGED if is_unchanged else _LIKE_LAST, found)
    if found := nearest_copy(text, context.id, context.same_task, least=LEAST_LIKE_OTHER):
        yield _copy(FlagKind.LIKE_OTHER_UNIT, _LIKE_OTHER_UNIT, found)
    if found := nearest_copy(text, context.id, context.same_unit, least=LEAST_LIKE_OTHER):
        yield _copy(FlagKind.LIKE_OTHER_TASK, _LIKE_OTHER_TASK, found)


def _copy(kind: FlagKind, sentence: str, found: NearCopy) -> Flag:
    fields = {"share": found.percent, "other": found.other.label}
    return Flag(kind, sentence, fields, found.places, found.other, found.other_places)


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(text.translate(HALF_WIDTH))


def _figures(text: str, context: FlagContext) -> Iterator[Flag]:
    quantities = find_quantities(text)
    # A figure that was reported beside the text has been given.
    if context.targets and not context.reported and not quantities and not _has_figure(text):
        yield Flag(FlagKind.NO_FIGURE, _NO_FIGURE, {"target": context.targets[0]})
    for reported in context.reported:
        if contradiction := _contradiction(text, quantities, reported):
            place = (contradiction.start, contradiction.end)
            fields = {
                "quoted": text[slice(*place)].strip(),
                "name": reported.name,
                "value": f"{reported.value.normalize():f}",
                "unit": reported.unit,
            }
            yield Flag(FlagKind.CONTRADICTS, _CONTRADICTS, fields, (place,))


def _has_figure(text: str) -> bool:
    """Whether there is any number besides dates, document numbers and numbering."""
    plain = _NOT_FIGURES.sub(" ", text.translate(HALF_WIDTH))
    return bool(_NUMBER.search(plain) or _HAN_FIGURE.search(plain))


def _contradiction(text: str, quantities: Sequence[Quantity], reported: Reported) -> Quantity | None:
    """The first quantity that is named as the indicator is and says another number; None where one says the same."""
    unit = split_unit(reported.unit)[1]
    value = reported.value.scaleb(_magnitude(reported.unit))
    alike = [found for found in quantities if split_unit(found.unit)[1] == unit and not found.is_baseline]
    if any(_agrees(found, value) for found in alike):
        return None
    return next(
        (
            found
            for found in alike
            # 增加300户 is an amount of change, not the level that was reported.
            if found.change not in ("increase", "decrease")
            and fuzz.partial_ratio(reported.name, _clause(text, found)) >= _LEAST_NAMED
        ),
        None,
    )


def _magnitude(unit: str) -> int:
    return MAGNITUDES.get(split_unit(unit)[0], 0)


def _clause(text: str, found: Quantity) -> str:
    before = text[max(0, found.start - _CLAUSE) : found.start]
    return re.split(r"[。！？；;\n]", before)[-1]


def _agrees(found: Quantity, value: Decimal) -> bool:
    said = found.base_value
    upper = found.upper.scaleb(_magnitude(found.unit)) if found.upper is not None else said
    match found.bound:
        case "at_least":
            return value >= said
        case "at_most":
            return value <= upper
        case "about":
            return abs(value - said) <= abs(said) * _ROUNDING
        case _:
            return min(said, upper) <= value <= max(said, upper)


def _wording(text: str, context: FlagContext) -> Iterator[Flag]:
    places = _phrase_places(text, context.stock_phrases)
    found = tuple(dict.fromkeys(text[start:end] for start, end in places))
    covered = sum(end - start for start, end in places)
    if len(found) >= LEAST_STOCK_PHRASES and covered >= LEAST_STOCK_SHARE * len(text):
        fields = {"share": covered * 100 // len(text), "phrases": found}
        yield Flag(FlagKind.STOCK_PHRASES, _STOCK_PHRASES, fields, places)
    is_near = context.limit >= SHORTEST_LIMIT and len(text) > context.limit - NEAR_LIMIT
    if is_near and text[-1] not in _ENDS:
        fields = {"count": len(text), "limit": context.limit}
        yield Flag(FlagKind.AT_LIMIT, _AT_LIMIT, fields, ((len(text) - NEAR_LIMIT, len(text)),))


def _phrase_places(text: str, phrases: Sequence[str]) -> tuple[Place, ...]:
    """Where the phrases stand, the longest first where two begin in one place; none overlaps another."""
    known = sorted({phrase for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase))
    if not known:
        return ()
    pattern = re.compile("|".join(map(re.escape, known)))
    return tuple(match.span() for match in pattern.finditer(text))
