"""How far an annotation reaches: over its own item, or over the items below that have none of their own.

（一）深化改革 / 1．甲。 / 2．乙。 / 责任单位：市财政局 speaks of （一）, and so of 甲 and 乙.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tracker.importers.plans.annotations import is_annotation_alone
from tracker.importers.plans.labels import SIDE_LABEL
from tracker.importers.plans.lines import Line
from tracker.importers.plans.outline import speaks_of_aims
from tracker.importers.plans.segments import Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracker.importers.plans.outline import Item

_FEWEST_CHILDREN: Final = 2
# An annotation at the end of the last of several items speaks of all of them only where that is the document's habit.
_HABIT: Final = 2


@dataclass(slots=True)
class AnnotatedItem:
    """An item with its annotated paragraphs; `below` is the text of the items under it that it answers for."""

    item: Item
    paragraphs: list[Paragraph]
    below: str = ""

    @property
    def is_annotated(self) -> bool:
        return any(paragraph.annotations for paragraph in self.paragraphs)


def reach(items: Sequence[Item], paragraphs: Sequence[Sequence[Paragraph]]) -> list[AnnotatedItem]:
    """The items with their annotations, those moved to the item above that speak of it. Linear in the items."""
    found = [AnnotatedItem(item, list(own)) for item, own in zip(items, paragraphs, strict=True)]
    family = _Family(found)
    spoken_inline = []
    for parent, children in family.with_children():
        if not family.speaks_for_all(parent, children):
            continue
        if (own_lines := _own_lines(children[-1].paragraphs)) > 0:
            _move(parent, children[-1], len(children[-1].paragraphs) - own_lines)
        elif _ends_with_its_only(children[-1].paragraphs):
            spoken_inline.append((parent, children))
    if len(spoken_inline) >= _HABIT and not family.has_annotated_elder(spoken_inline[0][1][0]):
        for parent, children in spoken_inline:
            _cut_off(children[-1])
            _move(parent, children[-1], len(children[-1].paragraphs) - 1)
    _tell_below(found)
    return found


class _Family:
    """The items by parent, and which of them have an annotation anywhere below."""

    def __init__(self, found: Sequence[AnnotatedItem]) -> None:
        self._by_item = {id(one.item): one for one in found}
        self._children: dict[int, list[AnnotatedItem]] = {}
        self._annotated_at_or_below: set[int] = set()
        for one in found:
            if one.item.parent is not None:
                self._children.setdefault(id(one.item.parent), []).append(one)
            if one.is_annotated:
                self._annotated_at_or_below.update(id(item) for item in (*one.item.ancestors(), one.item))

    def with_children(self) -> list[tuple[AnnotatedItem, list[AnnotatedItem]]]:
        """Numbered items that have several below them."""
        return [
            (self._by_item[key], children)
            for key, children in self._children.items()
            if len(children) >= _FEWEST_CHILDREN and self._by_item[key].item.numbering is not None
        ]

    def speaks_for_all(self, parent: AnnotatedItem, children: Sequence[AnnotatedItem]) -> bool:
        """Whether the last item alone is annotated, none of the others and not what stands above them."""
        *elder, last = children
        is_last = last.is_annotated and not last.item.has_children
        return (
            is_last
            and not parent.is_annotated
            and not self._is_any_annotated(elder)
            and not any(speaks_of_aims(one.item.title) for one in elder)
        )

    def has_annotated_elder(self, example: AnnotatedItem) -> bool:
        """Whether items numbered like `example` are annotated one by one anywhere."""
        style = example.item.numbering.style if example.item.numbering else ""
        return any(
            self._is_any_annotated(children[:-1])
            for _, children in self.with_children()
            if children[0].item.numbering is not None and children[0].item.numbering.style == style
        )

    def _is_any_annotated(self, children: Sequence[AnnotatedItem]) -> bool:
        return any(id(one.item) in self._annotated_at_or_below for one in children)


def _own_lines(paragraphs: Sequence[Paragraph]) -> int:
    """How many paragraphs at the end hold annotations and nothing else; 0 where others are annotated too."""
    count = 0
    for paragraph in reversed(paragraphs):
        is_alone = is_annotation_alone(paragraph.line.text, list(paragraph.annotations))
        if not is_alone and not SIDE_LABEL.match(paragraph.line.text):
            break
        count += 1
    rest = paragraphs[: len(paragraphs) - count]
    is_only = bool(rest) and not any(paragraph.annotations for paragraph in rest)
    return count if is_only and any(paragraph.annotations for paragraph in paragraphs) else 0


def _ends_with_its_only(paragraphs: Sequence[Paragraph]) -> bool:
    annotations = [annotation for paragraph in paragraphs for annotation in paragraph.annotations]
    last = paragraphs[-1]
    is_last = len(annotations) == 1 and bool(last.annotations)
    return is_last and not last.line.text[annotations[0].end :].strip("。；; 　")


def _cut_off(child: AnnotatedItem) -> None:
    """The annotation at the end of `child` as a paragraph of its own."""
    last = child.paragraphs.pop()
    (annotation,) = last.annotations
    words = last.line.text[annotation.start : annotation.end]
    alone = replace(annotation, start=0, end=len(words))
    child.paragraphs.append(Paragraph(Line(last.line.text[: annotation.start].rstrip(), last.line.where), ()))
    child.paragraphs.append(Paragraph(Line(words, last.line.where), (alone,)))


def _move(parent: AnnotatedItem, child: AnnotatedItem, start: int) -> None:
    parent.paragraphs += child.paragraphs[start:]
    del child.paragraphs[start:]


def _tell_below(found: Sequence[AnnotatedItem]) -> None:
    """Gives every annotated item the text of those below it, unless one of them is annotated itself."""
    shared = {id(above) for one in found if one.is_annotated for above in one.item.ancestors()}
    for index, one in enumerate(found):
        if one.is_annotated and one.item.has_children and id(one.item) not in shared:
            below = takewhile(partial(_is_under, one.item), _behind(found, index))
            one.below = "\n".join(_text_of(other) for other in below)


def _behind(found: Sequence[AnnotatedItem], index: int) -> Iterator[AnnotatedItem]:
    return (found[later] for later in range(index + 1, len(found)))


def _is_under(above: Item, one: AnnotatedItem) -> bool:
    return any(ancestor is above for ancestor in one.item.ancestors())


def _text_of(one: AnnotatedItem) -> str:
    label = one.item.numbering.label if one.item.numbering else ""
    return label + "\n".join(paragraph.line.text for paragraph in one.paragraphs)
