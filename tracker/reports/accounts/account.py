"""A round as the office gives account of it: upward (报告), to the units (通报), or over several rounds (总结).

The one input of the Word file, its page and the PDF. Nothing is put into it before every sum agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tracker.domain.numerals import in_chinese
from tracker.domain.texts import visible
from tracker.i18n import mark
from tracker.reports import wording
from tracker.reports.accounts.account_counts import (
    add_up,
    agree,
    by_kind,
    comparison,
    counts_of,
    progress_of,
    rounds_of,
    rounds_sentence,
    together,
)
from tracker.reports.accounts.account_tasks import history_lines, indicator_lines, measure_blocks, stuck_lines
from tracker.reports.accounts.account_units import best_units, faults_by_kind, proposals_of, ranking_tables
from tracker.reports.indicator_wording import date_in_words
from tracker.reports.ranking import formula, rankings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from tracker.reports.accounts.account_lines import (
        BestUnits,
        Counts,
        HistoryLine,
        IndicatorLine,
        KindCounts,
        KindFaults,
        MeasureBlock,
        Progress,
        Proposals,
        RankingTable,
        RoundLine,
        StuckLine,
    )
    from tracker.reports.data import RoundReport
    from tracker.reports.wording import Gettext

# What the office writes itself, by the name that it is stored under; each may be left out.
OWN_WORDS: Final = {
    "addressee": mark("主送"),
    "overall": mark("总体情况"),
    "praise": mark("表扬"),
    "next_steps": mark("下一步工作"),
    "copies_to": mark("抄送"),
}
# A title within 《》 has its own as 〈〉, and what is within those as 《》 again (GB/T 15834-2011).
_QUOTED: Final = str.maketrans("《》〈〉", "〈〉《》")
# What somebody may type behind names and the documents write themselves.
_STOPS: Final = " \t\r\n　：:。.；;"


@dataclass(frozen=True, slots=True)
class Heading:
    """`kind` is report, circular or summary. `number` and `issued_on` are None for a draft."""

    kind: str
    title: str
    number: int | None
    year: int
    edition: int
    issuer: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that a template may print. `overall`, `praise` and `next_steps` are the office's paragraphs.

    `rounds_counts` are those of all `rounds` together. `progress` is None where the list asks for no assessment;
    `comparison` is "" where there is no earlier round or this one is not due yet. `is_final` is of a round that is
    closed. `list_title` is as it stands within 《》.
    `praise_ordinal` follows the ordinals of `faults`.
    """

    kind: str
    title: str
    issue: str
    year: int
    edition: int
    edition_note: str
    issuer: str
    issued_on: str
    is_draft: bool
    is_final: bool
    list_title: str
    part: str
    period: str
    due: str
    as_of: str
    task_count: int
    unit_count: int
    addressee: str
    copies_to: str
    overall: tuple[str, ...]
    praise: tuple[str, ...]
    next_steps: tuple[str, ...]
    counts: Counts
    sentence: str
    comparison: str
    kinds: tuple[KindCounts, ...]
    rounds: tuple[RoundLine, ...]
    rounds_counts: Counts
    rounds_sentence: str
    progress: Progress | None
    measures: tuple[MeasureBlock, ...]
    indicators: tuple[IndicatorLine, ...]
    stuck: tuple[StuckLine, ...]
    faults: tuple[KindFaults, ...]
    praise_ordinal: str
    rankings: tuple[RankingTable, ...]
    formula: tuple[str, ...]
    best: tuple[BestUnits, ...]
    proposals: Proposals
    history: tuple[HistoryLine, ...]


def account_of(report: RoundReport, words: Mapping[str, str], heading: Heading, gettext: Gettext) -> Account:
    """`words` are the office's own, by a name of `OWN_WORDS`. Raises FiguresDisagreeError."""
    rankings = rankings_of(report)
    rounds = rounds_of(report)
    to_print = _without_proposals(report) if heading.kind == "circular" else report
    printed = rankings_of(to_print)
    faults = faults_by_kind(report, gettext)
    account = Account(
        kind=heading.kind,
        title=visible(heading.title),
        issue=gettext("第{number}期").format(number=heading.number or "　"),
        year=heading.year,
        edition=heading.edition,
        edition_note=gettext("更正第{edition}版").format(edition=heading.edition)
        if heading.edition > 1
        else "",
        issuer=visible(heading.issuer),
        issued_on=date_in_words(heading.issued_on.isoformat(), gettext)
        if heading.issued_on
        else gettext("　　年　月　日"),
        is_draft=heading.number is None,
        is_final=report.is_closed,
        list_title=visible(report.list_title).translate(_QUOTED),
        part=visible(report.part),
        period=report.period_label,
        due=_moment(report.due_at, gettext),
        as_of=_moment(report.as_of, gettext),
        task_count=len(report.tasks),
        unit_count=sum(1 for unit in report.units if unit.rates.expected),
        addressee=_names(words, "addressee"),
        copies_to=_names(words, "copies_to"),
        overall=_paragraphs(words, "overall"),
        praise=_paragraphs(words, "praise"),
        next_steps=_paragraphs(words, "next_steps"),
        counts=counts_of(report.rates),
        sentence=wording.counts_sentence(report.rates, gettext),
        comparison=comparison(report, rounds, gettext),
        kinds=by_kind(report, gettext),
        rounds=rounds,
        rounds_counts=counts_of(together([*(one.rates for one in report.past_rounds), report.rates])),
        rounds_sentence=rounds_sentence(report, gettext),
        progress=progress_of(report, gettext),
        measures=measure_blocks(report, gettext),
        indicators=indicator_lines(report, gettext),
        stuck=stuck_lines(report, gettext),
        faults=faults,
        praise_ordinal=in_chinese(len(faults) + 1),
        rankings=ranking_tables(report, printed, gettext),
        formula=formula(to_print.scoring, gettext),
        best=best_units(rankings, gettext),
        proposals=proposals_of(printed, gettext),
        history=history_lines(report, gettext),
    )
    _check(account, report)
    return account


def _check(account: Account, report: RoundReport) -> None:
    """What was counted in different ways is the same. Raises FiguresDisagreeError."""
    whole = account.counts
    add_up(mark("各类单位之和"), (kind.counts for kind in account.kinds), mark("全部"), whole)
    add_up(mark("各项措施之和"), (block.counts for block in account.measures), mark("全部"), whole)
    add_up(mark("各期之和"), (one.counts for one in account.rounds), mark("各期合计"), account.rounds_counts)
    expected = sum(len(task.entries) for task in report.tasks) - whole.exempt
    agree(mark("逐项列出的应报项数"), expected, mark("应报"), whole.expected)
    ranked = sum(len(table.rows) + len(table.waiting) for table in account.rankings)
    agree(mark("排名与待排名的单位数之和"), ranked, mark("应报的单位数"), account.unit_count)


def _without_proposals(report: RoundReport) -> RoundReport:
    """Cards and interviews are drafts for the leaders; what goes to the units holds none, whoever's template prints it."""
    rules = {"yellow_below": Decimal(0), "red_below": Decimal(0), "interview_after": 0}
    return replace(report, scoring=report.scoring.model_copy(update=rules))


def _moment(at: datetime, gettext: Gettext) -> str:
    """2024年10月10日10:00, as a document writes it."""
    return gettext("{day}{time}").format(
        day=date_in_words(at.date().isoformat(), gettext), time=f"{at:%H:%M}"
    )


def _names(words: Mapping[str, str], name: str) -> str:
    """To whom it goes, without the stop that the document sets itself."""
    return visible(words.get(name, "")).rstrip(_STOPS)


def _paragraphs(words: Mapping[str, str], name: str) -> tuple[str, ...]:
    lines = (visible(line).strip() for line in words.get(name, "").splitlines())
    return tuple(line for line in lines if line)
