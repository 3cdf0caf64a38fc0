"""Invented accounts to try a template with: one in which everything there can be is there, and one with nothing at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tracker.i18n import mark
from tracker.reports.accounts.account import Account
from tracker.reports.accounts.account_lines import (
    BestUnits,
    Counts,
    HistoryLine,
    IndicatorLine,
    KindCounts,
    KindFaults,
    LeadLine,
    MeasureBlock,
    PeriodLine,
    Progress,
    Proposals,
    RankedLine,
    RankingTable,
    RoundLine,
    StuckLine,
    TaskLine,
    UnitLine,
)

if TYPE_CHECKING:
    from tracker.reports.wording import Gettext

_WORDS: Final = mark("（示例）文字和数字均为虚构")


def full_account(kind: str, gettext: Gettext) -> Account:
    """No field of it is empty."""
    words = gettext(_WORDS)
    counts = Counts(6, 5, 4, 1, 1, 1, 1, 1, 3, "83.3%", "66.7%")
    unit = UnitLine(words, 1, words, words)
    leads = (
        LeadLine(words, words, words, words, is_stuck=False),
        LeadLine(words, "", words, words, is_stuck=True),
    )
    task = TaskLine("1", words, leads, words)
    faults = KindFaults("一", words, counts, (unit,), (unit,), (unit,), (unit,), (unit,), (words,))
    return Account(
        kind=kind,
        title=gettext("（示例）标题"),
        issue=gettext("第{number}期").format(number=1),
        year=2024,
        edition=2,
        edition_note=gettext("更正第{edition}版").format(edition=2),
        issuer=gettext("（示例）发文单位"),
        issued_on="2024年10月15日",
        is_draft=True,
        is_final=True,
        list_title=words,
        part=words,
        period="2024年第三季度",
        due="2024年10月6日23:59",
        as_of="2024年10月14日09:00",
        task_count=1,
        unit_count=1,
        addressee=words,
        copies_to=words,
        overall=(words,),
        praise=(words,),
        next_steps=(words,),
        counts=counts,
        sentence=words,
        comparison=words,
        kinds=(KindCounts(words, 1, counts),),
        rounds=(
            RoundLine("2024年第二季度", counts, is_this=False),
            RoundLine("2024年第三季度", counts, is_this=True),
        ),
        rounds_counts=counts,
        rounds_sentence=words,
        progress=Progress(4, 1, 1, 1, 1, 1, 1, 1, words),
        measures=(MeasureBlock("一", words, words, counts, words, (task,)),),
        indicators=(IndicatorLine("1", words, words, words, words, words, words, words),),
        stuck=(StuckLine("一", "1", words, words, words, words),),
        faults=(faults,),
        praise_ordinal="二",
        rankings=(
            RankingTable(
                words,
                (RankedLine(1, words, "99.00", words, words, words, words, is_to_be_interviewed=True),),
                (unit,),
            ),
        ),
        formula=(words,),
        best=(BestUnits(words, words, 1, is_flawless=True, sentence=words),),
        proposals=Proposals(words, words, words),
        history=(HistoryLine("1", words, (PeriodLine("2024年第三季度", words, words, words),)),),
    )


def empty_account(kind: str, gettext: Gettext) -> Account:
    """The first round of a list without tasks, and an office that wrote nothing."""
    counts = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, "—", "—")
    return replace(
        full_account(kind, gettext),
        edition=1, edition_note="", is_draft=False, is_final=False, part="", task_count=0, unit_count=0, addressee="",
        copies_to="", overall=(), praise=(), next_steps=(), counts=counts, comparison="", kinds=(), rounds=(),
        progress=None, measures=(), indicators=(), stuck=(), faults=(), rankings=(), formula=(), best=(), praise_ordinal="一",
        proposals=Proposals("", "", ""), history=(),
    )  # fmt: skip
