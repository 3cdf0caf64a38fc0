"""The tasks of an account: by measure with their leads' words, the stuck ones, the indicators, the periods gone by."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tracker.domain.assessment import ASSESSMENT_LABELS
from tracker.domain.numerals import in_chinese
from tracker.domain.progress_classes import CLASS_LABELS, class_of
from tracker.domain.states import FILED, ObligationState
from tracker.domain.stuck import REASON_LABELS, SLOW, StuckReason, stuck_reasons
from tracker.domain.texts import visible
from tracker.reports import wording
from tracker.reports.accounts.account_counts import counts_of, together
from tracker.reports.accounts.account_lines import (
    HistoryLine,
    IndicatorLine,
    LeadLine,
    MeasureBlock,
    PeriodLine,
    StuckLine,
    TaskLine,
)
from tracker.reports.accounts.account_units import extension_note
from tracker.reports.indicator_wording import date_in_words, with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.reports.data import PastText, ReportEntry, ReportIndicator, ReportTask, RoundReport
    from tracker.reports.wording import Gettext

# What a document puts before the title of a section or measure; the account numbers its headings itself. 1.5亿元,
# 5.15专项行动 and 3、5产业 begin with no number of their own.
_OWN_NUMBER: Final = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[．.、](?!\d))\s*"
)


def measure_blocks(report: RoundReport, gettext: Gettext) -> tuple[MeasureBlock, ...]:
    """In the order of the list; a list without measures is told by section, and one without either as a whole."""
    blocks: list[MeasureBlock] = []
    section = ""
    for (_measure_id, found_section), found in groupby(
        report.tasks, key=lambda task: (task.measure_id, task.section)
    ):
        tasks = tuple(found)
        counts = counts_of(together(task.rates for task in tasks))
        is_new = found_section != section
        section = found_section
        title = tasks[0].measure or tasks[0].section or report.list_title
        blocks.append(
            MeasureBlock(
                ordinal=in_chinese(len(blocks) + 1),
                section=visible(_OWN_NUMBER.sub("", section)) if is_new and tasks[0].measure else "",
                title=visible(_OWN_NUMBER.sub("", title)),
                counts=counts,
                sentence=_sentence(tasks, gettext),
                tasks=tuple(_task(task, report, gettext) for task in tasks),
            )
        )
    return tuple(blocks)


def _sentence(tasks: Sequence[ReportTask], gettext: Gettext) -> str:
    counted = wording.counts_sentence(together(task.rates for task in tasks), gettext)
    return gettext("任务{count}项，{counts}").format(count=len(tasks), counts=counted)


def _task(task: ReportTask, report: RoundReport, gettext: Gettext) -> TaskLine:
    leads = [entry for entry in task.entries if entry.role == "lead"]
    others = [entry for entry in task.entries if entry.role != "lead"]
    # Who gave the task away owes nothing for it any more, but what it had filed stays.
    leads = [entry for entry in leads if not wording.is_excused(entry, gettext)] or leads
    return TaskLine(
        number=visible(task.number),
        content=visible(task.content),
        leads=tuple(_lead(task, entry, report, gettext) for entry in leads),
        others=_others(others, gettext),
    )


def _lead(task: ReportTask, entry: ReportEntry, report: RoundReport, gettext: Gettext) -> LeadLine:
    found = class_of(entry.state, entry.assessment) if report.asks_assessment else None
    is_stuck = entry.state is not ObligationState.EXEMPT and bool(_reasons(task, entry, report))
    return LeadLine(
        unit=visible(entry.unit.name),
        words="" if is_stuck else visible(wording.filed_words(entry, gettext)),
        progress=gettext(CLASS_LABELS[found]) if found else "",
        note=_note(entry, report, gettext),
        is_stuck=is_stuck,
    )


def _note(entry: ReportEntry, report: RoundReport, gettext: Gettext) -> str:
    """逾期报送, 逾期未报, 未到期, 免报; "" for what came in time."""
    if entry.state is ObligationState.EXEMPT or wording.is_missing(entry):
        return wording.late_label(entry, report, gettext)
    return gettext("逾期报送") if entry.is_late else ""


def _others(entries: Sequence[ReportEntry], gettext: Gettext) -> str:
    expected = [entry for entry in entries if entry.state is not ObligationState.EXEMPT]
    if not expected:
        return ""
    filed = sum(entry.state in FILED for entry in expected)
    return gettext("其他责任单位应报{expected}项，已报{filed}项。").format(
        expected=len(expected), filed=filed
    )


def stuck_lines(report: RoundReport, gettext: Gettext) -> tuple[StuckLine, ...]:
    """The gravest first, then in the order of the list (`domain.stuck`), with the leads' own words."""
    found: list[tuple[ReportTask, ReportEntry | None, tuple[StuckReason, ...]]] = []
    for task in report.tasks:
        leads: list[ReportEntry | None] = [
            entry
            for entry in task.entries
            if entry.role == "lead" and entry.state is not ObligationState.EXEMPT
        ]
        found.extend(
            (task, lead, reasons) for lead in leads or [None] if (reasons := _reasons(task, lead, report))
        )
    rank = list(StuckReason)
    found.sort(key=lambda one: rank.index(one[2][0]))
    return tuple(
        _stuck(place, task, lead, reasons, gettext)
        for place, (task, lead, reasons) in enumerate(found, start=1)
    )


def _stuck(
    place: int,
    task: ReportTask,
    lead: ReportEntry | None,
    reasons: tuple[StuckReason, ...],
    gettext: Gettext,
) -> StuckLine:
    told = [gettext(REASON_LABELS[reason]) for reason in reasons]
    if lead and (note := extension_note(lead.unit, gettext)):
        told.append(note)
    return StuckLine(
        ordinal=in_chinese(place),
        number=visible(task.number),
        content=visible(task.content),
        lead=visible(lead.unit.name) if lead else "",
        reasons=wording.names(told, gettext),
        words=visible(wording.filed_words(lead, gettext)) if lead else "",
    )


def _reasons(task: ReportTask, lead: ReportEntry | None, report: RoundReport) -> tuple[StuckReason, ...]:
    extended_to = lead.unit.extended_to if lead else None
    return stuck_reasons(
        lead.state if lead else None,
        lead.assessment if lead else None,
        due_at=extended_to or report.due_at,
        is_extended=extended_to is not None,
        others_behind=sum(entry.role != "lead" and entry.assessment in SLOW for entry in task.entries),
        expected=task.rates.expected,
        now=report.as_of,
    )


def indicator_lines(report: RoundReport, gettext: Gettext) -> tuple[IndicatorLine, ...]:
    return tuple(_indicator(one, gettext) for one in report.indicators)


def _indicator(one: ReportIndicator, gettext: Gettext) -> IndicatorLine:
    note = ""
    if one.value is None and one.reporters:
        note = gettext("{count}个单位各自报数，不能相加").format(count=one.reporters)
    elif one.value is not None and not one.is_of_lead:
        note = gettext("{count}个单位合计").format(count=one.reporters)
    return IndicatorLine(
        task_number=visible(one.task_number),
        name=visible(one.name),
        target=visible(one.target_text),
        target_date=date_in_words(one.target_date, gettext),
        value="—" if one.value is None else with_unit(f"{one.value:f}", visible(one.unit), gettext),
        share=wording.percent(None if one.share is None else float(one.share)),
        period=one.period_label,
        note=note,
    )


def history_lines(report: RoundReport, gettext: Gettext) -> tuple[HistoryLine, ...]:
    """Every task with what its lead filed in the earlier rounds and in this one, the oldest first."""
    lines = []
    for task in report.tasks:
        periods = [_past(past, gettext) for past in reversed(task.past)]
        leads = [entry for entry in task.entries if entry.role == "lead"]
        for entry in [one for one in leads if not wording.is_excused(one, gettext)] or leads:
            words = wording.filed_words(entry, gettext) or wording.state_label(entry.state, gettext)
            label = gettext(ASSESSMENT_LABELS[entry.assessment]) if entry.assessment else ""
            periods.append(PeriodLine(report.period_label, visible(entry.unit.name), label, visible(words)))
        lines.append(HistoryLine(visible(task.number), visible(task.content), tuple(periods)))
    return tuple(lines)


def _past(past: PastText, gettext: Gettext) -> PeriodLine:
    words = past.words or wording.state_label(past.state, gettext)
    if past.state is ObligationState.NIL and past.words:
        words = wording.nil_words(past.words, gettext)
    label = gettext(ASSESSMENT_LABELS[past.assessment]) if past.assessment else ""
    return PeriodLine(past.period_label, visible(past.unit), label, visible(words))
