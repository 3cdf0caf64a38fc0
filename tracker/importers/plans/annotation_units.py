"""What an annotation says of units: who leads, who supports, by when, and which rules it states for those below.

责任单位：市科技局、市数据局，市委网信办；第一个逗号前为牵头单位，下同
生态环境部牵头，国家发展改革委、财政部参与
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import UnitMention, could_be_unit, looks_like_unit, read_units
from tracker.importers.plans.deadlines import is_deadline, is_steady, read_deadlines
from tracker.importers.plans.fragments import cut
from tracker.importers.plans.labels import LABEL, Part, part_of, with_colons
from tracker.importers.plans.lead_rules import STARTS_CARRY, carried_phrase, read_lead_rule
from tracker.importers.plans.verbs import split_verbs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.importers.parsed import UnitRole
    from tracker.importers.plans.fragments import Fragment
    from tracker.importers.plans.lead_rules import LeadRule, StatedRule

_INLINE_PAGE: Final = re.compile(r"\s+[-—–－]\s*\d{1,3}\s*[-—–－]\s*|[-—–－]{1,2}\s+\d{1,3}\s+[-—–－]{1,2}")
_MARKS: Final = "*＊★☆※▲△●◆"
_MARKED: Final = re.compile(rf"[{re.escape(_MARKS)}]")
_ROLE_BRACKET: Final = re.compile(
    r"[（(〔【\[](?P<lead>牵头(?:单位|部门)?|主办|主责)[）)〕】\]]|[（(〔【\[](?:配合|参与|协办)(?:单位|部门)?[）)〕】\]]"
)
_NOTE: Final = re.compile(r"下同|不再|[为系](?:共同)?(?:责任|配合|落实)(?:单位|部门)$|^多个牵头")
_TAIL: Final = re.compile(r"(?:以下|下文|后文)?(?:均)?(?:下同|不再|不另|不一一|多个牵头|其他|其余为|其它)")
_LONGEST_NAME: Final = 40
# Even behind a label: a date, a share or another label is nobody's name.
_NO_NAME: Final = re.compile(r"[。：:？！%％]|\d{4}年")


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


@dataclass(frozen=True, slots=True)
class AnnotationReading:
    """Everything one annotation says. `carried` units answer for what stands below as well."""

    units: tuple[NamedUnit, ...] = ()
    deadline: str = ""
    rule: StatedRule | None = None
    carried: tuple[UnitMention, ...] = ()

    @property
    def is_plausible(self) -> bool:
        """Whether the words alone show that only units are named, for phrases without a label.

        A name that shows nothing (共青团某地) may stand among others that do.
        """
        sure = sum(looks_like_unit(unit.mention) for unit in self.units)
        return 2 * sure > len(self.units) and all(could_be_unit(unit.mention) for unit in self.units)


def read_annotation(text: str, default: Part = Part.ANSWERING) -> AnnotationReading:
    """The units of `text`; those that no label or verb gives a part are `default`."""
    plain = "".join(_INLINE_PAGE.sub("", text).split()) if "\n" not in text else _INLINE_PAGE.sub("", text)
    rule: StatedRule | None = None
    carried: tuple[UnitMention, ...] = ()
    kept: list[Fragment] = []
    for sentence in _sentences(cut(with_colons(plain))):
        words = "".join(part + mark for part, mark in sentence)
        if (phrase := carried_phrase(words)) is not None:
            carried = tuple(m for m in read_units(phrase).mentions if len(m.text) <= _LONGEST_NAME)
            continue
        stated = read_lead_rule(words)
        if stated:
            rule = stated
            continue
        kept += sentence
    if rule is not None and read_lead_rule(plain) is not None:
        rule = read_lead_rule(plain)
    clauses, deadline = _clauses(kept, default)
    return AnnotationReading(_named(clauses), deadline, rule, carried)


def _sentences(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments grouped so that a stated rule stands alone: units before it are not part of it."""
    groups: list[list[Fragment]] = []
    is_note = is_carry = False
    for part, mark in fragments:
        is_rule = _is_note(part) and not LABEL.match(part)
        if groups and (is_carry or ((is_note or is_rule) and _TAIL.match(part))):
            # 下同, 不再列出, 多个牵头部门的… end what was begun.
            groups[-1].append((part, mark))
            is_carry = is_carry and "不再" not in part
            is_note = True
            continue
        starts_carry = bool(STARTS_CARRY.match(part))
        if not groups or is_rule or starts_carry or is_note:
            groups.append([])
        groups[-1].append((part, mark))
        is_note = is_rule or starts_carry
        is_carry = starts_carry and "不再" not in part
    return groups


def _is_note(part: str) -> bool:
    return read_lead_rule(part) is not None or bool(_NOTE.search(part))


def _clauses(kept: list[Fragment], default: Part) -> tuple[list[Clause], str]:
    """The phrases of units by part, and the deadline that stands among them."""
    part = default
    phrases: list[tuple[Part, list[str]]] = []
    dates: list[str] = []
    for text, mark in kept:
        words = text
        if found := LABEL.match(words.lstrip("、 ")):
            part = part_of(found)
            words = words.lstrip("、 ")[found.end() :]
            phrases.append((part, []))
        if part is Part.DEADLINE:
            dates.append(words)
        elif part is not Part.IGNORED and is_deadline(words):
            dates.append(re.sub(r"(?:完成|办结|实现)$", "", words))
        elif part is not Part.IGNORED:
            if not phrases or phrases[-1][0] is not part:
                phrases.append((part, []))
            phrases[-1][1].append(words + (mark if mark != "。" else "；"))
    has_label = any(LABEL.match(text.lstrip("、 ")) for text, _ in kept)
    if has_label and phrases and not LABEL.match(kept[0][0].lstrip("、 ")):
        # 预期性指标，牵头单位：…: what stands before the labels counts only where it is sure to be units.
        before = "".join(phrases[0][1])
        if not all(looks_like_unit(mention) for mention in read_units(before).mentions):
            phrases[0] = (Part.IGNORED, [])
    clauses = [clause for part, texts in phrases if texts for clause in _by_verbs(part, "".join(texts))]
    return clauses, "；".join(date for date in dates if date)


def _by_verbs(part: Part, phrase: str) -> list[Clause]:
    if part not in (Part.ANSWERING, Part.LEAD) or _ROLE_BRACKET.search(phrase):
        return [Clause(part, phrase)]
    found = split_verbs(phrase, part)
    if part is Part.LEAD:
        # 牵头单位：甲牵头负责 says it twice; 牵头单位：甲，会同乙 names another.
        found = [(Part.SUPPORT if joined else Part.LEAD, words, joined) for _, words, joined in found]
    return [Clause(role, words, joined) for role, words, joined in found]


def _named(clauses: list[Clause]) -> tuple[NamedUnit, ...]:
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
                if len(mention.text) > _LONGEST_NAME or _NO_NAME.search(mention.text):
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
    if not _ROLE_BRACKET.search(clause.phrase):
        return [(clause.phrase, clause.part)]
    found: list[tuple[str, Part]] = []
    has_lead = any(match["lead"] for match in _ROLE_BRACKET.finditer(clause.phrase))
    for piece in re.split(r"(?<=[、，,；;])", clause.phrase):
        match = _ROLE_BRACKET.search(piece)
        words = _ROLE_BRACKET.sub("", piece)
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


def lead_and_roles(
    reading: AnnotationReading, rule: LeadRule
) -> tuple[tuple[tuple[UnitMention, UnitRole], ...], bool]:
    """Units with their roles (lead, support, group), and whether the document says who leads.

    Where it does not, the first unit that answers is a guess at the lead (DESIGN rule 1).
    """
    leads, is_certain = _leads(reading.units, rule)
    roles = tuple((unit.mention, _role(unit.mention, leads)) for unit in reading.units)
    return roles, is_certain and bool(leads)


def _role(mention: UnitMention, leads: frozenset[str]) -> UnitRole:
    if mention.is_group:
        return "group"
    return "lead" if mention.name in leads else "support"


def _leads(units: tuple[NamedUnit, ...], rule: LeadRule) -> tuple[frozenset[str], bool]:
    def names(chosen: Iterable[NamedUnit]) -> frozenset[str]:
        return frozenset(unit.mention.name for unit in chosen if not unit.mention.is_group)

    if stated := [unit for unit in units if unit.part is Part.LEAD]:
        return names(stated), True
    marked = [unit for unit in units if unit.is_marked]
    if marked:
        return names(marked), rule == "asterisk"
    answering = [unit for unit in units if unit.part is Part.ANSWERING]
    if rule == "first":
        return names(answering[:1]), True
    if rule == "first_comma":
        return names(unit for unit in answering if unit.before_comma), True
    candidates = [unit for unit in answering if not unit.mention.is_group]
    if not candidates and answering:
        return frozenset(), False
    return names((candidates or [unit for unit in units if unit.part is Part.GUIDING])[:1]), False


def deadline_of(reading: AnnotationReading, content: str) -> str:
    """The annotation's deadline, or else those that the task's own text names; 长期坚持 gives way to a date."""
    if reading.deadline and not is_steady(reading.deadline):
        return reading.deadline
    return read_deadlines(content) or reading.deadline
