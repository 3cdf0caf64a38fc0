"""A text that waits for its reviewer, as the pages show it: plain values, passages cut for marking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.text_diff import difference
from tracker.domain.text_flags import FlagKind
from tracker.i18n import mark
from tracker.models import ReviewOutcome, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from tracker.actions.review.compile_review import ReviewCard
    from tracker.domain.near_copies import Place
    from tracker.domain.states import ObligationState
    from tracker.domain.text_diff import Piece
    from tracker.domain.text_flags import Flag
    from tracker.models import Finding, OrgUnit, ProgressUpdate, Review
    from tracker.store.review_texts import Said

    Gettext = Callable[[str], str]

OUTCOME_LABELS: Final = {
    ReviewOutcome.RETURNED: mark("退回"),
    ReviewOutcome.ENDORSED: mark("初审通过"),
    ReviewOutcome.ACCEPTED: mark("通过"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text; marked where a flag speaks of it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class FlagView:
    """`other` is the text that this one is like, where the page does not show it anyway."""

    words: str
    other_label: str
    other: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class WordView:
    """What somebody said of a version; `by_unit` is the unit above, "" for the office."""

    outcome: ReviewOutcome
    label: str
    by_unit: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EarlierView:
    number: int
    at: datetime
    text: str
    is_nil: bool
    words: tuple[WordView, ...]


@dataclass(frozen=True, slots=True)
class SaidView:
    """A reported value; `last` and `target` are "" where there is none."""

    name: str
    value: str
    last: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What the reviewer had typed into a card that is shown again, and what was wrong with it: with the reason of a
    return, or with why the text says nothing."""

    reason: str = ""
    phrases: frozenset[str] = frozenset()
    error: str = ""
    nothing_said: str = ""
    finding_error: str = ""


@dataclass(frozen=True, slots=True)
class CardView:
    id: int
    version: int
    number: str
    title: str
    content: str
    measure: str
    unit: str
    state: ObligationState
    is_nil: bool
    is_late: bool
    at: datetime
    by: str
    via: str
    text: tuple[Stretch, ...]
    length: int
    last: tuple[Stretch, ...]
    last_is_nil: bool
    assessment: str
    remark: str
    said: tuple[SaidView, ...]
    files: Sequence[str]
    flags: tuple[FlagView, ...]
    words: tuple[WordView, ...]
    earlier: tuple[EarlierView, ...]
    changes: tuple[Piece, ...]
    typed: Typed
    finding: Finding | None


def card_view(
    card: ReviewCard, gettext: Gettext, *, has_remark: bool, typed: Typed, finding: Finding | None = None
) -> CardView:
    """`has_remark` is whether the reader is whom remarks are for; `finding` counts against the obligation."""
    obligation, task, unit = card.row
    update, earlier = card.update, card.versions[1:]
    like_last = [flag for flag in card.flags if flag.kind is FlagKind.LIKE_LAST]
    text = update.nil_reason or update.text
    before = _text(earlier[0].update) if earlier else ""
    return CardView(
        id=key(obligation),
        version=update.version,
        number=task.number,
        title=task.title,
        content=task.content,
        measure=card.measure.title if card.measure else "",
        unit=unit.name,
        state=obligation.state,
        is_nil=bool(update.nil_reason),
        is_late=not obligation.is_on_time,
        at=update.submitted_at,
        by=update.filed_by,
        via=update.via,
        text=stretches(text, (place for flag in card.flags for place in flag.places)),
        length=len(text),
        last=_last(card.last, like_last),
        last_is_nil=bool(card.last and card.last.nil_reason),
        assessment=gettext(ASSESSMENT_LABELS[update.assessment]) if update.assessment else "",
        remark=update.remark if has_remark else "",
        said=tuple(_said(said, gettext) for said in card.said),
        files=card.files,
        flags=tuple(_flag(flag, gettext) for flag in card.flags),
        words=_words(card.versions[0].reviews, gettext),
        earlier=tuple(
            EarlierView(
                version.update.version,
                version.update.submitted_at,
                _text(version.update),
                bool(version.update.nil_reason),
                _words(version.reviews, gettext),
            )
            for version in earlier
        ),
        changes=difference(before, text) if earlier else (),
        typed=typed,
        finding=finding,
    )


def stretches(text: str, places: Iterable[Place]) -> tuple[Stretch, ...]:
    """`text` in order, cut where a place begins or ends; places may overlap."""
    found: list[Stretch] = []
    done = 0
    for start, end in sorted(places):
        start, end = max(start, done), min(end, len(text))  # noqa: PLW2901 - cut to what is left of the text
        if start >= end:
            continue
        if start > done:
            found.append(Stretch(text[done:start], is_marked=False))
        found.append(Stretch(text[start:end], is_marked=True))
        done = end
    if done < len(text):
        found.append(Stretch(text[done:], is_marked=False))
    return tuple(found)


def _text(update: ProgressUpdate) -> str:
    return update.nil_reason or update.text


def _last(last: ProgressUpdate | None, like_last: Sequence[Flag]) -> tuple[Stretch, ...]:
    if last is None:
        return ()
    return stretches(_text(last), (place for flag in like_last for place in flag.other_places))


def _flag(flag: Flag, gettext: Gettext) -> FlagView:
    other = flag.other if flag.kind is not FlagKind.LIKE_LAST else None
    if other is None:
        return FlagView(flag.worded(gettext), "", ())
    return FlagView(flag.worded(gettext), other.label, stretches(other.text, flag.other_places))


def _said(said: Said, gettext: Gettext) -> SaidView:
    unit = said.indicator.unit
    last = ""
    if said.last is not None:
        last = gettext("{value}（{period}）").format(value=_number(said.last, unit), period=said.last_period)
    return SaidView(
        said.indicator.name, _number(said.value.value, unit), last, said.target, said.value.reason
    )


def _number(value: Decimal, unit: str) -> str:
    return f"{value:f} {unit}".strip()


def _words(reviews: Sequence[tuple[Review, OrgUnit | None]], gettext: Gettext) -> tuple[WordView, ...]:
    return tuple(
        WordView(
            review.outcome,
            gettext(OUTCOME_LABELS[review.outcome]),
            above.name if above else "",
            review.reviewed_by,
            review.reviewed_at,
            review.reason,
        )
        for review, above in reviews
    )
