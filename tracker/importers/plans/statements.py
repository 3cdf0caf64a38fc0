"""What an annotation states besides naming units: who leads in all of them, and who answers for all that follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tracker.domain.unit_names import read_units
from tracker.importers.plans.labels import LABEL
from tracker.importers.plans.lead_rules import (
    STARTS_CARRY,
    StatedRule,
    binds_here,
    carried_phrase,
    read_lead_rule,
)
from tracker.importers.plans.naming import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.unit_names import UnitMention
    from tracker.importers.plans.fragments import Fragment

_NOTE: Final = re.compile(r"下同|不再|[为系](?:共同)?(?:责任|配合|落实)(?:单位|部门)$|^多个牵头")
_TAIL: Final = re.compile(r"(?:以下|下文|后文)?(?:均)?(?:下同|不再|不另|不一一|多个牵头|其他|其余为|其它)")
# A note in brackets of its own behind the units.
_IN_BRACKETS: Final = re.compile(r"[（(〔【\[](?P<words>[^（）()〔〕【】\[\]]{3,120})[）)〕】\]]")
_DUTY_ONLY: Final = re.compile(
    r"(?:均)?(?:按照?|根据|依据?)(?:各自)?(?:职责|职能)(?:分工)?(?:分别)?(?:负责|落实)?"
)
_LABEL_WITH_COLON: Final = re.compile(rf"(?:{LABEL.pattern})(?<=[:：])")


class Statements:
    """Takes the text of an annotation: keeps what names units, reads what the rest states.

    `carried` units answer for the tasks below, `bound` ones for the task at hand as well.
    """

    def __init__(self) -> None:
        self.kept: list[Fragment] = []
        self.rule: StatedRule | None = None
        self.carried: list[UnitMention] = []
        self.bound: list[UnitMention] = []

    def take_notes_in_brackets(self, text: str) -> str:
        """`text` without notes in brackets (列第一位的为牵头单位，下同); other brackets stay."""
        return _IN_BRACKETS.sub(self._take_note, text)

    def take(self, fragments: Iterable[Fragment]) -> None:
        """Takes the fragments of an annotation, and keeps those that state nothing."""
        for sentence in _sentences(fragments):
            if not self._states("".join(part + mark for part, mark in sentence)):
                self.kept += sentence

    def _take_note(self, found: re.Match[str]) -> str:
        words = found["words"]
        if _DUTY_ONLY.fullmatch(words):
            return words
        if not _is_note(words):
            return found[0]
        for sentence in re.split("[。；;]", words):
            self._states(sentence)
        if (stated := read_lead_rule(words)) is not None:
            self.rule = stated
        return "；"

    def _states(self, words: str) -> bool:
        if (phrase := carried_phrase(words)) is not None:
            mentions = [m for m in read_units(phrase).mentions if len(m.text) <= LONGEST_NAME]
            self.carried = mentions
            self.bound += mentions if binds_here(words) else ()
            return True
        if (stated := read_lead_rule(words)) is not None:
            # 下同 may stand in a sentence of its own.
            is_below = stated.holds_below or (self.rule is not None and self.rule.holds_below)
            self.rule = StatedRule(stated.lead, is_below)
            return True
        if self.rule is not None and words.startswith("下同"):
            self.rule = StatedRule(self.rule.lead, holds_below=True)
            return True
        return False


def _sentences(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments grouped so that a stated rule stands alone: units before it are not part of it."""
    groups: list[list[Fragment]] = []
    is_note = is_carry = False
    for part, mark in fragments:
        is_rule = _is_note(part) and not _LABEL_WITH_COLON.match(part)
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
