"""An indicator table 指标表: one indicator a row, with unit, baseline, targets, average growth and 属性.

序号  指标  单位  2020年  2025年  年均增长  属性
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.domain.measure_words import MAGNITUDE, UNIT
from tracker.importers.indicators.parsed import IndicatorPoint, ParsedIndicator
from tracker.importers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.indicators.parsed import IndicatorKind
    from tracker.importers.indicators.tables import FigureTable

_NUMBER: Final = re.compile(r"序号?|编号|No\.?", re.IGNORECASE)
_UNIT: Final = re.compile(r"(?:计量|指标)?单位|量纲")
_CATEGORY: Final = re.compile(r".{0,4}(?:类别|类型|分类|类|领域|方面|维度|板块)|一级指标")
_NAME: Final = re.compile(r".{0,6}指标(?:名称|内容|项目)?|指标.{0,4}名称?|二级指标|三级指标")
_GROWTH: Final = re.compile(r".*(?:年均|增速|增长|增幅|累计).*")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})")
_BASE: Final = re.compile(r".*(?:基期|基准|基数|现状|实际|实绩|完成值|完成数|当前|预计).*")
_TARGET: Final = re.compile(r".*(?:目标|规划|计划|期末|预期).*")
_PLAN_END: Final = {"十三五": "2020", "十四五": "2025", "十五五": "2030"}
_KINDS: Final[dict[str, IndicatorKind]] = {"约束": "binding", "预期": "anticipated"}
_KIND_INSIDE: Final = re.compile(r"[（(](约束|预期)性?(?:指标)?[）)]$")
_MARK: Final = re.compile(r"(?:[①-⑳*※]|\[\d{1,2}\])+$")
_UNIT_INSIDE: Final = re.compile(
    rf"[（(](?P<unit>(?:{MAGNITUDE})?(?:{UNIT})(?:[/、](?:{MAGNITUDE})?(?:{UNIT}|年))*|年)[）)]$"
)
_SEVERAL_UNITS: Final = re.compile(r"[、，,；;]")


@dataclass(slots=True)
class _Columns:
    name: int
    number: int | None = None
    category: int | None = None
    unit: int | None = None
    kind: int | None = None
    growth: int | None = None
    baseline: int | None = None
    targets: list[int] = field(default_factory=list)
    dates: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListReading:
    """The indicators of one table, and what a person should look at."""

    indicators: tuple[ParsedIndicator, ...]
    problems: tuple[Problem, ...]


def read_list(table: FigureTable) -> ListReading | None:
    """The indicators of `table`; None when its header is not that of an indicator table."""
    columns = _columns(table)
    if columns is None:
        return None
    indicators: list[ParsedIndicator] = []
    problems: list[Problem] = []
    category = ""
    for row, where in zip(table.rows, table.places, strict=True):
        name = row[columns.name]
        own = [text for text in row if text]
        if len(set(own)) <= 1 or not any(_has_figure(row[place]) for place in columns.dates):
            # A category stands over its rows: alone, merged over all columns, or with dashes behind it.
            category = next((text for text in own if not _is_dash(text)), category)
            continue
        if not name:
            continue
        category = _cell(row, columns.category) or category
        indicator = _indicator(row, columns, table, category, where)
        indicators.append(indicator)
        problems += _unit_problem(indicator)
    return ListReading(tuple(indicators), tuple(problems)) if indicators else None


def _columns(table: FigureTable) -> _Columns | None:
    labels = [re.sub(r"[\s:：]", "", label) for label in table.labels]
    kind = _kind_column(labels, table.rows)
    taken = {kind}
    names = [place for place, label in enumerate(labels) if place not in taken and _NAME.fullmatch(label)]
    if not names:
        return None
    # 一级指标, 二级指标: the last names the indicator, those before it group.
    found = _Columns(name=names[-1], kind=kind, category=names[0] if len(names) > 1 else None)
    taken |= set(names)
    points: list[int] = []
    for place, label in enumerate(labels):
        if place in taken:
            continue
        if _NUMBER.fullmatch(label):
            found.number = place
        elif _UNIT.fullmatch(label):
            found.unit = place
        elif found.category is None and _CATEGORY.fullmatch(label):
            found.category = place
        elif _GROWTH.fullmatch(label) and not _TARGET.fullmatch(label):
            found.growth = place
        elif (
            _YEAR.search(label) or _BASE.fullmatch(label) or _TARGET.fullmatch(label)
        ) and place > found.name:
            points.append(place)
    return _dated(found, points, labels) if points else None


def _kind_column(labels: Sequence[str], rows: Sequence[tuple[str, ...]]) -> int | None:
    """The column of 约束性 and 预期性: told by its cells, since 类型 may as well head a category."""
    for place, label in enumerate(labels):
        texts = [row[place] for row in rows if row[place]]
        if sum(text[:2] in _KINDS for text in texts) * 2 > len(texts) or re.fullmatch(
            r".{0,4}(?:属性|性质)", label
        ):
            return place
    return None


def _dated(found: _Columns, points: list[int], labels: Sequence[str]) -> _Columns:
    for place in points:
        year = _YEAR.findall(labels[place])
        plan = next((end for name, end in _PLAN_END.items() if name in labels[place]), "")
        found.dates[place] = year[-1] if year else plan
    stated = [place for place in points if _BASE.fullmatch(labels[place])]
    dated = [place for place in points if not _TARGET.fullmatch(labels[place])]
    if stated:
        found.baseline = stated[-1]
    elif len(points) > 1 and dated and dated[0] == points[0]:
        found.baseline = points[0]
    found.targets = [place for place in points if place != found.baseline and place not in stated]
    found.targets.sort(key=lambda place: found.dates[place])
    return found


def _indicator(
    row: tuple[str, ...], columns: _Columns, table: FigureTable, category: str, where: str
) -> ParsedIndicator:
    name, kind = _MARK.sub("", row[columns.name]), _kind(_cell(row, columns.kind))
    if match := _KIND_INSIDE.search(name):
        name, kind = name[: match.start()], kind or _kind(match[1])
    unit = _cell(row, columns.unit)
    if columns.unit is None and (match := _UNIT_INSIDE.search(name)):
        name, unit = name[: match.start()], match["unit"]
    baseline = _point(row, columns.baseline, columns)
    targets = tuple(point for place in columns.targets if (point := _point(row, place, columns)))
    return ParsedIndicator(
        name=name,
        unit="" if _is_dash(unit) else unit or _printed_unit(row, columns) or table.unit,
        where=where,
        kind=kind,
        baseline=baseline,
        targets=targets,
        growth=_point(row, columns.growth, columns),
        number=_cell(row, columns.number),
        category=category if category != name else "",
    )


def _point(row: tuple[str, ...], place: int | None, columns: _Columns) -> IndicatorPoint | None:
    figure = read_figure(_cell(row, place))
    if figure is None or place is None:
        return None
    return IndicatorPoint(
        text=figure.text,
        value=figure.value,
        date=columns.dates.get(place, ""),
        bound=figure.bound,
        is_strict=figure.is_strict,
        upper=figure.upper,
        change=figure.change,
        pace="cumulative" if figure.is_cumulative else "yearly_average" if place == columns.growth else "",
        note=figure.note,
    )


def _printed_unit(row: tuple[str, ...], columns: _Columns) -> str:
    figures = (read_figure(row[place]) for place in columns.dates)
    return next((figure.unit for figure in figures if figure and figure.unit), "")


def _unit_problem(indicator: ParsedIndicator) -> list[Problem]:
    """人、%: the baseline may be counted in one and the target in the other."""
    if not _SEVERAL_UNITS.search(indicator.unit):
        return []
    message = f"指标“{indicator.name}”的单位“{indicator.unit}”不止一个，请确认各年数值分别用哪一个。"
    return [Problem(indicator.where, "unit_ambiguous", message, is_blocking=False)]


def _kind(text: str) -> IndicatorKind:
    return next((kind for word, kind in _KINDS.items() if word in text), "")


def _cell(row: tuple[str, ...], place: int | None) -> str:
    return row[place] if place is not None else ""


def _is_dash(text: str) -> bool:
    return bool(text) and read_figure(text) is None


def _has_figure(text: str) -> bool:
    return read_figure(text) is not None
