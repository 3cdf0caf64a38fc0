"""Where an account begins: what was drafted and published of a round, and of the half-years and years of a list."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.documents.draft_circular import KIND_LABELS, draft_circular, draft_summary
from tracker.actions.documents.read_accounts import rounds_in_span
from tracker.domain.periods import parse_period
from tracker.domain.rates import Rates
from tracker.domain.spans import spans_of
from tracker.errors import NotFoundError
from tracker.models import CircularKind, key
from tracker.store.circulars import drafts_of, open_draft, published_of, superseded_among
from tracker.store.lists import list_by_slug, rules_of
from tracker.store.rounds import round_by_name, rounds_of
from tracker.web.forms import CheckedForm, line_field
from tracker.web.rendering import redirect
from tracker.web.rounds.round_card import round_card
from tracker.web.rounds.round_pages import round_in_sight
from tracker.web.visits import signed_in
from tracker.web.words import period_in_words

router = APIRouter()

_OF_A_ROUND: Final = (CircularKind.REPORT, CircularKind.CIRCULAR)


@router.get("/rounds/{slug}/{period}/account")
def show_accounts(request: Request, slug: str, period: str) -> Response:
    """What was published of the round; to coordinators also the drafts, and the way to a new one."""
    with signed_in(request) as visit:
        task_list, reporting_round = round_in_sight(visit, slug, period)
        published = published_of(visit.session, key(task_list), reporting_round.period)
        drafts = drafts_of(visit.session, key(task_list), reporting_round.period)
        return visit.page(
            "pages/round_accounts.html",
            card=round_card(visit, task_list, reporting_round, Rates()),
            kinds=[
                (
                    kind.value,
                    visit.gettext(KIND_LABELS[kind]),
                    next((draft for draft in drafts if draft.kind is kind), None),
                    [one for one in published if one.kind is kind],
                )
                for kind in _OF_A_ROUND
            ],
            superseded=superseded_among(visit.session, [key(one) for one in published]),
        )


@router.post("/rounds/{slug}/{period}/account")
def begin_account(request: Request, slug: str, period: str, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list, reporting_round = round_by_name(visit.session, slug, period)
        kind = line_field(form, "kind") or CircularKind.REPORT.value
        if kind not in _OF_A_ROUND:
            raise NotFoundError
        draft = draft_circular(
            visit.session,
            visit.actor,
            visit.settings,
            task_list,
            reporting_round,
            CircularKind(kind),
            visit.now,
        )
        return redirect(f"/circulars/{key(draft)}")


@router.get("/lists/{slug}/summaries")
def show_summaries(request: Request, slug: str) -> Response:
    """The half-years and years of which there are rounds, with what was drafted and published of each."""
    with signed_in(request) as visit:
        if not visit.actor.sees_all:
            raise NotFoundError
        task_list = list_by_slug(visit.session, slug)
        rhythm = rules_of(task_list).period_type
        periods = [parse_period(found.period, rhythm) for found in rounds_of(visit.session, task_list)]
        spans = sorted({span for period in periods for span in spans_of(period)}, reverse=True)
        published = {
            span: [
                one
                for one in published_of(visit.session, key(task_list), span.key)
                if one.kind is CircularKind.SUMMARY
            ]
            for span in spans
        }
        return visit.page(
            "pages/summaries.html",
            task_list=task_list,
            spans=[
                (
                    span.key,
                    period_in_words(span, visit.gettext),
                    [
                        period_in_words(parse_period(found.period, rhythm), visit.gettext)
                        for found in rounds_in_span(visit.session, task_list, span)
                    ],
                    open_draft(visit.session, key(task_list), span.key, CircularKind.SUMMARY),
                    published[span],
                )
                for span in spans
            ],
            superseded=superseded_among(
                visit.session, [key(one) for found in published.values() for one in found]
            ),
        )


@router.post("/lists/{slug}/summaries")
def begin_summary(request: Request, slug: str, form: CheckedForm) -> Response:
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, slug)
        draft = draft_summary(
            visit.session, visit.actor, visit.settings, task_list, line_field(form, "span"), visit.now
        )
        return redirect(f"/circulars/{key(draft)}")
