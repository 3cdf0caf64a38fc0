"""The numbered items of a text as a tree: what stands under which heading, whatever order the numbers come in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.labels import ITEM_LABEL
from tracker.importers.plans.lines import Line
from tracker.importers.plans.numbering import INNER_STYLES, read_numbering
from tracker.importers.tables.tasks import short_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.importers.plans.numbering import Numbering

_SENTENCE_END: Final = re.compile(r"[。！？\n]")
_LONGEST_TITLE: Final = 60
# Words such as “一核”： say too little alone.
_SHORTEST_TITLE: Final = 8
# No title is told by what stands farther in a paragraph.
_TITLE_REACH: Final = 200
_DEEPEST: Final = 12
# How many lines a second number is looked for.
_LIST_REACH: Final = 40
# Headings over what nobody has to report on: aims, principles, the state of things.
_AIMS: Final = re.compile(
    r"总体要求|指导思想|基本原则|总体思路|工作思路|(?:工作|主要|总体|发展|行动|阶段|具体|试点|预期)?目标(?!任务|管理|考核)|基本情况"
    r"|重大意义|重要意义|现状|形势|机遇|挑战|存在(?:的)?(?:主要)?(?:困难|问题)|取得|成效|成就|背景|发展基础|编制依据|适用范围"
    r"|名词解释|附则|附件"
)
# What an attachment or a closing note starts with ends the items of the main text.
_ATTACHMENT: Final = re.compile(r"附件\s*\d*\s*[:：]?|(?:备注|说明|施行说明|填表说明)\s*[:：]")
_SIGNATURE: Final = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|[（(](?:此件|联系人)")


@dataclass(slots=True)
class Item:
    """One numbered item, or the text before the first one (`numbering` is None).

    `level` counts from 1. `paragraphs` are its own, without those of the items below it; the first is what
    stands behind the number.
    """

    numbering: Numbering | None
    level: int
    where: str
    parent: Item | None = None
    paragraphs: list[Line] = field(default_factory=list)
    has_children: bool = False

    @property
    def title(self) -> str:
        return title_of(self.paragraphs[0].text) if self.paragraphs else ""

    @property
    def heading(self) -> str:
        """Number and title as printed: （一）加强领导."""
        label = self.numbering.label if self.numbering else ""
        gap = " " if label.startswith("第") else ""
        return f"{label}{gap}{self.title}"

    def ancestors(self) -> list[Item]:
        """The headings above, outermost first."""
        found: list[Item] = []
        item = self.parent
        while item is not None and item.numbering is not None:
            found.append(item)
            item = item.parent
        return found[::-1]


def read_outline(lines: Iterable[Line]) -> list[Item]:
    """The items in their order; the first holds what stands before the first number.

    A style of number that is open already goes on at its level; a new one opens a level below.
    """
    current = Item(None, 0, "")
    items = [current]
    lines = list(lines)
    for index, line in enumerate(lines):
        if _ends_items(line.text) and current.numbering is not None:
            current = Item(None, 0, line.where)
            items.append(current)
        numbering = read_numbering(line.text, _expected(current))
        # （三）责任单位：… and 2．完成时限：… speak of the item above.
        if numbering is None or ITEM_LABEL.match(line.text, numbering.length):
            text = line.text[numbering.length :] if numbering else line.text
            current.paragraphs.append(Line(text, line.where))
            continue
        parent = _parent(current, numbering)
        parent.has_children = True
        current = Item(numbering, min(parent.level + 1, _DEEPEST), line.where, parent)
        rest = line.text[numbering.length :].strip()
        if inner := _opening(rest, numbering, lines[index + 1 : index + _LIST_REACH]):
            items.append(current)
            current.has_children = True
            current = Item(inner, min(current.level + 1, _DEEPEST), line.where, current)
            rest = rest[inner.length :].strip()
        if rest:
            current.paragraphs.append(Line(rest, line.where))
        items.append(current)
    return items


def speaks_of_aims(title: str) -> bool:
    """Whether a heading says that nothing below it is a task."""
    return bool(_AIMS.search(title))


def title_of(text: str) -> str:
    """The first sentence where it is short, or else its first clause."""
    text = text[:_TITLE_REACH]
    end = _SENTENCE_END.search(text)
    sentence = " ".join(text[: end.start() if end else len(text)].split())
    if len(sentence) <= _LONGEST_TITLE // 2:
        return sentence.rstrip("：:；;，,")
    clause = short_title(text)
    if len(clause) < _SHORTEST_TITLE:
        clause = short_title(text.replace("：", "∶", 1).replace(":", "∶", 1)).replace("∶", "：", 1)
    if len(sentence) <= _LONGEST_TITLE and end is not None and end.end() < len(text):
        return sentence
    return clause


def _opening(rest: str, outer: Numbering, later: Sequence[Line]) -> Numbering | None:
    """The second number of 6.（1）…, where it opens a list that goes on in lines of its own."""
    inner = read_numbering(rest)
    if inner is None or inner.value != 1 or inner.style not in INNER_STYLES - {outer.style, "cn"}:
        return None
    for line in later:
        found = read_numbering(line.text, inner.value + 1)
        if found is None or ITEM_LABEL.match(line.text, found.length):
            continue
        if found.style in (outer.style, inner.style):
            goes_on = found.style == inner.style and found.value == inner.value + 1
            return inner if goes_on else None
    return None


def _ends_items(text: str) -> bool:
    return bool(_ATTACHMENT.match(text) or _SIGNATURE.match(text))


def _expected(item: Item) -> int | None:
    """The next number of the Arabic list that is open."""
    seen: Item | None = item
    while seen is not None and seen.numbering is not None:
        if seen.numbering.style == "number":
            return seen.numbering.value + 1
        seen = seen.parent
    return None


def _parent(current: Item, numbering: Numbering) -> Item:
    """The item under which `numbering` stands: beside one of its own style, or else below the current one."""
    seen = current
    while seen.numbering is not None and seen.parent is not None:
        if seen.numbering.style == numbering.style:
            return seen.parent
        seen = seen.parent
    if seen.numbering is None and current.numbering is None:
        return current
    # 第二章 behind items that opened without one: the outermost styles never stand under others.
    return seen if numbering.style == "chapter" else current
