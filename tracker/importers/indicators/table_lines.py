"""Indicator tables that were extracted as one line a row, columns parted by white space.

    序号 指标 单位 2020年 2025年 属性
    1 粮食综合生产能力 万吨 20.5 ≥21 约束性

A row is read from its right end, where the figures stand; what is left of them is the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.domain.figures import read_figure
from tracker.importers.files.grid import Cell, Grid, Paragraph, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.files.grid import Block

_NAME: Final = re.compile(r"(?:主要)?指标(?:名称|内容)?")
_POINT: Final = re.compile(r".*(?:(?:19|20)\d{2}|目标|现状|基期).*")
_SPACED: Final = re.compile(r"序\s+号|指\s+标|单\s+位|属\s+性")
_NUMBER: Final = re.compile(r"[(（]?\d{1,3}[)）]?[.、．]?")
_CATEGORY: Final = re.compile(r"[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[）)]")
_FEWEST: Final = 2
_LONGEST_LINE: Final = 120


def grids_of_lines(blocks: Sequence[Block]) -> list[Block]:
    """`blocks` with each such run of lines as a grid; everything else as it was."""
    result: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        labels = _header(block.text) if isinstance(block, Paragraph) else None
        rows = _rows(blocks, index + 1, labels) if labels else []
        if labels and len([row for row in rows if row.cells[-1].text]) >= _FEWEST:
            header = Row(tuple(map(Cell, labels)), block.where)
            result.append(Grid(f"表格（{block.where}起）", (header, *rows), merges_known=False))
            index += 1 + len(rows)
        else:
            result.append(block)
            index += 1
    return result


def _header(text: str) -> tuple[str, ...] | None:
    if len(text) > _LONGEST_LINE:
        return None
    labels = tuple(_SPACED.sub(lambda match: "".join(match[0].split()), text).split())
    names = [place for place, label in enumerate(labels) if _NAME.fullmatch(label)]
    points = [place for place, label in enumerate(labels) if _POINT.fullmatch(label)]
    return labels if len(names) == 1 and points and points[0] > names[0] else None


def _rows(blocks: Sequence[Block], start: int, labels: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = []
    for index in range(start, len(blocks)):
        block = blocks[index]
        cells = _cells(block.text, labels) if isinstance(block, Paragraph) else None
        if cells is None:
            break
        rows.append(Row(tuple(map(Cell, cells)), block.where))
    return rows


def _cells(text: str, labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """The cells of a line; None when it is no row of the table."""
    name = next(place for place, label in enumerate(labels) if _NAME.fullmatch(label))
    words, right = text.split(), len(labels) - name - 1
    blank = ("",) * len(labels)
    if len(text) > _LONGEST_LINE:
        return None
    if _CATEGORY.match(text) and len(words) <= _FEWEST:
        return (*blank[:name], "".join(words), *blank[name + 1 :])
    number = words[0] if name and len(words) > 1 and _NUMBER.fullmatch(words[0]) else ""
    rest = words[1:] if number else words
    values = rest[-right:]
    if len(rest) <= right or not any(_is_known(value) for value in values):
        return None
    lead = (*blank[: name - 1], number) if name else ()
    return (*lead, "".join(rest[:-right]), *values)


def _is_known(word: str) -> bool:
    figure = read_figure(word)
    return figure is not None and figure.value is not None
