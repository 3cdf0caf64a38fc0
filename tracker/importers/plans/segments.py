"""The annotated pieces of an item: what is to be done, and the annotation that says who does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.annotation_units import read_annotation
from tracker.importers.plans.annotations import (
    Annotation,
    find_annotations,
    find_sentences,
    is_annotation_alone,
)
from tracker.importers.plans.labels import SIDE_LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.importers.plans.annotation_units import AnnotationReading
    from tracker.importers.plans.lines import Line
    from tracker.importers.plans.outline import Item

# Text above an annotation that is still its own; an item with more paragraphs than this is no one task.
_FARTHEST: Final = 12
# No annotation is longer: it bounds the work on hostile text.
_LONGEST: Final = 1500
_LONGEST_HEADING: Final = 40
_LOOSE: Final = "；;，,。、 　\n"
_COMMAS: Final = "，,；;"
_NEAR: Final = 20


@dataclass(frozen=True, slots=True)
class Segment:
    """One task's text and annotation; `where` is the line it starts in, `nth` counts those of the item from 1."""

    item: Item
    content: str
    annotation: Annotation
    where: str
    nth: int
    of: int

    @property
    def reading(self) -> AnnotationReading:
        return self.annotation.reading


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the annotations in it."""

    line: Line
    annotations: tuple[Annotation, ...]


@dataclass(slots=True)
class _Group:
    """A paragraph, with the annotations that follow it in lines of their own."""

    line: Line
    text: str
    annotations: list[Annotation]
    below: list[str] = field(default_factory=list)


def annotate(items: Sequence[Item]) -> list[list[Paragraph]]:
    """The annotations of every item's paragraphs, of the kinds that the document makes a habit of."""
    found = [
        [Paragraph(line, tuple(find_annotations(line.text))) for line in item.paragraphs] for item in items
    ]
    kinds = [a.kind for paragraphs in found for paragraph in paragraphs for a in paragraph.annotations]
    if any(kind in ("label", "verb") for kind in kinds) or len(kinds) > 1:
        return found
    found = [
        [
            Paragraph(line, tuple(find_sentences(line.text, may_be_all=index > 0)))
            for index, line in enumerate(item.paragraphs)
        ]
        for item in items
    ]
    named = (a.reading.names_a_unit for ps in found for paragraph in ps for a in paragraph.annotations)
    # One sentence like 市财政局负责。 may stand anywhere; several are a habit.
    return found if sum(named) > 1 else [[Paragraph(p.line, ()) for p in ps] for ps in found]


def segments_of(item: Item, paragraphs: Sequence[Paragraph], below: str = "") -> list[Segment]:
    """The tasks of one item: one for each annotation. `below` is the text of items that its annotation answers for."""
    groups = _groups(paragraphs)
    count = sum(len(group.annotations) for group in groups)
    if count == 0:
        return []
    if count == 1 and item.numbering is not None:
        index = next(index for index, group in enumerate(groups) if group.annotations)
        if index < _FARTHEST:
            return [_whole(item, groups, index, below)]
    pieces = _pieces(item, groups)
    return [
        Segment(item, content, annotation, where, nth, len(pieces))
        for nth, (content, annotation, where) in enumerate(pieces, start=1)
    ]


def _groups(paragraphs: Sequence[Paragraph]) -> list[_Group]:
    groups: list[_Group] = []
    beside: list[Paragraph] = []
    for paragraph in paragraphs:
        text, annotations = paragraph.line.text, list(paragraph.annotations)
        if not annotations and groups and SIDE_LABEL.match(text):
            beside.append(paragraph)
        elif groups and is_annotation_alone(text, annotations):
            _attach(groups[-1], [*beside, paragraph])
            beside = []
        else:
            _attach_or_keep(groups, beside)
            beside = []
            groups.append(_Group(paragraph.line, text, annotations))
    _attach_or_keep(groups, beside)
    for group in groups:
        _close(group)
    return groups


def _attach_or_keep(groups: list[_Group], beside: list[Paragraph]) -> None:
    """完成时限：… below an annotation belongs to it; alone it is text like any other."""
    if not beside:
        return
    if groups[-1].below or (groups[-1].annotations and _ends_annotated(groups[-1])):
        _attach(groups[-1], beside)
    else:
        groups += [_Group(paragraph.line, paragraph.line.text, []) for paragraph in beside]


def _ends_annotated(group: _Group) -> bool:
    return group.annotations[-1].end >= len(group.text.rstrip(_LOOSE))


def _attach(group: _Group, paragraphs: list[Paragraph]) -> None:
    """牵头单位：甲 and 配合单位：乙 in lines one below the other are one annotation."""
    for paragraph in paragraphs:
        is_one = len(paragraph.annotations) == 1
        group.below.append(paragraph.annotations[0].text if is_one else paragraph.line.text)


def _close(group: _Group) -> None:
    """Reads the lines below a paragraph as one annotation, with the one that the paragraph ends with."""
    if not group.below:
        return
    texts = group.below
    start = end = len(group.text)
    if group.annotations and _ends_annotated(group):
        before = group.annotations.pop()
        start, end = before.start, before.end
        texts = [before.text, *texts]
    words = "；".join(texts)[:_LONGEST]
    group.annotations.append(Annotation(start, end, words, "label", read_annotation(words)))


def _whole(item: Item, groups: Sequence[_Group], index: int, below: str) -> Segment:
    """An item with one annotation, in the group at `index`, is one task with all that stands above the annotation.

    Behind an annotated heading (（一）做实就业（责任单位：…）) what follows is the task's text as well.
    """
    group = groups[index]
    annotation = group.annotations[0]
    before = "\n".join((*(one.text for one in groups[:index]), group.text[: annotation.start])).strip(" 　\n")
    content = before + _rest(before, group.text[annotation.end :])
    behind = [one.text for one in groups[index + 1 :]] if index == 0 and _is_heading(content) else []
    content = "\n".join(text for text in (content, *behind, below) if text)
    return Segment(item, content.lstrip(_LOOSE), annotation, item.where, 1, 1)


def _rest(before: str, after: str) -> str:
    """What stands behind an annotation, with the comma that joins it to what stands `before`."""
    if not after.strip(_LOOSE):
        return ""
    joined = after if before and before[-1] not in _LOOSE else after.lstrip(_LOOSE)
    return joined.rstrip(_LOOSE if joined[-1:] != "。" else " 　\n")


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and "。" not in text.rstrip("。")


def _pieces(item: Item, groups: Sequence[_Group]) -> list[tuple[str, Annotation, str]]:
    """Text between annotations. Paragraphs in front of the first annotated one are the item's introduction."""
    found: list[tuple[str, Annotation, str]] = []
    waiting: list[tuple[str, str]] = []
    has_begun = False
    for group in groups:
        if not group.annotations:
            if has_begun and item.numbering is not None and len(waiting) < _FARTHEST:
                waiting.append((group.text, group.line.where))
            continue
        has_begun = True
        if item.numbering is None:
            waiting = []
        if not waiting and _stand_in_front(group):
            found += _pieces_behind(group)
            continue
        position = 0
        for annotation in group.annotations:
            own = group.text[position : annotation.start].lstrip(_LOOSE).rstrip(" 　\n，,；;、")
            waiting.append((own, group.line.where))
            texts = [(text, where) for text, where in waiting if text]
            where = texts[0][1] if texts else group.line.where
            found.append(("\n".join(text for text, _ in texts), annotation, where))
            waiting, position = [], annotation.end
        if (rest := group.text[position:].strip(_LOOSE)) and item.numbering is not None:
            waiting.append((rest, group.line.where))
    return found


def _stand_in_front(group: _Group) -> bool:
    """（市人社局负责）摸清底数，（市民政局负责）建立台账: each in front of what it speaks of."""
    text = group.text
    return all(
        one.kind in ("verb", "clause", "bare")
        and text[max(one.start - _NEAR, 0) : one.start].rstrip()[-1:] in ("", *_COMMAS)
        and text[one.end : one.end + 1] not in ("", *_LOOSE)
        for one in group.annotations
    )


def _pieces_behind(group: _Group) -> list[tuple[str, Annotation, str]]:
    ends = [*(one.start for one in group.annotations[1:]), len(group.text)]
    texts = [group.text[one.end : end] for one, end in zip(group.annotations, ends, strict=True)]
    texts[0] = group.text[: group.annotations[0].start] + texts[0]
    return [
        (text.strip(" 　\n，,；;、"), one, group.line.where)
        for text, one in zip(texts, group.annotations, strict=True)
    ]
