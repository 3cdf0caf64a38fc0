"""tracker submit: files a text for a unit, with its 自评 and the values of its indicators."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.cli import site
from tracker.cli.terminal import gettext as _
from tracker.cli.terminal import say
from tracker.i18n import mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.assessment import Assessment
    from tracker.domain.reported_values import TypedValue

_LIST = typer.Argument(metavar="LIST", help=_("清单名称"), show_default=False)
_PERIOD = typer.Argument(help=_("报送期，如 2024Q3"), show_default=False)


def register(app: typer.Typer) -> None:
    app.command("submit", help=_("代一个单位报送一项进度"))(submit)


def submit(
    slug: Annotated[str, _LIST],
    period: Annotated[str, _PERIOD],
    unit: Annotated[str, typer.Option(help=_("单位"), show_default=False)],
    task: Annotated[str, typer.Option(help=_("任务序号"), show_default=False)],
    text: Annotated[str, typer.Option(help=_("进度文字；- 表示从标准输入读取"), show_default=False)],
    draft: Annotated[bool, typer.Option("--draft", help=_("只存草稿，不报送"))] = False,
    nil: Annotated[bool, typer.Option("--nil", help=_("报无进展，文字为理由"))] = False,
    assessment: Annotated[str | None, typer.Option(help=_("自评：提前、按序时、滞后、完成或未启动"))] = None,
    value: Annotated[
        list[str] | None, typer.Option(metavar="N=VALUE", help=_("指标的编号=数值，可以写几次"))
    ] = None,
    value_reason: Annotated[
        list[str] | None, typer.Option(metavar="N=TEXT", help=_("指标的编号=累计数减少的原因，可以写几次"))
    ] = None,
) -> None:
    from tracker import clock
    from tracker.actions.filing.file_progress import submit as submit_texts
    from tracker.actions.filing.filing import Filing
    from tracker.actions.filing.indicator_lines import named_values
    from tracker.actions.filing.save_draft import save_draft
    from tracker.models import key
    from tracker.store.indicators import asked_indicators
    from tracker.store.lists import task_by_number
    from tracker.store.rounds import round_by_name
    from tracker.store.units import unit_by_name

    content = _standard_input() if text == "-" else text
    judged = _assessment(assessment)
    typed = _typed_values(value or (), value_reason or ())
    with site.changing(site.settings()) as session:
        _, found = round_by_name(session, slug, period)
        filer = unit_by_name(session, unit)
        wanted = task_by_number(session, found.version_id, task)
        values = None
        if typed:
            asked = asked_indicators(session, found.version_id, [key(wanted)]).get(key(wanted), [])
            values = named_values(wanted, asked, typed)
        if draft:
            saved = save_draft(
                session, site.actor(), found, filer, wanted, content, clock.now(),
                is_nil=nil, assessment=judged, values=values,
            )  # fmt: skip
            say(mark("草稿已保存。") if saved else mark("草稿已清空。"))
            return
        filing = Filing(wanted, content, is_nil=nil, assessment=judged, values=values)
        outcome = submit_texts(session, site.actor(), found, filer, [filing], clock.now())
    # Outside the transaction: a refused text stays as a draft.
    for refusal in outcome.refused:
        raise refusal.error
    assert outcome.receipt is not None  # noqa: S101 - what is not refused has a receipt
    say("{unit} 第 {task} 项已报送，回执 {number}", unit=filer.name, task=wanted.number,
        number=outcome.receipt.number)  # fmt: skip


def _assessment(word: str | None) -> Assessment | None:
    """Named as on the pages (按序时), or as in the API (on_schedule)."""
    from tracker.domain.assessment import ASSESSMENT_LABELS, Assessment
    from tracker.errors import InvalidValueError

    if word is None:
        return None
    names = {found.value: found for found in Assessment}
    for found, label in ASSESSMENT_LABELS.items():
        names |= {label: found, _(label): found}
    if word not in names:
        reason = mark("应为提前、按序时、滞后、完成或未启动")
        raise InvalidValueError(field="--assessment", value=word, reason=reason)
    return names[word]


def _typed_values(values: Iterable[str], reasons: Iterable[str]) -> list[tuple[int, TypedValue]]:
    """By the indicators' numbers in the list."""
    from tracker.domain.reported_values import TypedValue
    from tracker.errors import InvalidValueError

    def pairs(option: str, texts: Iterable[str]) -> list[tuple[int, str]]:
        found = []
        for text in texts:
            number, sign, rest = text.partition("=")
            if not (sign and number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004
                reason = mark("应形如 3=1234.5，等号前是指标的编号")
                raise InvalidValueError(field=option, value=text, reason=reason)
            found.append((int(number), rest))
        return found

    said = pairs("--value", values)
    why = dict(pairs("--value-reason", reasons))
    if lost := set(why) - {number for number, _text in said}:
        reason = mark("没有为这个指标写 --value")
        raise InvalidValueError(field="--value-reason", value=min(lost), reason=reason)
    return [(number, TypedValue(text, why.get(number, ""))) for number, text in said]


def _standard_input() -> str:
    from tracker.errors import InvalidValueError

    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError(field="--text", value="-", reason=_("标准输入不是 UTF-8 编码")) from error
