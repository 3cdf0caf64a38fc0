"""The reporting rules of a list: changed by a form, after a look at what differs and which dates move."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.lists.change_rules import RuleFields, change_rules, fields_of, plan_rules
from tracker.actions.lists.wrong_choices import WrongChoicesError
from tracker.actions.rounds.plan_year import effect_of_rules
from tracker.domain.ladder_words import AUDIENCE_LABELS, rung_in_words
from tracker.errors import RulesChangedError
from tracker.http_status import status_of
from tracker.i18n import mark
from tracker.store.lists import list_by_slug, rules_of
from tracker.web.forms import CheckedForm, field, line_field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import PERIOD_TYPE_LABELS, period_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

    from tracker.domain.rules import ReportingRules
    from tracker.models import TaskList

router = APIRouter()

RULE_LABELS: Final = {
    "due_day": mark("截止日"),
    "due_month": mark("期后第几个月"),
    "due_dates": mark("各期截止日期"),
    "character_limit": mark("每项字数上限"),
    "filers": mark("由谁填报"),
    "mailbox": mark("报送邮箱"),
    "asks_assessment": mark("要求自评"),
    "gathers": mark("由上级单位汇总审核"),
    "ladder": mark("催报安排"),
    "remind_at": mark("催报时刻"),
    "open_before": mark("提前几个工作日开启"),
    "close_after": mark("截止后几个工作日关闭"),
}
_FILERS: Final = {"lead": mark("牵头单位"), "local": mark("任务点到的县、乡镇、村")}
_SITE_TIME: Final = mark("按全站的 {time}")


@router.get("/lists/{slug}/rules")
def show_rules(request: Request, slug: str) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, slug)
        return _form_page(visit, task_list, fields_of(rules_of(task_list)))


@router.post("/lists/{slug}/rules/preview")
def preview(request: Request, slug: str, form: CheckedForm) -> Response:
    """What differs and which dates move; nothing is stored. `again` comes back to the form with what was typed."""
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, slug)
        if field(form, "again"):
            return _form_page(visit, task_list, _typed(form))
        return _preview_page(visit, task_list, _typed(form))


@router.post("/lists/{slug}/rules")
def store(request: Request, slug: str, form: CheckedForm) -> Response:
    """Stores what was previewed; where the rules changed meanwhile, the preview comes again."""
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        task_list = list_by_slug(visit.session, slug)
        typed = _typed(form)
        try:
            change_rules(visit.session, visit.actor, task_list, typed, shown=field(form, "shown"))
        except (RulesChangedError, WrongChoicesError):
            return _preview_page(visit, task_list, typed, is_stale=True)
        return redirect(f"/lists/{task_list.slug}?done=rules_changed")


def _typed(form: FormData) -> RuleFields:
    lines = {
        name: line_field(form, name)
        for name in RULE_LABELS
        if name not in ("filers", "asks_assessment", "gathers")
    }
    return RuleFields(
        **lines,
        filers=tuple(value for value in form.getlist("filers") if isinstance(value, str)),
        asks_assessment=field(form, "asks_assessment") == "1",
        gathers=field(form, "gathers") == "1",
    )


def _form_page(
    visit: Visit, task_list: TaskList, typed: RuleFields, wrong: WrongChoicesError | None = None
) -> Response:
    rules = rules_of(task_list)
    return visit.page(
        "pages/list_rules.html",
        status=status_of(wrong) if wrong else 200,
        task_list=task_list,
        rules=rules,
        typed=typed,
        wrong={found.field: found.error.worded(visit.gettext) for found in wrong.wrong} if wrong else {},
        labels={name: visit.gettext(label) for name, label in RULE_LABELS.items()},
        period_type=visit.gettext(PERIOD_TYPE_LABELS[rules.period_type]),
        site_time=visit.settings.jobs.remind_at.strftime("%H:%M"),
        special=_special_rungs(rules, visit.gettext),
    )


def _special_rungs(rules: ReportingRules, gettext: Callable[[str], str]) -> list[tuple[str, list[str], str]]:
    """The rungs that say more than their day: whom they tell, in which words."""
    return [
        (
            rung_in_words(str(rung.offset), gettext),
            [gettext(AUDIENCE_LABELS[role]) for role in rung.audience or ()],
            rung.text,
        )
        for rung in rules.ladder
        if rung.audience or rung.text
    ]


def _preview_page(
    visit: Visit, task_list: TaskList, typed: RuleFields, *, is_stale: bool = False
) -> Response:
    try:
        change = plan_rules(task_list, typed)
    except WrongChoicesError as wrong:
        return _form_page(visit, task_list, typed, wrong)
    effect = effect_of_rules(visit.session, visit.settings, task_list, change.after, visit.now)
    return visit.page(
        "pages/list_rules_preview.html",
        status=409 if is_stale else 200,
        task_list=task_list,
        differences=[
            (
                visit.gettext(RULE_LABELS[name]),
                _in_words(visit, change.before, name),
                _in_words(visit, change.after, name),
            )
            for name in change.names
        ],
        shifts=[
            (shift, period_in_words(shift.period, visit.gettext), shift.event.worded(visit.gettext))
            for shift in effect.shifts
        ],
        missed=[period_in_words(period, visit.gettext) for period in effect.missed],
        typed=asdict(typed),
        shown=change.shown,
        is_stale=is_stale,
    )


def _in_words(visit: Visit, rules: ReportingRules, name: str) -> str:
    """One rule as people read it; "" for none."""
    gettext = visit.gettext
    value = getattr(rules, name)
    match name:
        case "filers":
            return gettext("、").join(gettext(_FILERS[role]) for role in sorted(value))
        case "ladder":
            return gettext("、").join(rung_in_words(str(rung.offset), gettext) for rung in value)
        case "due_dates":
            return gettext("、").join(value)
        case "remind_at":
            site_time = visit.settings.jobs.remind_at.strftime("%H:%M")
            return value.strftime("%H:%M") if value else gettext(_SITE_TIME).format(time=site_time)
        case "asks_assessment" | "gathers":
            return gettext("是") if value else gettext("否")
        case _:
            return "" if value is None else str(value)
