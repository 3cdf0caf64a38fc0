"""A reviewer's desk: cards of what waits, and what the reviewer decides on them. The office and units above share it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tracker.actions.review.compile_review import compile_review
from tracker.actions.review.find_no_substance import find_no_substance, withdraw_finding
from tracker.actions.review.review_texts import Decision, Reviewed, review_texts
from tracker.domain.rates import Rates
from tracker.errors import InputError, InvalidValueError, NotFoundError, StateError
from tracker.i18n import mark
from tracker.models import Obligation, ReviewOutcome, Task, key
from tracker.store.conduct import findings_of
from tracker.store.review_queue import count_waiting, list_waiting
from tracker.store.rounds import round_rules
from tracker.web.forms import field, number_field
from tracker.web.pager import pager_of
from tracker.web.rendering import redirect
from tracker.web.review.review_cards import Typed, card_view
from tracker.web.review.review_filter import Asked, choices_of, read_query
from tracker.web.rounds.round_card import round_card
from tracker.web.words import NOTICES, period_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.datastructures import FormData
    from starlette.responses import Response

    from tracker.models import ReportingRound, TaskList
    from tracker.store.review_queue import ReviewFilter
    from tracker.web.review.review_cards import CardView
    from tracker.web.visits import Visit

_PAGE: Final = 18
_NOTHING: Final = "nothing_ticked"
# What is said above the next card; the address carries the key only.
_SAID: Final = {
    "accepted": mark("已通过。"),
    "endorsed": mark("初审通过，已转给统筹办公室审核。"),
    "returned": mark("已退回，已写邮件通知填报单位。"),
    "returned_untold": mark("已退回。该单位没有联系人，没有发邮件，请另行告知。"),
    "accepted_many": mark("已通过 {count} 项。"),
    "endorsed_many": mark("初审通过 {count} 项，已转给统筹办公室审核。"),
    "no_substance": NOTICES["no_substance"],
    "finding_withdrawn": NOTICES["finding_withdrawn"],
    _NOTHING: mark("没有勾选任何一项，没有改动。"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """`start` is all that may wait here, `outcome` what passing a text on means, `base` the page's address."""

    task_list: TaskList
    reporting_round: ReportingRound
    base: str
    start: ReviewFilter
    outcome: ReviewOutcome

    @property
    def is_office(self) -> bool:
        return self.outcome is ReviewOutcome.ACCEPTED


@dataclass(frozen=True, slots=True)
class Told:
    """What a page that answers a POST says of what it did not do."""

    refused: tuple[str, ...] = ()
    done: int = 0
    typed: Mapping[int, Typed] | None = None


def show_desk(visit: Visit, desk: Desk, *, told: Told | None = None, status: int = 200) -> Response:
    """The page of the queue that the address asks for."""
    told = told or Told()
    typed = told.typed or {}
    asked = read_query(visit.request.query_params, desk.start)
    count = count_waiting(visit.session, desk.reporting_round, asked.wanted)
    pager = pager_of(
        visit.request.query_params, count, _PAGE, lambda page: _address(desk, asked, f"page={page}")
    )
    rows = list_waiting(visit.session, desk.reporting_round, asked.wanted, limit=_PAGE, offset=pager.offset)
    found = compile_review(visit.session, visit.settings, desk.reporting_round, rows, within=desk.start.below)
    findings = findings_of(visit.session, desk.reporting_round) if desk.is_office else {}
    cards = [
        card_view(
            card,
            visit.gettext,
            has_remark=desk.is_office,
            typed=typed.get(key(card.row.obligation), Typed()),
            finding=findings.get(key(card.row.obligation)),
        )
        for card in found.cards
        if card.flags or not asked.is_flagged
    ]
    rules = round_rules(desk.reporting_round)
    is_above = asked.wanted.is_above
    said = "" if told.refused or told.typed else _said(visit)
    return visit.page(
        "pages/review.html",
        status=status,
        card=round_card(visit, desk.task_list, desk.reporting_round, Rates()),
        base=desk.base,
        here_again=_address(desk, asked, f"page={pager.number}"),
        confirm=_address(desk, asked, f"page={pager.number}", "/confirm"),
        is_office=desk.is_office,
        asked=asked,
        choices=choices_of(visit, desk.reporting_round, asked.wanted),
        count=count,
        count_above=_count_above(visit, desk) if desk.is_office and rules.gathers else None,
        count_here=count_waiting(visit.session, desk.reporting_round, desk.start),
        is_above=is_above and desk.is_office,
        cards=cards,
        hidden=len(found.cards) - len(cards),
        clean=[card.id for card in cards if not card.flags and not card.is_nil],
        phrases=visit.settings.review.phrases,
        limit=rules.character_limit,
        last_label=period_in_words(found.last_period, visit.gettext),
        pager=pager,
        told=told,
        said=said,
        at=_card_at(visit, cards),
    )


def decide(visit: Visit, desk: Desk, form: FormData) -> Response:
    """Carries out the button that was pressed, and leads to the next card; what could not be done is said."""
    asked = read_query(visit.request.query_params, desk.start)
    act, _, number = field(form, "act").partition("-")
    if act == "all":
        return _decide_many(visit, desk, asked, form)
    outcome = {"accept": desk.outcome, "return": ReviewOutcome.RETURNED}.get(act)
    obligation_id = _number(number)
    if obligation_id is not None and act in ("find", "withdraw"):
        return _find(visit, desk, asked, form, obligation_id, withdraws=act == "withdraw")
    if outcome is None or obligation_id is None:
        raise NotFoundError
    typed = _typed(visit, form, obligation_id)
    reason = "\n".join(filter(None, ("；".join(_in_order(visit, typed.phrases)), typed.reason.strip())))
    decision = Decision(obligation_id, number_field(form, f"version-{obligation_id}"), outcome, reason)
    reviewed = _review(visit, desk, [decision])
    if reviewed.refused:
        error = reviewed.refused[0].error
        if isinstance(error, InputError):
            again = Told(typed={obligation_id: replace(typed, error=_words_of(visit, error))})
            return show_desk(visit, desk, told=again, status=422)
        return show_desk(visit, desk, told=_told(visit, reviewed), status=409)
    said = {ReviewOutcome.ACCEPTED: "accepted", ReviewOutcome.ENDORSED: "endorsed"}.get(outcome, "returned")
    said += "_untold" if reviewed.untold else ""
    at = _next(form, obligation_id)
    fields = f"page={asked.page}&said={said}" + (f"&at={at}#card-{at}" if at else "")
    return redirect(_address(desk, asked, fields))


def ask_to_confirm(visit: Visit, desk: Desk, form: FormData) -> Response:
    """The list of what one button would pass on, as it stands now."""
    asked = read_query(visit.request.query_params, desk.start)
    name = "clean" if field(form, "which") == "clean" else "tick"
    versions = {number: number_field(form, f"version-{number}") for number in _numbers(form, name)}
    rows = (
        list_waiting(
            visit.session,
            desk.reporting_round,
            replace(desk.start, ids=tuple(versions), is_above=asked.wanted.is_above),
        )
        if versions
        else []
    )
    there = [row for row in rows if row.obligation.version == versions[key(row.obligation)]]
    if not versions:
        return redirect(_address(desk, asked, f"page={asked.page}&said={_NOTHING}"))
    found = compile_review(
        visit.session, visit.settings, desk.reporting_round, there, within=desk.start.below
    )
    return visit.page(
        "pages/review_confirm.html",
        card=round_card(visit, desk.task_list, desk.reporting_round, Rates()),
        is_office=desk.is_office,
        here_again=_address(desk, asked, f"page={asked.page}"),
        cards=[
            card_view(card, visit.gettext, has_remark=desk.is_office, typed=Typed()) for card in found.cards
        ],
        changed=len(versions) - len(there),
    )


def _decide_many(visit: Visit, desk: Desk, asked: Asked, form: FormData) -> Response:
    decisions = [
        Decision(number, number_field(form, f"version-{number}"), desk.outcome)
        for number in _numbers(form, "tick")
    ]
    reviewed = _review(visit, desk, decisions)
    if reviewed.refused:
        return show_desk(visit, desk, told=_told(visit, reviewed), status=409)
    said = "accepted_many" if desk.is_office else "endorsed_many"
    return redirect(_address(desk, asked, f"page={asked.page}&said={said}&count={len(reviewed.reviews)}"))


def _find(
    visit: Visit, desk: Desk, asked: Asked, form: FormData, obligation_id: int, *, withdraws: bool
) -> Response:
    """That the text of a card says nothing, or no more so. The card stays: it has still to be decided."""
    obligation = visit.session.get(Obligation, obligation_id)
    if not desk.is_office or obligation is None or obligation.round_id != desk.reporting_round.id:
        raise NotFoundError
    task = visit.session.get_one(Task, obligation.task_id)
    reason = field(form, f"nothing-{obligation_id}")
    try:
        if withdraws:
            withdraw_finding(visit.session, visit.actor, obligation, task, visit.now)
        else:
            version = number_field(form, f"version-{obligation_id}")
            find_no_substance(
                visit.session, visit.actor, obligation, task, reason, visit.now, version=version
            )
    except InputError as error:
        typed = Typed(nothing_said=reason, finding_error=_words_of(visit, error))
        return show_desk(visit, desk, told=Told(typed={obligation_id: typed}), status=422)
    except StateError as error:
        return show_desk(visit, desk, told=Told(refused=(error.worded(visit.gettext),)), status=409)
    said = "finding_withdrawn" if withdraws else "no_substance"
    fields = f"page={asked.page}&said={said}&at={obligation_id}#card-{obligation_id}"
    return redirect(_address(desk, asked, fields))


def _review(visit: Visit, desk: Desk, decisions: Sequence[Decision]) -> Reviewed:
    return review_texts(
        visit.session, visit.settings, visit.actor, desk.reporting_round, decisions, visit.now
    )


def _told(visit: Visit, reviewed: Reviewed) -> Told:
    words = tuple(
        visit.gettext("{unit}：{error}").format(
            unit=refused.unit.name, error=refused.error.worded(visit.gettext)
        )
        for refused in reviewed.refused
    )
    return Told(refused=words, done=len(reviewed.reviews))


def _words_of(visit: Visit, error: InputError) -> str:
    """Of a box that was left empty there is no value to quote."""
    if isinstance(error, InvalidValueError) and not error.fields["value"]:
        return visit.gettext(str(error.fields["reason"]))
    return error.worded(visit.gettext)


def _typed(visit: Visit, form: FormData, obligation_id: int) -> Typed:
    known = dict(enumerate(visit.settings.review.phrases))
    picked = [_number(str(found)) for found in form.getlist(f"phrase-{obligation_id}")]
    phrases = frozenset(known[number] for number in picked if number in known)
    return Typed(field(form, f"reason-{obligation_id}"), phrases)


def _in_order(visit: Visit, phrases: frozenset[str]) -> list[str]:
    return [phrase for phrase in visit.settings.review.phrases if phrase in phrases]


def _numbers(form: FormData, name: str) -> list[int]:
    """Raises NotFoundError for what is no number of a card."""
    found = [_number(str(value)) for value in form.getlist(name)]
    if any(number is None for number in found):
        raise NotFoundError
    return list(dict.fromkeys(number for number in found if number is not None))


def _next(form: FormData, obligation_id: int) -> int | None:
    """The card after the one that was decided, in the order of the page; the one before it at the end."""
    shown = [_number(name.removeprefix("version-")) for name in form if name.startswith("version-")]
    if obligation_id not in shown:
        return None
    place = shown.index(obligation_id)
    return next(iter(shown[place + 1 :] or shown[:place][-1:]), None)


def _number(text: str) -> int | None:
    """What may be the number of a card; None for anything else."""
    return number_field({"number": text}, "number")


def _said(visit: Visit) -> str:
    """What the address says was done; "" where it says nothing that is known."""
    query = visit.request.query_params
    text = _SAID.get(query.get("said", ""))
    return visit.gettext(text).format(count=number_field(query, "count") or 0) if text else ""


def _card_at(visit: Visit, cards: Sequence[CardView]) -> int | None:
    """Above which card it is said; None for above all of them."""
    at = number_field(visit.request.query_params, "at")
    return at if any(card.id == at for card in cards) else None


def _count_above(visit: Visit, desk: Desk) -> int:
    return count_waiting(visit.session, desk.reporting_round, replace(desk.start, is_above=True))


def _address(desk: Desk, asked: Asked, fields: str, act: str = "") -> str:
    query = asked.query
    return f"{desk.base}{act}?{query}{'&' if query else ''}{fields}"
