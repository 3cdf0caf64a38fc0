"""What an annotation says of units: who leads, who supports, by when, and which rules it states for those below.

责任单位：市科技局、市数据局，市委网信办；第一个逗号前为牵头单位，下同
生态环境部牵头，国家发展改革委、财政部参与
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import could_be_unit, looks_like_unit, read_units
from tracker.importers.plans.deadlines import is_deadline, read_deadlines
from tracker.importers.plans.fragments import cut
from tracker.importers.plans.labels import LABEL, Part, part_of, with_colons
from tracker.importers.plans.naming import ROLE_BRACKET, Clause, NamedUnit, name_units
from tracker.importers.plans.statements import Statements
from tracker.importers.plans.verbs import split_verbs

if TYPE_CHECKING:
    from tracker.domain.unit_names import UnitMention
    from tracker.importers.plans.fragments import Fragment
    from tracker.importers.plans.lead_rules import StatedRule

_INLINE_PAGE: Final = re.compile(r"\s+[-—–－]\s*\d{1,3}\s*[-—–－]\s*|[-—–－]{1,2}\s+\d{1,3}\s+[-—–－]{1,2}")
_BETWEEN_NAMES: Final = re.compile(r"(?<=[局委办厅院会府])[ \u3000]+(?=[省市县区镇乡][一-鿿]{2})")
# 1.市财政局 2.市教育局: the numbers of a list, and no part of the names.
_LISTED: Final = re.compile(
    r"(?:^|(?<=[\s；;，,、：:∶]))\d{1,2}\s*[.．、](?!\d)|(?<=[一-鿿）)])\d{1,2}[.．](?!\d)|[①-⑳]|[（(]\d{1,2}[）)]"
)
_PARTED: Final = re.compile(r"[、，,；;。:：]")


@dataclass(frozen=True, slots=True)
class AnnotationReading:
    """Everything one annotation says. `carried` units answer for what stands below as well."""

    units: tuple[NamedUnit, ...] = ()
    deadline: str = ""
    rule: StatedRule | None = None
    carried: tuple[UnitMention, ...] = ()

    @property
    def names_a_unit(self) -> bool:
        """Whether one is named by itself, and not only collectives."""
        return any(not unit.mention.is_group for unit in self.units)

    @property
    def is_plausible(self) -> bool:
        """Whether the words alone show that only units are named, for phrases without a label.

        A name that shows nothing (共青团某地) may stand among others that do.
        """
        sure = sum(looks_like_unit(unit.mention) for unit in self.units)
        return 2 * sure > len(self.units) and all(could_be_unit(unit.mention) for unit in self.units)


def read_annotation(text: str, default: Part = Part.ANSWERING) -> AnnotationReading:
    """The units of `text`; those that no label or verb gives a part are `default`."""
    stated = Statements()
    plain = stated.take_notes_in_brackets(_on_one_line(_LISTED.sub("、", _INLINE_PAGE.sub("", text))))
    stated.take(cut(with_colons(plain)))
    clauses, deadline = _clauses(stated.kept, default)
    named = name_units(clauses)
    seen = {unit.mention.name for unit in named}
    # 具体任务均涉及各县政府 binds this task as well as those below.
    here = (NamedUnit(mention, Part.ANSWERING) for mention in stated.bound if mention.name not in seen)
    return AnnotationReading((*named, *here), deadline, stated.rule, tuple(stated.carried))


def _on_one_line(text: str) -> str:
    """Without white space, but for the space that alone parts names: 市财政局 市教育局, 财政局 教育局."""
    if "\n" in text:
        return text
    text = _BETWEEN_NAMES.sub("、", text)
    return ("" if _PARTED.search(text) else "\n").join(text.split())


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
            # 2022年底前取得阶段性进展: only the day is a deadline.
            dates.append(read_deadlines(words) or re.sub(r"(?:完成|办结|实现)$", "", words))
        elif part is not Part.IGNORED:
            if not phrases or phrases[-1][0] is not part:
                phrases.append((part, []))
            phrases[-1][1].append(words + (mark if mark != "。" else "；"))
    has_label = any(LABEL.match(text.lstrip("、 ")) for text, _ in kept)
    if has_label and phrases and not LABEL.match(kept[0][0].lstrip("、 ")):
        # 预期性指标，牵头单位：…: what stands before the labels counts only where it is sure to be units.
        before = _by_verbs(phrases[0][0], "".join(phrases[0][1]))
        if not all(looks_like_unit(mention) for one in before for mention in read_units(one.phrase).mentions):
            phrases[0] = (Part.IGNORED, [])
    clauses = [clause for part, texts in phrases if texts for clause in _by_verbs(part, "".join(texts))]
    return clauses, "；".join(date for date in dates if date)


def _by_verbs(part: Part, phrase: str) -> list[Clause]:
    if part not in (Part.ANSWERING, Part.LEAD) or ROLE_BRACKET.search(phrase):
        return [Clause(part, phrase)]
    found = split_verbs(phrase, part)
    if part is Part.LEAD:
        # 牵头单位：甲牵头负责 says it twice; 牵头单位：甲，会同乙 names another.
        found = [(Part.SUPPORT if joined else Part.LEAD, words, joined) for _, words, joined in found]
    return [Clause(role, words, joined) for role, words, joined in found]
