"""Where a paragraph says who is responsible: in brackets, behind a label, or in a sentence of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tracker.domain.unit_names import is_office
from tracker.importers.plans.annotation_units import read_annotation
from tracker.importers.plans.deadlines import is_deadline
from tracker.importers.plans.fragments import cut
from tracker.importers.plans.labels import UNIT_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.importers.plans.annotation_units import AnnotationReading

# A label or a verb in brackets is sure. Bare brackets, brackets between clauses and sentences count only where the
# document has a habit of it.
Kind = Literal["label", "verb", "clause", "bare", "sentence"]

# What a label may stand behind besides the end of a sentence: …，责任单位：… and …——责任单位：….
_PARTING_MARKS: Final = "，,—－-"
_OPEN, _CLOSE = "（(〔【[［", "）)〕】]］"
# Longer than this no annotation is; it also bounds the work on hostile text.
_LONGEST: Final = 1500
_SHORTEST: Final = 3
_NEAR: Final = 20
_VERB_AT_END: Final = re.compile(
    r"(?:负责|牵头|配合|参与|参加|协助|指导|落实|组织实施|实施|承担|承办|主办|协办|分工|列出|下同|完成|推进|支持|督导|抓落实)(?:工作)?[。；]?$"
)
_PARTING_VERB: Final = re.compile("牵头|会同")
# In the middle of a sentence nothing else may stand in the brackets: not （由市财政局负责）, （市财政局负责筹集）.
_DUTY_ALONE: Final = re.compile(r"[^由]{3,120}(?:牵头|负责|配合)(?:落实|实施)?")
_UNITS_ONLY: Final = re.compile(r"[^\d。：:？！“”《》]{2,300}")
_SENTENCE_ENDS: Final = "。；！？;!?"
_SENTENCE: Final = re.compile(r"(?:^|(?<=[。；！？]))[^。；！？]{4,300}(?:[。；]|$)")
_AFTER_LABEL: Final = re.compile(
    r"[^。]*(?:。(?=\s*(?:(?:列|排)(?:在)?(?:第一|首位)|第一[个家]|第一?个?逗号|以下|下列|标|带|[一-鿿]{0,8}(?:单位|部门|领导|时限|节点|时间)\s*[:：∶]))[^。]*)*。?"
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation in a paragraph: from `start` up to `end`, brackets included; `text` without them."""

    start: int
    end: int
    text: str
    kind: Kind
    reading: AnnotationReading


def find_annotations(text: str) -> list[Annotation]:
    """The annotations of one paragraph in their order; neighbours with nothing between them are one."""
    found = sorted(_bracketed(text), key=lambda annotation: annotation.start)
    found = _without_overlap([*found, *_labelled(text, found)])
    joined: list[Annotation] = []
    for annotation in found:
        before = joined[-1] if joined else None
        gap = text[before.end : annotation.start] if before else ""
        is_near = len(gap) <= _NEAR and not gap.strip("，,；;。、 　\n")
        if before and is_near and len(before.text) < _LONGEST:
            words = f"{before.text}；{annotation.text}"
            kind: Kind = "label" if "label" in (before.kind, annotation.kind) else before.kind
            joined[-1] = Annotation(before.start, annotation.end, words, kind, read_annotation(words))
        else:
            joined.append(annotation)
    return [annotation for annotation in joined if _names_someone(annotation)]


def find_sentences(text: str, *, may_be_all: bool) -> list[Annotation]:
    """Sentences that name units and a verb and nothing else: 市财政局牵头，市教育局配合。

    One that is the whole paragraph counts only where it `may_be_all`: below an item's own text.
    """
    found = []
    for match in _SENTENCE.finditer(text):
        words = match[0].strip("。； 　")
        is_verbal = _VERB_AT_END.search(words) or _PARTING_VERB.search(words)
        if not is_verbal or (not may_be_all and len(words) == len(text.strip("。； 　"))):
            continue
        reading = read_annotation(words)
        if reading.is_plausible:
            found.append(Annotation(match.start(), match.end(), words, "sentence", reading))
    return found


def is_annotation_alone(text: str, annotations: list[Annotation]) -> bool:
    """Whether the paragraph holds nothing but annotations."""
    if not annotations:
        return False
    rest = list(text)
    for annotation in annotations:
        rest[annotation.start : annotation.end] = " " * (annotation.end - annotation.start)
    return not re.sub(r"[\W_]", "", "".join(rest))


def _names_someone(annotation: Annotation) -> bool:
    """A deadline in brackets of its own is no annotation of units; an empty label is one that lacks them."""
    reading = annotation.reading
    if reading.units or reading.carried or reading.rule:
        return True
    return annotation.kind == "label" and not reading.deadline


def _bracketed(text: str) -> Iterator[Annotation]:
    pairs, unclosed = _pairs(text)
    taken = -1
    for start, end in pairs:
        if start < taken or not _SHORTEST <= end - start <= _LONGEST:
            continue
        inner = text[start + 1 : end]
        if annotation := _read_inner(text, start, end + 1, inner):
            taken = end
            yield annotation
    for start in unclosed:
        if UNIT_LABEL.match(text, start + 1) and start >= taken:
            end = min(len(text), start + _LONGEST)
            inner = text[start + 1 : end]
            yield Annotation(start, end, inner, "label", read_annotation(inner))
            return


def _pairs(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Brackets that close, outer ones first, whatever their kinds (（…] closes too); and those that never do."""
    open_at: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(text):
        if char in _OPEN:
            open_at.append(index)
        elif char in _CLOSE and open_at:
            pairs.append((open_at.pop(), index))
    pairs.sort()
    return pairs, open_at


def _read_inner(text: str, start: int, end: int, inner: str) -> Annotation | None:
    label = UNIT_LABEL.search(inner)
    if label:
        return Annotation(start, end, inner, "label", read_annotation(inner))
    kind = _likely_kind(text, start, end, inner)
    if kind is None:
        return None
    reading = read_annotation(inner)
    is_sure = reading.is_plausible
    if kind == "bare":
        is_behind_sentence = start > 0 and text[start - 1] in _SENTENCE_ENDS
        is_sure = (
            is_sure and reading.names_a_unit and (is_behind_sentence or _ends_sentence(text, end, reading))
        )
    elif kind == "clause":
        is_sure = is_sure and any(is_office(unit.mention) for unit in reading.units)
    return Annotation(start, end, inner, kind, reading) if is_sure else None


def _likely_kind(text: str, start: int, end: int, inner: str) -> Kind | None:
    """What brackets without a label may be, by their words and their place."""
    plain = inner.rstrip("。；; ")
    parts = [part for part, _ in cut(plain)]
    is_verbal = bool(_PARTING_VERB.search(plain) or any(_VERB_AT_END.search(part) for part in parts))
    if not _stands_apart(text, start, end):
        is_duty = is_verbal and _DUTY_ALONE.fullmatch(plain)
        return "clause" if is_duty and _parts_clauses(text, start, end) else None
    # 市财政局、市教育局，2025年底前完成: the date is no part of a name.
    others = "，".join(part for part in parts if not is_deadline(part))
    if is_verbal:
        return "verb"
    return "bare" if _UNITS_ONLY.fullmatch(others) else None


def _ends_sentence(text: str, end: int, reading: AnnotationReading) -> bool:
    """…开放数据（市数据局、市财政局）。 counts where several offices are named and nothing else."""
    offices = [unit for unit in reading.units if is_office(unit.mention)]
    is_end = not text[end : end + 1] or text[end] in _SENTENCE_ENDS
    return (
        is_end
        and len(offices) > 1
        and all(unit in offices or unit.mention.is_group for unit in reading.units)
    )


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Between sentences or at an end, and not within one: （由市财政局负责）， is part of what is said."""
    # Slices are short: a line may hold a whole book.
    before, after = text[max(start - _NEAR, 0) : start].rstrip()[-1:], text[end : end + _NEAR].lstrip()[:1]
    return not before or before in _SENTENCE_ENDS or not after or after in _SENTENCE_ENDS or after in _OPEN


def _parts_clauses(text: str, start: int, end: int) -> bool:
    """Beside a comma: …，（市人社局负责）对…, or …（市人社局负责），对…."""
    return text[max(start - 1, 0) : start] in tuple("，,；;") or text[end : end + 1] in tuple("，,；;")


def _labelled(text: str, bracketed: list[Annotation]) -> Iterator[Annotation]:
    """责任单位：… at the start of a paragraph, or behind a sentence or a space, outside brackets."""
    position = ahead = 0
    while label := UNIT_LABEL.search(text, position):
        position = label.end()
        while ahead < len(bracketed) and bracketed[ahead].end <= label.start():
            ahead += 1
        if ahead < len(bracketed) and bracketed[ahead].start <= label.start():
            position = max(position, bracketed[ahead].end)
            continue
        near = text[max(label.start() - _NEAR, 0) : label.start()]
        before = near.rstrip("　 ")[-1:]
        is_first = not before or not re.search(r"\w", near) or near[-1:] in " 　\t\n"
        if not (is_first or before in _SENTENCE_ENDS or before in _PARTING_MARKS or before in _CLOSE):
            continue
        end = _end_of_labelled(text, label.start(), label.end())
        inner = text[label.start() : end]
        position = end
        yield Annotation(label.start(), end, inner, "label", read_annotation(inner))


def _end_of_labelled(text: str, start: int, after_label: int) -> int:
    limit = min(len(text), start + _LONGEST)
    found = _AFTER_LABEL.match(text, after_label, limit)
    return found.end() if found else limit


def _without_overlap(found: list[Annotation]) -> list[Annotation]:
    kept: list[Annotation] = []
    for annotation in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or annotation.start >= kept[-1].end:
            kept.append(annotation)
    return kept
