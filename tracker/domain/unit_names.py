"""The units that a phrase names (市农业农村局、商务局等部门，各县人民政府), what it elides restored.

DESIGN rule 2. What cannot be restored with confidence stays as written: a unit is never invented, and a name
that is not known is asked about when the document is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.domain.unit_groups import AND_OTHERS, without_brackets
from tracker.domain.unit_pieces import UNIT_ENDING, Piece, cut_pieces
from tracker.domain.unit_places import LEVELS, has_own_place, place_of, stands_alone

# 广州 in 广州、深圳市政府: a place whose level and office stand with the next one.
_BARE_STEM = re.compile(r"[一-鿿]{2,4}")
# Organs of the party committee: 市委宣传部, where the row says only 宣传部.
_PARTY_ORGAN = re.compile(
    r"(?:组织部|宣传部|统战部|政法委|网信办|编办|改革办|文明办|政研室|党校|老干部局|巡察办|农办|台办|社会工作部)"
)
_ZONE = re.compile(r"(?:高新|经开|开发|度假|保税|园|新|示范|功能|管理)区$")
_LEVEL = re.compile(rf"[{LEVELS}]$")
_TOWN_OFFICE = re.compile(r"(?:人民)?政府|党委|管委会|办事处")
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


def split_units(phrase: str) -> tuple[UnitMention, ...]:
    """The units that `phrase` names, in order; one named twice is given once.

    A prefix holds for the names behind it until another one or a collective comes; a suffix (人民政府) holds
    for the bare places in front of it.
    """
    return read_units(phrase).mentions


def read_units(phrase: str, prefix: str = "") -> Units:
    """Like `split_units`, going on with the prefix of the phrase before."""
    pieces = cut_pieces(phrase)
    mentions: dict[str, UnitMention] = {}
    for piece, suffix in zip(pieces, _shared_suffixes(pieces), strict=True):
        mention, prefix = _read(piece, suffix, prefix)
        mentions.setdefault(mention.name, mention)
    return Units(tuple(mentions.values()), prefix)


def looks_like_unit(mention: UnitMention) -> bool:
    """Whether the wording alone shows a unit: for phrases that no label introduces."""
    text = without_brackets(mention.text)
    if mention.is_group:
        return len(text) <= _LONGEST_GROUP
    if len(text) > _LONGEST_NAME or _NEVER_IN_NAMES.search(text):
        return False
    place, rest = place_of(text)
    return bool(
        UNIT_ENDING.search(text)
        or stands_alone(text)
        or (len(place) > 1 and not rest)
        or mention.name != mention.text
    )


def is_office(mention: UnitMention) -> bool:
    """Whether the wording is that of an office or company, and not of a place alone."""
    text = without_brackets(mention.text)
    return not mention.is_group and bool(UNIT_ENDING.search(text) or stands_alone(text))


def could_be_unit(mention: UnitMention) -> bool:
    """Whether nothing in the wording speaks against a unit."""
    return len(mention.text) <= _LONGEST_GROUP and not _NEVER_IN_NAMES.search(without_brackets(mention.text))


def _read(piece: Piece, suffix: str, prefix: str) -> tuple[UnitMention, str]:
    """The unit of one piece, and the prefix that holds for the next one."""
    text = piece.text
    mention = UnitMention(text, text)
    if piece.is_group:
        return replace(mention, is_group=True), prefix if AND_OTHERS.fullmatch(text) else ""
    if stands_alone(text) or has_own_place(text):
        return mention, prefix
    if suffix:
        return replace(mention, name=text + suffix), ""
    place, rest = place_of(text)
    if place and rest:
        # What a government is followed by need not be its own bureau.
        return mention, "" if len(place) > 1 and rest.startswith(("人民政府", "政府")) else place
    if prefix and not place and UNIT_ENDING.search(text):
        return replace(mention, name=_under(prefix, text)), prefix
    return mention, "" if place and len(place) > 1 else prefix


def _shared_suffixes(pieces: list[Piece]) -> list[str]:
    """What each piece lacks: 人民政府 for 龙胜县 in 龙胜县、资源县人民政府, 市政府 for 广州 in 广州、深圳市政府.

    Nothing where the row of places ends without an office.
    """
    suffixes = [""] * len(pieces)
    office = level = ""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        place, rest = place_of(piece.text)
        if piece.mark != "、":
            office = level = ""
        if piece.is_group or stands_alone(piece.text):
            # 高新区、经开区管委会 are two zones.
            is_zone = rest in ("管委会", "管理委员会") and bool(_ZONE.search(place))
            office, level = (rest if is_zone else ""), ""
        elif len(place) > 1 and rest:
            is_office = bool(UNIT_ENDING.search(rest))
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
    return bool(_BARE_STEM.fullmatch(text)) and not UNIT_ENDING.search(text) and not text.endswith("区")


def _under(prefix: str, text: str) -> str:
    if _PARTY_ORGAN.match(text) and prefix[-1] in "省市县区州旗":
        return prefix + ("党委" if prefix.endswith("自治区") else "委") + text
    return prefix + text
