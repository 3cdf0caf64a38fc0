"""A phrase of units (市农业农村局、商务局等部门，各县人民政府) taken apart, what it elides restored.

DESIGN rule 2. What cannot be restored with confidence stays as written: a unit is never invented, and a name
that is not known is asked about when the document is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SEPARATORS = "、，,；;﹑"
_IDLE = "。.．:："
_OPENING = "（(〔【[“‘《〈<＜"
_CLOSING = "）)〕】]”’》〉>＞"

# 等部门, 等9个单位, or a bare 等 at the end of a row of names: the row is closed.
_AND_SO_ON = re.compile(
    r"等(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[个家]?(?:(?:[中省市区县镇]|自治区)[直级属])?"
    r"(?:部门(?:和|及)?单位|单位(?:和|及)?部门|部门|单位|成员单位)?$"
)
# 等有关部门: the row is open, and others answer with those named.
_AND_OTHERS = re.compile(
    r"等(?:(?:[中省市区县镇]|自治区)[直级])?各?(?:有关|相关)(?:职能|责任|成员|行业|市直|省直)?"
    r"(?:部门(?:和|及)?单位|单位(?:和|及)?部门|部门|单位|企业|机构|方面)$"
)
_LEVELS = "省市县区州盟旗乡镇村"
_TERRITORY = rf"(?:自治区|直辖市|街道|社区|[{_LEVELS}])"
_OFFICE = r"(?:人民政府|政府|办事处|管委会|管理委员会|党委|党工委)"

# Half a collective, whose other half stands behind the separator: 市直、中（区）直定点帮扶单位; 市、县各部门.
_OPEN_COLLECTIVE = re.compile(rf"各?[中{_LEVELS}]?(?:[（(][^（）()]*[）)])?直(?:属)?|[{_LEVELS}]|自治区")
# 各县、区人民政府 and 各乡镇人民政府、街道办事处 are one collective each.
_EACH_TERRITORY = re.compile(rf"各(?:有关|相关|级)?(?:县级市|{_TERRITORY}|[（）()])+{_OFFICE}?")
_MORE_TERRITORY = re.compile(rf"(?:县级市|{_TERRITORY}|[（）()])+{_OFFICE}?")

# 各族 (龙胜各族自治县) and 各界 stand inside names.
_COLLECTIVE = re.compile(
    r"各(?![族界])|^(?:有关|相关|其他|所有|全体|全市|全县|全区|全省)|(?:部门|单位|机构|企业|院校|乡镇|成员)$"
    r"|^\d+个|以下简称|^[中省市区县镇]级(?:及)?以上"
)
# 县（市、区）人民政府, 镇（街道）, 市县政府, without 各.
_LEVELS_TOGETHER = re.compile(
    rf"{_TERRITORY}+[（(〔\[<＜](?:{_TERRITORY}|[、，,和及])+[）)〕\]>＞]|(?:{_TERRITORY}){{2,4}}{_OFFICE}?$"
)
# A government or committee under a word that names no place: 试点城市政府, 属地人民政府, 功能区管委会.
_NO_PLACE = (
    r"(?:试点|示范|所在|所属|属地|地方|相关|有关|辖区|基层|当地|其他|功能区|园区|开发园区|产业园区|工业园区"
    r"|城市|地区|市级|县级|乡级|镇级|村级|县域|项目|两级|三级|市县|县乡)"
)
_GENERIC_OFFICE = re.compile(rf"{_NO_PLACE}+(?:{_TERRITORY}|地)*{_OFFICE}$")
# 教育、财政等部门 after 发展改革: functions, not names; together they are one collective.
_FUNCTIONS = re.compile(r"(?:[一-鿿]{2,8}、)*[一-鿿]{2,8}部门")

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
    r"^(?:国家|中国|中央|全国|国网|民航|国务院|人民银行|人行|中石|中铁|团[省市区县州委])|银保监|证监|金融监管"
    r"|(?:分局|支行|分行|银行|分公司|公司|集团|管委会|管理委员会|大学|学院|学校|中学|小学|海关|调查队|总队|军分区"
    r"|监狱|供电局|海事局)$"
)
# A name that starts with its province's stem (湖北金融监管局) has its place in it.
_PROVINCE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|兵团"
)
_UNIT_ENDING = re.compile(r"(?:政府|[局委办厅院会联社部室处所站队校馆台协署行]|中心|机关|总局|团中央)$")
# 广州 in 广州、深圳市政府: a place whose level and office stand with the next one.
_BARE_STEM = re.compile(r"[一-鿿]{2,4}")
# Organs of the party committee: 市委宣传部, where the row says only 宣传部.
_PARTY_ORGAN = re.compile(
    r"(?:组织部|宣传部|统战部|政法委|网信办|编办|改革办|文明办|政研室|党校|老干部局|巡察办|农办|台办)"
)
_NOTHING = re.compile(r"[^\w]*|无|暂无|等?按(?:照)?职责分工")
_ZONE = re.compile(r"(?:高新|经开|开发|度假|保税|园|新|示范|功能|管理)区$")
_LEVEL = re.compile(rf"[{_LEVELS}]$")
_TOWN_OFFICE = re.compile(r"(?:人民)?政府|党委|管委会|办事处")
_AND = ("和", "及", "与")
_AND_WORDS = re.compile(r"以及|[和及与](?!其|所属|下属|信息|旅游|社会|改革|城)")
_BUREAU = re.compile(r"(?<!社)[局厅署]$|[一-鿿]{2}部$|(?:办公室|委员会)$")
_OFFICE_ONLY = re.compile(_OFFICE)
_BRACKETED = re.compile(r"[（(〔【\[][^）)〕】\]]*[）)〕】\]]")
_ONE_A_LINE = 3
_LONGEST_NAME = 28
_LONGEST_GROUP = 40
_NEVER_IN_NAMES = re.compile(r"\d{2}|[。：:！？%％+]|制定|推动|推进|开展|建立|加强|提升|的")


@dataclass(frozen=True, slots=True)
class UnitMention:
    """One unit of a phrase: `text` as written, `name` in full; a group is a collective (各县人民政府)."""

    text: str
    name: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a phrase, and the prefix that holds for a phrase that goes on with it (A牵头，B配合)."""

    mentions: tuple[UnitMention, ...]
    prefix: str = ""


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
        return self.is_joined or bool(
            _COLLECTIVE.search(outside)
            or _LEVELS_TOGETHER.match(self.text)
            or _GENERIC_OFFICE.fullmatch(outside)
            or _AND_OTHERS.fullmatch(self.text)
        )


def split_units(phrase: str) -> tuple[UnitMention, ...]:
    """The units that `phrase` names, in order; one named twice is given once.

    A prefix holds for the names behind it until another one or a collective comes; a suffix (人民政府) holds
    for the bare places in front of it.
    """
    return read_units(phrase).mentions


def read_units(phrase: str, prefix: str = "") -> Units:
    """Like `split_units`, going on with the prefix of the phrase before."""
    pieces = _rejoin_collectives(_pieces(_unwrap(phrase)))
    suffixes = _shared_suffixes(pieces)
    mentions: dict[str, UnitMention] = {}
    for piece, suffix in zip(pieces, suffixes, strict=True):
        mention, prefix = _read(piece, suffix, prefix)
        mentions.setdefault(mention.name, mention)
    return Units(tuple(mentions.values()), prefix)


def looks_like_unit(mention: UnitMention) -> bool:
    """Whether the wording alone shows a unit: for phrases that no label introduces."""
    text = _BRACKETED.sub("", mention.text)
    if mention.is_group:
        return len(text) <= _LONGEST_GROUP
    if len(text) > _LONGEST_NAME or _NEVER_IN_NAMES.search(text):
        return False
    place, rest = _place_of(text)
    return bool(
        _UNIT_ENDING.search(text)
        or _STANDS_ALONE.search(text)
        or (len(place) > 1 and not rest)
        or mention.name != mention.text
    )


def could_be_unit(mention: UnitMention) -> bool:
    """Whether nothing in the wording speaks against a unit."""
    return len(mention.text) <= _LONGEST_GROUP and not _NEVER_IN_NAMES.search(
        _BRACKETED.sub("", mention.text)
    )


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
        others = _AND_OTHERS.search(raw.strip(_IDLE))
        text = _AND_SO_ON.sub("", raw.strip(_IDLE)[: others.start()] if others else raw.strip(_IDLE))
        is_nothing = bool(_NOTHING.fullmatch(text))
        if cut and (is_nothing or not raw.startswith(text)):
            cut[-1] = replace(cut[-1], mark="")
        if not is_nothing:
            cut += _part(_Piece(text, mark if raw.endswith(text) else ""))
        if others:
            cut.append(_Piece(others[0]))
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


def _part(piece: _Piece) -> list[_Piece]:
    """龙胜县和资源县人民政府 or 市教育局及各县政府 as two; 文化广电和旅游局 stays one."""
    place, rest = _place_of(piece.text)
    if len(place) > 1 and rest[:1] in _AND and len(_place_of(rest[1:])[0]) > 1:
        return [_Piece(place, "、"), _Piece(rest[1:], piece.mark)]
    for found in _AND_WORDS.finditer(piece.text):
        before, after = piece.text[: found.start()], piece.text[found.end() :]
        if _stands_whole(_AND_SO_ON.sub("", before)) and _starts_anew(before, after):
            return [*_named_and_others(before), *_part(_Piece(after, piece.mark))]
    return [piece]


def _named_and_others(text: str) -> list[_Piece]:
    """市财政局等部门 as the unit alone; 市财政局等有关部门 as the unit and the others."""
    others = _AND_OTHERS.search(text)
    named = text[: others.start()] if others else _AND_SO_ON.sub("", text)
    whole = [_Piece(named, "" if named != text else "、")] if named else []
    return [*whole, _Piece(others[0])] if others else whole


def _stands_whole(text: str) -> bool:
    is_closed = not text.endswith("社会") and _brackets_close(text)
    return is_closed and len(text) > 1 and bool(_UNIT_ENDING.search(text) or _COLLECTIVE.search(text))


def _starts_anew(before: str, after: str) -> bool:
    """Whether what follows 和 is a name of its own: 市教育局和市民政局, and not 党委和政府."""
    if after.startswith(("各", "有关", "相关", "国家", "中国")):
        return not _OFFICE_ONLY.fullmatch(after)
    place, rest = _place_of(after)
    if place:
        return bool(_place_of(before)[0] and rest and _UNIT_ENDING.search(rest))
    return bool(_BUREAU.search(before) and _BUREAU.search(after) and len(after) >= _ONE_A_LINE)


def _rejoin_collectives(pieces: list[_Piece]) -> list[_Piece]:
    joined: list[_Piece] = []
    for piece in pieces:
        # Only neighbours as written make one collective.
        while joined and joined[-1].mark and _belong_together(joined[-1], piece):
            before = joined.pop()
            piece = _Piece(before.text + before.mark + piece.text, piece.mark, is_joined=True)  # noqa: PLW2901
        joined.append(piece)
    return joined


def _belong_together(before: _Piece, piece: _Piece) -> bool:
    if _OPEN_COLLECTIVE.fullmatch(before.text.split(before.mark)[-1]):
        return True
    if (
        _FUNCTIONS.fullmatch(piece.text)
        and before.mark == "、"
        and not piece.text.startswith(("有关", "相关"))
    ):
        return not (before.is_group or _UNIT_ENDING.search(before.text) or _place_of(before.text)[1] == "")
    return bool(_EACH_TERRITORY.match(before.text) and _MORE_TERRITORY.fullmatch(piece.text))


def _read(piece: _Piece, suffix: str, prefix: str) -> tuple[UnitMention, str]:
    """The unit of one piece, and the prefix that holds for the next one."""
    text = piece.text
    mention = UnitMention(text, text)
    if piece.is_group:
        return replace(mention, is_group=True), prefix if _AND_OTHERS.fullmatch(text) else ""
    if _STANDS_ALONE.search(text) or _has_its_place(text):
        return mention, prefix
    if suffix:
        return replace(mention, name=text + suffix), ""
    place, rest = _place_of(text)
    if place and rest:
        # What a government is followed by need not be its own bureau.
        return mention, "" if len(place) > 1 and rest.startswith(("人民政府", "政府")) else place
    if prefix and not place and _UNIT_ENDING.search(text):
        return replace(mention, name=_under(prefix, text)), prefix
    return mention, "" if place and len(place) > 1 else prefix


def _has_its_place(text: str) -> bool:
    stem = _PROVINCE.match(text)
    return stem is not None and _place_of(text)[0] == ""


def _place_of(text: str) -> tuple[str, str]:
    """`text` as place and rest; an empty place where it starts with none."""
    masked = _NOT_A_PLACE.sub(lambda word: "□" * len(word[0]), text)
    match = _PLACE.match(masked)
    if match is None:
        return "", text
    return text[: match.end()], text[match.end() :]


def _shared_suffixes(pieces: list[_Piece]) -> list[str]:
    """What each piece lacks: 人民政府 for 龙胜县 in 龙胜县、资源县人民政府, 市政府 for 广州 in 广州、深圳市政府.

    Nothing where the row of places ends without an office.
    """
    suffixes = [""] * len(pieces)
    office = level = ""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        place, rest = _place_of(piece.text)
        if piece.mark != "、":
            office = level = ""
        if piece.is_group or _STANDS_ALONE.search(piece.text):
            # 高新区、经开区管委会 are two zones.
            is_zone = rest in ("管委会", "管理委员会") and bool(_ZONE.search(place))
            office, level = (rest if is_zone else ""), ""
        elif len(place) > 1 and rest:
            is_office = bool(_UNIT_ENDING.search(rest))
            office, level = (rest, place[-1]) if is_office and _LEVEL.search(place) else ("", "")
        elif len(place) > 1:
            is_other_kind = office.startswith("管") and not _ZONE.search(place)
            suffixes[index] = "" if is_other_kind else office
            level = ""
        elif level and _TOWN_OFFICE.match(office) and _is_stem(piece.text):
            suffixes[index] = level + office
        else:
            office = level = ""
    return suffixes


def _is_stem(text: str) -> bool:
    return bool(_BARE_STEM.fullmatch(text)) and not _UNIT_ENDING.search(text) and not text.endswith("区")


def _under(prefix: str, text: str) -> str:
    if _PARTY_ORGAN.match(text) and prefix[-1] in "省市县区州旗":
        return prefix + ("党委" if prefix.endswith("自治区") else "委") + text
    return prefix + text
