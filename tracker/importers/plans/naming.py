"""The units of an annotation's clauses: named once each, with the part they stand in and the marks they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import UnitMention, read_units
from tracker.importers.plans.fragments import cut
from tracker.importers.plans.labels import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKS: Final = "*＊★☆※▲△●◆"
_MARKED: Final = re.compile(rf"[{re.escape(_MARKS)}]")
# 市财政局（牵头）: a part told in brackets behind the name.
ROLE_BRACKET: Final = re.compile(
    r"[（(〔【\[](?P<lead>牵头(?:单位|部门)?|主办|主责)[）)〕】\]]|[（(〔【\[](?:配合|参与|协办)(?:单位|部门)?[）)〕】\]]"
)
LONGEST_NAME: Final = 40
# Even behind a label: a date, a share or another label is nobody's name.
_NO_NAME: Final = re.compile(r"[。：:？！%％]|\d{4}年")
# 同上, 待定, 见附件 say where a name is to be found, or that there is none yet.
_ELSEWHERE: Final = re.compile(
    r"与?[上前](?:项|条|行)?相?同|同(?:上|前|左|序号).{0,4}|待.{0,8}[定确]|待明确|另行?[确明]?[定确]|[详参]?见(?:附|上|下|表|前|左).{0,8}"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Units of one part, as a phrase with its separators; `joined` by 会同."""

    part: Part
    phrase: str
    joined: bool = False


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit and the part it stands in; `is_marked` by an asterisk, `before_comma` in front of the first one."""

    mention: UnitMention
    part: Part
    is_marked: bool = False
    before_comma: bool = False


def name_units(clauses: Sequence[Clause]) -> tuple[NamedUnit, ...]:
    """The units of `clauses` in their order; one named twice keeps its first part."""
    named: list[NamedUnit] = []
    seen: dict[str, int] = {}
    prefix = ""
    first_answering = True
    for clause in clauses:
        for words, part in _by_brackets(clause):
            # One name a line is told by the want of other marks.
            phrase = words.strip("，,；;。、 　\n")
            marked = _marked_names(phrase, prefix)
            clean = _MARKED.sub("", phrase)
            early = _before_comma(clean, prefix) if part is Part.ANSWERING and first_answering else None
            units = read_units(clean, prefix)
            prefix = units.prefix
            for mention in units.mentions:
                if len(mention.text) > LONGEST_NAME or _NO_NAME.search(mention.text):
                    continue
                if _ELSEWHERE.fullmatch(mention.text):
                    continue
                unit = NamedUnit(
                    _joined(mention) if clause.joined else mention,
                    part,
                    mention.name in marked,
                    early is None or mention.name in early,
                )
                if unit.mention.name not in seen:
                    seen[unit.mention.name] = len(named)
                    named.append(unit)
            if part is Part.ANSWERING and units.mentions:
                first_answering = False
    return tuple(named)


def _joined(mention: UnitMention) -> UnitMention:
    """有关部门 joined by 会同 is a collective of its own: those whom the lead calls in."""
    if not mention.is_group:
        return mention
    return UnitMention(mention.text, f"{mention.text}（会同）", is_group=True)


def _by_brackets(clause: Clause) -> list[tuple[str, Part]]:
    """市财政局（牵头）、市教育局（配合） by the part in brackets; other clauses whole."""
    if not ROLE_BRACKET.search(clause.phrase):
        return [(clause.phrase, clause.part)]
    found: list[tuple[str, Part]] = []
    has_lead = any(match["lead"] for match in ROLE_BRACKET.finditer(clause.phrase))
    # One name a line: the bracket parts it from the next.
    phrase = ROLE_BRACKET.sub(lambda match: f"{match[0]}、", clause.phrase)
    for piece in re.split(r"(?<=[、，,；;])", phrase):
        match = ROLE_BRACKET.search(piece)
        words = ROLE_BRACKET.sub("", piece)
        if match:
            found.append((words, Part.LEAD if match["lead"] else Part.SUPPORT))
        else:
            found.append((words, Part.SUPPORT if has_lead else clause.part))
    return found


def _marked_names(phrase: str, prefix: str) -> frozenset[str]:
    if not _MARKED.search(phrase):
        return frozenset()
    whole = [mention.name for mention in read_units(_MARKED.sub("", phrase), prefix).mentions]
    pieces = [piece for piece in re.split(r"[、，,；;]", phrase) if _MARKED.search(piece)]
    texts = {_MARKED.sub("", piece).strip() for piece in pieces}
    return frozenset(
        name for name in whole if any(text and (name == text or name.endswith(text)) for text in texts)
    )


def _before_comma(phrase: str, prefix: str) -> frozenset[str] | None:
    """The names in front of the first comma; None where there is no comma (then all of them are)."""
    fragments = cut(phrase)
    if not fragments or len(fragments) == 1:
        return None
    return frozenset(mention.name for mention in read_units(fragments[0][0], prefix).mentions)
