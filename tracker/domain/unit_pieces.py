"""A phrase of units cut into pieces, one a unit: at separators, at 和 between names, before 等部门."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.domain.unit_groups import (
    AND_OTHERS,
    AND_SO_ON,
    OFFICE,
    goes_on_as_territory,
    is_collective,
    is_functions,
    is_second_half,
    looks_collective,
    opens_collective,
    without_brackets,
)
from tracker.domain.unit_places import place_of

SEPARATORS = "、，,；;﹑"
_IDLE = "。.．:："
_OPENING = "（(〔【[“‘《〈<＜"
_CLOSING = "）)〕】]”’》〉>＞"

# What the names of offices end with.
UNIT_ENDING = re.compile(
    r"(?:政府|公署|[局委办厅院会联社部室处所站队校馆台协署行]|中心|机关|总局|团中央|兵团)$"
)
_NOTHING = re.compile(r"[^\w]*|无|暂无|等?按(?:照)?职责分工")
_AND = ("和", "及", "与")
_AND_WORDS = re.compile(r"以及|[和及与](?!其|所属|下属|信息|旅游|社会|改革|城)")
# 市财政局/市教育局
_SLASHES = re.compile(r"[/／|｜+＋]")
_BUREAU = re.compile(r"(?<!社)[局厅署]$|[一-鿿]{2}部$|(?:办公室|委员会|[一-鿿]{2}办)$")
_OFFICE_ONLY = re.compile(OFFICE)
# 各省、自治区、直辖市人民政府和新疆生产建设兵团
_CORPS = re.compile(r"(?:新疆)?(?:生产建设)?兵团")
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two separators; a joined one is a collective.

    `mark` is the separator behind it, and "" where something unread (等部门, 。) stands there too.
    """

    text: str
    mark: str = ""
    is_joined: bool = False

    @property
    def is_group(self) -> bool:
        return self.is_joined or is_collective(self.text)


def cut_pieces(phrase: str) -> list[Piece]:
    """The pieces of `phrase` in their order, the halves of collectives put together again."""
    return _rejoin(_pieces(_unwrap(phrase)))


def _unwrap(phrase: str) -> str:
    """Without the line breaks of narrow cells, unless the cell holds one whole name a line."""
    parts = phrase.split()
    whole = len(parts) > 1 and all(
        UNIT_ENDING.search(part) or looks_collective(part) for part in parts if len(part) >= _SHORTEST_NAME
    )
    # 市人民政府 over 金融办 is one name: prefixes, or several lines, show that it is a list.
    listed = len(parts) >= _SHORTEST_NAME or all(
        place_of(part)[0] or looks_collective(part) for part in parts
    )
    if whole and listed and not any(mark in phrase for mark in SEPARATORS):
        return "、".join(parts)
    return "".join(parts)


def _pieces(phrase: str) -> list[Piece]:
    """Cuts at separators outside brackets; at every one where the brackets do not close."""
    cut: list[Piece] = []
    for start, end, mark in _cuts(phrase):
        raw = phrase[start:end]
        others = AND_OTHERS.search(raw.strip(_IDLE))
        text = AND_SO_ON.sub("", raw.strip(_IDLE)[: others.start()] if others else raw.strip(_IDLE))
        is_nothing = bool(_NOTHING.fullmatch(text))
        if cut and (is_nothing or not raw.startswith(text)):
            cut[-1] = replace(cut[-1], mark="")
        if not is_nothing:
            cut += _part(Piece(text, mark if raw.endswith(text) else ""))
        if others:
            cut.append(Piece(others[0]))
    return cut


def _cuts(phrase: str) -> list[tuple[int, int, str]]:
    respect_brackets = _brackets_close(phrase)
    cuts: list[tuple[int, int, str]] = []
    depth = start = 0
    for index, char in enumerate(phrase):
        if respect_brackets:
            depth += (char in _OPENING) - (char in _CLOSING)
        if char in SEPARATORS and depth == 0:
            cuts.append((start, index, char))
            start = index + 1
    return [*cuts, (start, len(phrase), "")]


def _brackets_close(phrase: str) -> bool:
    depth = 0
    for char in phrase:
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _part(piece: Piece) -> list[Piece]:
    """龙胜县和资源县人民政府 or 市教育局及各县政府 as two; 文化广电和旅游局 stays one."""
    place, rest = place_of(piece.text)
    if len(place) > 1 and rest[:1] in _AND and len(place_of(rest[1:])[0]) > 1:
        return [Piece(place, "、"), Piece(rest[1:], piece.mark)]
    named = [part.strip() for part in _SLASHES.split(piece.text)]
    if len(named) > 1 and all(UNIT_ENDING.search(part) for part in named):
        return [*(Piece(part, "、") for part in named[:-1]), Piece(named[-1], piece.mark)]
    for found in _AND_WORDS.finditer(piece.text):
        before, after = piece.text[: found.start()], piece.text[found.end() :]
        if _stands_whole(AND_SO_ON.sub("", before)) and _starts_anew(before, after):
            return [*_named_and_others(before), *_part(Piece(after, piece.mark))]
    return [piece]


def _named_and_others(text: str) -> list[Piece]:
    """市财政局等部门 as the unit alone; 市财政局等有关部门 as the unit and the others."""
    others = AND_OTHERS.search(text)
    named = text[: others.start()] if others else AND_SO_ON.sub("", text)
    whole = [Piece(named, "" if named != text else "、")] if named else []
    return [*whole, Piece(others[0])] if others else whole


def _stands_whole(text: str) -> bool:
    is_closed = not text.endswith("社会") and _brackets_close(text)
    return is_closed and len(text) > 1 and bool(UNIT_ENDING.search(text) or looks_collective(text))


def _starts_anew(before: str, after: str) -> bool:
    """Whether what follows 和 is a name of its own: 市教育局和市民政局, and not 党委和政府."""
    if after.startswith(("各", "有关", "相关", "国家", "中国")):
        return not _OFFICE_ONLY.fullmatch(after)
    if _CORPS.fullmatch(after):
        return True
    place, rest = place_of(after)
    if place:
        return bool(place_of(before)[0] and rest and UNIT_ENDING.search(rest))
    return bool(_BUREAU.search(before) and _BUREAU.search(after) and len(after) >= _SHORTEST_NAME)


def _rejoin(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        whole = piece
        # Only neighbours as written make one collective.
        while joined and joined[-1].mark and _belong_together(joined[-1], whole):
            before = joined.pop()
            text = before.text + before.mark + whole.text
            is_collective_now = before.is_group or not is_second_half(before.text, whole.text)
            whole = Piece(text, whole.mark, is_joined=is_collective_now)
        joined.append(whole)
    return joined


def _belong_together(before: Piece, piece: Piece) -> bool:
    if opens_collective(before.text.split(before.mark)[-1]) or is_second_half(before.text, piece.text):
        return True
    if is_functions(piece.text) and before.mark == "、":
        name = without_brackets(before.text)
        return not (before.is_group or UNIT_ENDING.search(name) or place_of(name)[1] == "")
    return goes_on_as_territory(before.text, piece.text)
