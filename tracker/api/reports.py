"""The data of a round's report: counts, texts page by page, rankings, and the flat table as CSV."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from tracker.actions.documents.compile_entries import compile_page
from tracker.actions.documents.compile_report import compile_head, compile_report
from tracker.actions.documents.render_report import MEDIA_TYPES
from tracker.actions.review.rank_units import rank_units
from tracker.api.access import ApiContext, Caller, Context, Name, round_in_scope
from tracker.api.language import language_of
from tracker.api.report_answers import (
    DeductionAnswer,
    KindRankingAnswer,
    RankedAnswer,
    RankingsAnswer,
    ReportAnswer,
    ReportEntriesAnswer,
    ReportEntryAnswer,
    StruckOutAnswer,
    WaitingAnswer,
)
from tracker.domain.actors import Actor
from tracker.i18n import translations
from tracker.reports.csv import csv_lines
from tracker.reports.data import RoundReport
from tracker.reports.json import entry_json, head_json, task_json
from tracker.reports.ranking import KindRanking, RankedUnit, formula

router = APIRouter(prefix="/rounds/{list}/{period}", tags=["报送数据"])

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
After = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,18}-[0-9]{1,18}$", description="`next` of the page before; the first without it."
    ),
]


@router.get("/report", summary="一个报送期的汇总数据")
def report(context: Context, actor: Caller, list: Name, period: Name) -> ReportAnswer:  # noqa: A002 - the address says {list}
    """The figures of units, tasks and earlier rounds, and the indicators; to a unit's key its own."""
    found = _compiled(context, actor, list, period, is_head=True)
    return ReportAnswer.model_validate(
        head_json(found) | {"tasks": [task_json(task) for task in found.tasks]}
    )


@router.get("/report/entries", summary="逐项报送内容（分页）")
def entries(
    context: Context,
    actor: Caller,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
    limit: Limit = 100,
    after: After = None,
) -> ReportEntriesAnswer:
    """What was filed, one entry an obligation, in the order of the tasks; to a unit's key its own."""
    now = context.now()
    task_id, _, unit_id = (after or "0-0").partition("-")
    with context.database.reading() as session:
        task_list, reporting_round = round_in_scope(session, actor, list, period)
        page = compile_page(
            session,
            context.settings,
            reporting_round,
            limit=limit,
            after=(int(task_id), int(unit_id)),
            unit_id=_own(actor),
        )
        return ReportEntriesAnswer(
            list=task_list.slug,
            period=reporting_round.period,
            as_of=now.astimezone(context.settings.site.zone),
            entries=tuple(
                ReportEntryAnswer.model_validate(
                    entry_json(entry) | {"task_id": task.id, "task": task.number}
                )
                for task, entry in page.entries
            ),
            next=f"{page.next[0]}-{page.next[1]}" if page.next else None,
        )


@router.get("/report.csv", summary="逐项报送内容（CSV）", response_class=StreamingResponse)
def report_csv(
    context: Context,
    actor: Caller,
    request: Request,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
) -> StreamingResponse:
    """The flat table, one line an obligation, for Excel: UTF-8 with its mark, formulas escaped."""
    found = _compiled(context, actor, list, period)
    language = language_of(request.headers, context.settings.site.language)
    lines = csv_lines(found, translations(language).gettext)
    name = quote(f"{found.list_slug}-{found.period}.csv", safe="")
    return StreamingResponse(
        (line.encode() for line in lines),
        media_type=MEDIA_TYPES["csv"],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/rankings", summary="排名与得分")
def rankings(
    context: Context,
    actor: Caller,
    request: Request,
    list: Name,  # noqa: A002 - the address says {list}
    period: Name,
) -> RankingsAnswer:
    """Scores as they stand now, with all that explains them; to a unit's key its own score."""
    now = context.now()
    with context.database.reading() as session:
        task_list, reporting_round = round_in_scope(session, actor, list, period)
        found = rank_units(session, context.settings, reporting_round, now)
        language = language_of(request.headers, context.settings.site.language)
        return RankingsAnswer(
            list=task_list.slug,
            period=reporting_round.period,
            as_of=now.astimezone(context.settings.site.zone),
            scoring=context.settings.scoring,
            formula=formula(context.settings.scoring, translations(language).gettext),
            rankings=tuple(
                answer for ranking in found if (answer := _ranking(ranking, actor)).rows or answer.waiting
            ),
        )


def _compiled(
    context: ApiContext,
    actor: Actor,
    list: str,  # noqa: A002 - as in the addresses
    period: str,
    *,
    is_head: bool = False,
) -> RoundReport:
    """The report as the actor may see it, with `is_head` possibly without its entries."""
    now = context.now()
    own = _own(actor)
    with context.database.reading() as session:
        task_list, reporting_round = round_in_scope(session, actor, list, period)
        if own is None:
            compiler = compile_head if is_head else compile_report
            return compiler(session, context.settings, task_list, reporting_round, now)
        found = compile_report(session, context.settings, task_list, reporting_round, now, unit_id=own)
    # The unit's own indicators are with its obligations; these have values of others among their points.
    tasks = [replace(task, units_text="") for task in found.tasks]
    return replace(found, tasks=tuple(tasks), indicators=())


def _own(actor: Actor) -> int | None:
    """The unit that a key is held to; -1, which is none, for a key of a unit's role without one."""
    if actor.sees_all:
        return None
    return -1 if actor.unit_id is None else actor.unit_id


def _ranking(ranking: KindRanking, actor: Actor) -> KindRankingAnswer:
    own = _own(actor)
    return KindRankingAnswer(
        kind=ranking.kind,
        rows=tuple(_row(row, actor) for row in ranking.rows if own in (None, row.unit.id)),
        waiting=tuple(
            WaitingAnswer(unit_id=one.unit.id, unit=one.unit.name, not_due=one.not_due, due_at=one.due_at)
            for one in ranking.waiting
            if own in (None, one.unit.id)
        ),
    )


def _row(row: RankedUnit, actor: Actor) -> RankedAnswer:
    return RankedAnswer(
        place=row.place if actor.sees_all else None,
        unit_id=row.unit.id,
        unit=row.unit.name,
        score=row.score,
        deductions=tuple(
            DeductionAnswer(fault=one.fault, count=one.count, points=one.points) for one in row.deductions
        ),
        struck_out=tuple(StruckOutAnswer(fault=fault, count=count) for fault, count in row.struck_out),
        extended_to=row.unit.extended_to,
        card=row.card if actor.sees_all else None,
        is_to_be_interviewed=row.is_to_be_interviewed if actor.sees_all else None,
    )
