"""Lists and rounds with their figures."""

from fastapi import APIRouter

from tracker.actions.filing.filing_checks import takes_texts
from tracker.actions.rounds.summarise_round import summarise_round
from tracker.api.access import Caller, Context, Name, round_in_scope, rounds_in_scope
from tracker.api.answers import ListAnswer, ListsAnswer, RoundAnswer, RoundFiguresAnswer, RoundsAnswer
from tracker.domain.rates import Rates
from tracker.models import TaskList, key
from tracker.store.lists import all_lists, rules_of
from tracker.store.rounds import round_rates, rounds_of
from tracker.store.unit_rounds import rates_of_unit

router = APIRouter(tags=["报送期"])


@router.get("/lists", summary="任务清单")
def lists(context: Context, actor: Caller) -> ListsAnswer:
    """Every list; to a unit's key those in which it owes something."""
    with context.database.reading() as session:
        own = rounds_in_scope(session, actor)
        slugs = None if own is None else {task_list.slug for task_list, _ in own}
        found = [
            _list(task_list) for task_list in all_lists(session) if slugs is None or task_list.slug in slugs
        ]
    return ListsAnswer(lists=tuple(found))


@router.get("/rounds", summary="报送期")
def rounds(context: Context, actor: Caller) -> RoundsAnswer:
    """Open and closed rounds with figures: of the whole round, or to a unit's key its own."""
    zone = context.settings.site.zone
    now = context.now()
    with context.database.reading() as session:
        found = rounds_in_scope(session, actor)
        if found is None:
            found = [
                (task_list, reporting_round)
                for task_list in all_lists(session)
                for reporting_round in rounds_of(session, task_list)
            ]
        answers = []
        own = rates_of_unit(session, actor.unit_id) if actor.unit_id else {}
        for task_list, reporting_round in found:
            if actor.sees_all:
                rates = round_rates(session, reporting_round)
            else:
                rates = own.get(key(reporting_round), Rates())
            locks_at, closed_at = reporting_round.locks_at, reporting_round.closed_at
            answers.append(
                RoundAnswer(
                    list=task_list.slug,
                    title=task_list.title,
                    period=reporting_round.period,
                    opened_at=reporting_round.opened_at.astimezone(zone),
                    due_at=reporting_round.due_at.astimezone(zone),
                    locks_at=locks_at.astimezone(zone) if locks_at else None,
                    closed_at=closed_at.astimezone(zone) if closed_at else None,
                    is_open=takes_texts(reporting_round, now),
                    expected=rates.expected,
                    filed=rates.filed,
                    on_time=rates.on_time,
                    late=rates.late,
                    nil=rates.nil,
                    exempt=rates.exempt,
                    returned=rates.returned,
                    accepted=rates.accepted,
                    completeness=rates.completeness,
                    timeliness=rates.timeliness,
                )
            )
    return RoundsAnswer(rounds=tuple(answers))


@router.get("/rounds/{list}/{period}", summary="一个报送期的数字")
def round_figures(context: Context, actor: Caller, list: Name, period: Name) -> RoundFiguresAnswer:  # noqa: A002 - the address says {list}
    """The figures by unit; to a unit's key its own and no other."""
    with context.database.reading() as session:
        task_list, reporting_round = round_in_scope(session, actor, list, period)
        unit_id = None if actor.sees_all else actor.unit_id
        summary = summarise_round(session, context.settings, task_list, reporting_round, unit_id)
    return RoundFiguresAnswer.model_validate(summary.to_json())


def _list(task_list: TaskList) -> ListAnswer:
    rules = rules_of(task_list)
    return ListAnswer(
        list=task_list.slug,
        title=task_list.title,
        period_type=rules.period_type,
        due_day=rules.due_day,
        character_limit=rules.character_limit,
        first_period=task_list.first_period,
        last_period=task_list.last_period,
    )
