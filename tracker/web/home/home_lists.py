"""The first page of those who see all: what needs the coordinator now, the leader's open rounds, every list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tracker.actions.filing.filing_checks import takes_texts
from tracker.actions.rounds.open_round import covered_periods
from tracker.domain.instructions import InstructionState
from tracker.domain.rates import Rates
from tracker.i18n import mark
from tracker.mail.wording import on_one_line
from tracker.models import AppealState, IncomingState, ReportingRound, TaskList, key
from tracker.store.backlog import backlogs_of
from tracker.store.close_outs import asked_of
from tracker.store.conduct import count_appeals
from tracker.store.contacts import count_units_without_contact
from tracker.store.incoming import count_incoming
from tracker.store.instructions import count_instructions
from tracker.store.lists import all_lists
from tracker.store.rounds import open_rounds, rates_of_rounds, rounds_of
from tracker.store.workdays import work_calendar
from tracker.web.home.fresh_accounts import fresh_accounts
from tracker.web.rounds.backlog_view import backlog_view
from tracker.web.rounds.round_card import RoundCard, round_card
from tracker.web.words import period_in_words, round_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from starlette.responses import Response

    from tracker.web.visits import Visit

# Rounds of a list that are shown with their figures; a round due within so many working days is due soon.
_ROUNDS: Final = 6
_SOON: Final = 5
_TITLE: Final = 24


@dataclass(frozen=True, slots=True)
class ListCard:
    """A list, its newest rounds, how many older ones there are, and the periods that can still be opened (key and
    words), the newest first."""

    slug: str
    title: str
    rounds: tuple[RoundCard, ...]
    older: tuple[tuple[str, str], ...]
    unopened: tuple[tuple[str, str], ...]
    suggested: str


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the coordinator, and where it is done."""

    said: str
    href: str
    is_urgent: bool = False


def lists_home(visit: Visit) -> Response:
    rounds = {key(task_list): rounds_of(visit.session, task_list) for task_list in all_lists(visit.session)}
    running = [
        (found, task_list) for found, task_list in open_rounds(visit.session) if takes_texts(found, visit.now)
    ]
    shown = {key(found) for newest in rounds.values() for found in newest[:_ROUNDS]}
    rates = rates_of_rounds(visit.session, shown | {key(found) for found, _task_list in running})
    lists = [
        _list_card(visit, task_list, rounds[key(task_list)], rates) for task_list in all_lists(visit.session)
    ]
    if not visit.actor.is_coordinating:
        cards = [card for one in lists for card in one.rounds if card.is_open]
        return visit.page(
            "pages/home_leader.html",
            running=sorted(cards, key=_due),
            accounts=fresh_accounts(visit),
            lists=lists,
        )
    return visit.page("pages/home_lists.html", lists=lists, needs=list(_needs(visit, running, rates)))


def _due(card: RoundCard) -> tuple[object, str]:
    return card.due_at, card.slug


def _list_card(
    visit: Visit, task_list: TaskList, found: Sequence[ReportingRound], rates: Mapping[int, Rates]
) -> ListCard:
    opened = {reporting_round.period for reporting_round in found}
    unopened = [period for period in covered_periods(task_list) if period.key not in opened]
    # Offered first: the newest period that is over, which is the one to report on now.
    over = [period for period in unopened if period.shift(1).starts_on <= visit.now.date()]
    return ListCard(
        slug=task_list.slug,
        title=task_list.title,
        rounds=tuple(
            round_card(visit, task_list, reporting_round, rates.get(key(reporting_round), Rates()))
            for reporting_round in found[:_ROUNDS]
        ),
        older=tuple((card.period, card.label) for card in _bare(visit, task_list, found[_ROUNDS:])),
        unopened=tuple((period.key, period_in_words(period, visit.gettext)) for period in reversed(unopened)),
        suggested=(over[-1] if over else unopened[0]).key if unopened else "",
    )


def _bare(visit: Visit, task_list: TaskList, found: Iterable[ReportingRound]) -> Iterator[RoundCard]:
    return (round_card(visit, task_list, reporting_round, Rates()) for reporting_round in found)


def _needs(
    visit: Visit, running: Sequence[tuple[ReportingRound, TaskList]], rates: Mapping[int, Rates]
) -> Iterator[Need]:
    """What presses first."""
    gettext = visit.gettext
    yield from _due_soon(visit, running, rates)
    backlogs = backlogs_of(visit.session, [found for found, _task_list in running], rates)
    for found, task_list in running:
        backlog = backlog_view(visit, backlogs[key(found)])
        if backlog.count:
            waits = (
                mark("{round}：{count} 项待审核，最早的已等 {days} 个工作日")
                if backlog.days
                else mark("{round}：{count} 项待审核")
            )
            said = gettext(waits).format(
                round=_name(visit, task_list, found), count=backlog.count, days=backlog.days
            )
            yield Need(said, f"/rounds/{quote(task_list.slug)}/{found.period}/review")
    yield from _duties(visit)
    if quarantined := count_incoming(visit.session)[IncomingState.QUARANTINED]:
        said = gettext("{count} 封来件等待人工处理").format(count=quarantined)
        yield Need(said, "/mailbox?state=quarantined")
    if running and (unreached := count_units_without_contact(visit.session)):
        yield Need(gettext("{count} 个单位还没有联系人，催报发不到").format(count=unreached), "/contacts")


def _duties(visit: Visit) -> Iterator[Need]:
    """What units have said and nobody has decided: tasks that they hold to be finished, answers to instructions."""
    for task_list in all_lists(visit.session):
        if asked := len(asked_of(visit.session, key(task_list))):
            said = visit.gettext("{list}：{count} 项任务申请销号").format(
                list=on_one_line(task_list.title, _TITLE), count=asked
            )
            yield Need(said, f"/lists/{quote(task_list.slug)}/closeouts")
        if appealed := count_appeals(visit.session, task_list)[AppealState.ASKED]:
            said = visit.gettext("{list}：{count} 项申诉等待处理").format(
                list=on_one_line(task_list.title, _TITLE), count=appealed
            )
            yield Need(said, f"/lists/{quote(task_list.slug)}/appeals")
    today = visit.now.astimezone(visit.settings.site.zone).date()
    counts = count_instructions(visit.session, today)
    if answered := counts[InstructionState.ANSWERED]:
        said = visit.gettext("{count} 件批示已答复，等待办结").format(count=answered)
        yield Need(said, "/instructions?state=answered")
    if overdue := counts[InstructionState.OVERDUE]:
        said = visit.gettext("{count} 件批示过期没有答复").format(count=overdue)
        yield Need(said, "/instructions?state=overdue", is_urgent=True)


def _due_soon(
    visit: Visit, running: Iterable[tuple[ReportingRound, TaskList]], rates: Mapping[int, Rates]
) -> Iterator[Need]:
    zone = visit.settings.site.zone
    calendar = work_calendar(visit.session)
    today = visit.now.astimezone(zone).date()
    for found, task_list in running:
        missing = rates.get(key(found), Rates()).missing
        days = calendar.workdays_until(today, found.due_at.astimezone(zone).date())
        if missing and days <= _SOON:
            said = visit.gettext("{round}：{left}，未报 {count} 项").format(
                round=_name(visit, task_list, found), left=visit.time_left(found.due_at), count=missing
            )
            href = f"/rounds/{quote(task_list.slug)}/{found.period}/obligations?state=missing"
            yield Need(said, href, is_urgent=visit.now > found.due_at)


def _name(visit: Visit, task_list: TaskList, found: ReportingRound) -> str:
    """The round, with so much of its list's title as a line has room for."""
    title = on_one_line(task_list.title, _TITLE)
    return visit.gettext("{title} {round}").format(title=title, round=round_in_words(found, visit.gettext))
