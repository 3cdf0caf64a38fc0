"""A phrase of units (市农业农村局、商务局等部门，各县人民政府) taken apart, what it elides restored.

DESIGN rule 2. What cannot be restored with confidence stays as written: a unit is never invented, and a name
that is not known is asked about when the document is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SEPARATORS = "、，,；;﹑"
_IDLE = "。.．:："
_OPENING = "（(〔【[“‘《〈"
_CLOSING = "）)〕】]”’》〉"

# 等部门, 等有关单位, or a bare 等 at the end of a row of names.
_AND_SO_ON = re.compile(r"等(?:有关|相关|各|市直)?(?:部门和单位|单位和部门|部门|单位)?$")
_LEVELS = "省市县区州盟旗乡镇村"
_TERRITORY = rf"(?:街道|社区|[{_LEVELS}])"
_OFFICE = r"(?:人民政府|政府|办事处|管委会|党委|党工委)"

# Half a collective, whose other half stands behind the separator: 市直、中（区）直定点帮扶单位; 市、县各部门.
_OPEN_COLLECTIVE = re.compile(rf"各?[中{_LEVELS}]?(?:[（(][^（）()]*[）)])?直(?:属)?|[{_LEVELS}]|自治区")
# 各县、区人民政府 and 各乡镇人民政府、街道办事处 are one collective each.
_EACH_TERRITORY = re.compile(rf"各(?:{_TERRITORY}|[（）()])+{_OFFICE}?")
_MORE_TERRITORY = re.compile(rf"(?:{_TERRITORY}|[（）()])+{_OFFICE}?")

# 各族 (龙胜各族自治县) and 各界 stand inside names.
_COLLECTIVE = re.compile(r"各(?![族界])|^(?:有关|相关|其他)|(?:部门|单位|机构|企业|院校|乡镇)$")
# 县（市、区）人民政府, without 各.
_LEVELS_TOGETHER = re.compile(rf"[{_LEVELS}]+[（(][{_LEVELS}、，,和及]+[）)]")

# Words in which a level's character says nothing about a place, masked before places are looked for.
# 城市 only where a word starts (盐城市 is a place); 山区, 城区, 新区 end county names (雁山区): not here.
_NOT_A_PLACE = re.compile(
    r"市场|市容|市政(?=[园公工设管建局处集])|(?:^|(?<=[和与、]))城市|超市|城乡|城镇|乡村|乡镇|乡土|县域|镇域|区域"
    r"|区划|省际|联盟|老区|库区|园区|社区|景区|名胜区|开发区|保税区|示范区|保护区|管理区|功能区"
)
# The level alone (市…, 自治区…), or a place with its level (桂林市…, 龙胜各族自治县…). 广州 is not a 州.
_PLACE = re.compile(
    r"自治[区州县]|[省市县区州盟旗镇乡]"
    r"|[一-鿿]{1,12}?(?:自治[区州县]|街道|[省市县区盟旗镇乡]|(?<=[一-鿿]{2})州)"
)

# Names that stand under no city: bodies of the state, branches that carry their own place, zones, companies.
_STANDS_ALONE = re.compile(
    r"^(?:国家|中国|中央|全国|国网|人民银行|中石|团[省市县区州委])|银保监|证监"
    r"|(?:分局|支行|分行|公司|集团|管委会|管理委员会|大学|学院|海关|调查队|军分区|监狱)$"
)
_UNIT_ENDING = re.compile(r"(?:政府|[局委办厅院会联社部室处所站队校馆台协署]|中心)$")
# Organs of the party committee: 市委宣传部, where the row says only 宣传部.
_PARTY_ORGAN = re.compile(
    r"(?:组织部|宣传部|统战部|政法委|网信办|编办|改革办|文明办|政研室|党校|老干部局|巡察办|农办|台办)"
)
_NOTHING = re.compile(r"[^\w]*|无|暂无")
_BRACKETED = re.compile(r"[（(〔【\[][^）)〕】\]]*[）)〕】\]]")
_ONE_A_LINE = 3


@dataclass(frozen=True, slots=True)
class UnitMention:
    """One unit of a phrase: `text` as written, `name` in full; a group is a collective (各县人民政府)."""

    text: str
    name: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two separators; a joined one is a collective.

    `mark` is the separator behind it, and "" where something unread (等部门, 。) stands there too.
    """

    text: str
    mark: str = ""
    is_joined: bool = False

    @property
    def is_group(self) -> bool:
        outside = _BRACKETED.sub("", self.text)
        return self.is_joined or bool(_COLLECTIVE.search(outside) or _LEVELS_TOGETHER.match(self.text))


def split_units(phrase: str) -> tuple[UnitMention, ...]:
    """The units that `phrase` names, in order; one named twice is given once.

    A prefix holds for the names behind it until another one or a collective comes; a suffix (人民政府) holds
    for the bare places in front of it.
    """
    pieces = _rejoin_collectives(_pieces(_unwrap(phrase)))
    mentions: dict[str, UnitMention] = {}
    prefix = ""
    for index, piece in enumerate(pieces):
        mention, prefix = _read(piece, pieces[index + 1 :], prefix)
        mentions.setdefault(mention.name, mention)
    return tuple(mentions.values())


def _unwrap(phrase: str) -> str:
    """Without the line breaks of narrow cells, unless the cell holds one whole name a line."""
    parts = phrase.split()
    whole = len(parts) > 1 and all(
        _UNIT_ENDING.search(part) or _COLLECTIVE.search(part) for part in parts if len(part) >= _ONE_A_LINE
    )
    # 市人民政府 over 金融办 is one name: prefixes, or several lines, show that it is a list.
    listed = len(parts) >= _ONE_A_LINE or all(
        _place_of(part)[0] or _COLLECTIVE.search(part) for part in parts
    )
    if whole and listed and not any(mark in phrase for mark in _SEPARATORS):
        return "、".join(parts)
    return "".join(parts)


def _pieces(phrase: str) -> list[_Piece]:
    """Cuts at separators outside brackets; at every one where the brackets do not close."""
    cut: list[_Piece] = []
    for start, end, mark in _cuts(phrase):
        raw = phrase[start:end]
        text = _AND_SO_ON.sub("", raw.strip(_IDLE))
        is_nothing = bool(_NOTHING.fullmatch(text))
        if cut and (is_nothing or not raw.startswith(text)):
            cut[-1] = replace(cut[-1], mark="")
        if not is_nothing:
            cut += _part_places(_Piece(text, mark if raw.endswith(text) else ""))
    return cut


def _cuts(phrase: str) -> list[tuple[int, int, str]]:
    respect_brackets = _brackets_close(phrase)
    cuts: list[tuple[int, int, str]] = []
    depth = start = 0
    for index, char in enumerate(phrase):
        if respect_brackets:
            depth += (char in _OPENING) - (char in _CLOSING)
        if char in _SEPARATORS and depth == 0:
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


def _part_places(piece: _Piece) -> list[_Piece]:
    """龙胜县和资源县人民政府 as two; 文化广电和旅游局 stays one."""
    place, rest = _place_of(piece.text)
    if len(place) > 1 and rest[:1] in ("和", "及", "与") and len(_place_of(rest[1:])[0]) > 1:
        return [_Piece(place, "、"), _Piece(rest[1:], piece.mark)]
    return [piece]


def _rejoin_collectives(pieces: list[_Piece]) -> list[_Piece]:
    joined: list[_Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        # Only neighbours as written make one collective.
        if before and before.mark and _belong_together(before, piece):
            joined[-1] = _Piece(before.text + before.mark + piece.text, piece.mark, is_joined=True)
        else:
            joined.append(piece)
    return joined


def _belong_together(before: _Piece, piece: _Piece) -> bool:
    if _OPEN_COLLECTIVE.fullmatch(before.text.split(before.mark)[-1]):
        return True
    return bool(_EACH_TERRITORY.match(before.text) and _MORE_TERRITORY.fullmatch(piece.text))


def _read(piece: _Piece, following: list[_Piece], prefix: str) -> tuple[UnitMention, str]:
    """The unit of one piece, and the prefix that holds for the next one."""
    text = piece.text
    mention = UnitMention(text, text)
    if piece.is_group:
        return replace(mention, is_group=True), ""
    if _STANDS_ALONE.search(text):
        return mention, prefix
    place, rest = _place_of(text)
    if place and not rest and len(place) > 1:
        return replace(mention, name=text + _shared_suffix(piece, following)), ""
    if place and rest:
        # What a government is followed by need not be its own bureau.
        return mention, "" if len(place) > 1 and rest.startswith(("人民政府", "政府")) else place
    if prefix and _UNIT_ENDING.search(text):
        return replace(mention, name=_under(prefix, text)), prefix
    return mention, prefix


def _place_of(text: str) -> tuple[str, str]:
    """`text` as place and rest; an empty place where it starts with none."""
    masked = _NOT_A_PLACE.sub(lambda word: "□" * len(word[0]), text)
    match = _PLACE.match(masked)
    if match is None:
        return "", text
    return text[: match.end()], text[match.end() :]


def _shared_suffix(piece: _Piece, following: list[_Piece]) -> str:
    """人民政府 for 龙胜县 in 龙胜县、资源县人民政府; nothing where the row of places ends without one."""
    mark = piece.mark
    for after in following:
        place, rest = _place_of(after.text)
        if mark != "、" or len(place) < 2 or after.is_group:  # noqa: PLR2004 - a name and its level
            return ""
        if rest:
            return rest
        mark = after.mark
    return ""


def _under(prefix: str, text: str) -> str:
    if _PARTY_ORGAN.match(text) and prefix[-1] in "省市县区州旗":
        return prefix + ("党委" if prefix.endswith("自治区") else "委") + text
    return prefix + text
