"""Templates show what they are given: no clock, no question to the database, no rule; and none is left unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from jinja2 import Environment, meta, nodes

from tests.example import OPENED_AT
from tests.reports.factory import Filed, TaskText, make_report
from tracker.domain.states import ObligationState
from tracker.mail.template_samples import sample_letter
from tracker.mail.templates import KINDS, PARTS, packaged_templates
from tracker.reports.accounts.account_html import render_account_html
from tracker.reports.accounts.account_samples import full_account
from tracker.reports.html import render_html
from tracker.resources import bundled
from tracker.templating import page_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.config import Settings

ROOT: Final = bundled("templates")
NAMES: Final = sorted(
    str(file.relative_to(ROOT)) for file in ROOT.rglob("*.*") if file.suffix in (".html", ".txt")
)

# How something is written, or what of it is shown.
FILTERS: Final = {
    *("visible", "moment", "day", "percent", "state", "letter", "mail_state", "via", "filesizeformat"),
    *("urlencode", "lower", "string", "indent", "replace", "truncate", "join"),
    *("length", "list", "map", "min", "select", "selectattr", "rejectattr", "sum", "unique"),
}
TESTS: Final = {"defined", "none", "sameas"}
FUNCTIONS: Final = {
    "_",
    "gettext",
    "ngettext",
    "asset",
    "caller",
    "namespace",
    "kind_label",
    "shown_state",
    "visible",
}
METHODS: Final = {"is_too_long", "items", "get", "values", "date", "strftime", "weekday", "partition"}
# Of these a template must not even know.
UNSEEN: Final = {"clock", "session", "database", "request", "settings", "query"}
# Where something is drawn, or a page before and after this one is named.
DRAWING: Final = {"macros/charts.html"}
TURNING: Final = {
    "macros/pager.html",
    "pages/calendar.html",
    "pages/list_calendar.html",
    "pages/obligation.html",
    "pages/obligations.html",
    "pages/search.html",
}
_COMPARING: Final = DRAWING | TURNING | {"pages/mails_resend.html"}
_ORDERED: Final = {"lt", "lteq", "gt", "gteq"}


def parsed(name: str) -> nodes.Template:
    return _parse((ROOT / name).read_text("utf-8"))


def _parse(source: str) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.filters |= dict.fromkeys(FILTERS, str)
    return environment.parse(source)


def own_names(template: nodes.Template) -> set[str]:
    """Macros, its own and those it imports."""
    found = {macro.name for macro in template.find_all(nodes.Macro)}
    for imported in template.find_all(nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in imported.names}
    return found


def forbidden_calls(template: nodes.Template) -> Iterator[str]:
    known = FUNCTIONS | own_names(template)
    for call in template.find_all(nodes.Call):
        match call.node:
            case nodes.Name(name=name) if name in known:
                pass
            case nodes.Getattr(attr=name) if name in METHODS:
                pass
            case other:
                yield f"line {call.lineno}: {other}"


def is_number(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, int)


def is_list(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.List) or (isinstance(node, nodes.CondExpr) and is_list(node.expr1))


def sums(template: nodes.Template) -> Iterator[str]:
    for sum_ in template.find_all(
        (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
    ):
        assert isinstance(sum_, nodes.BinExpr)
        if not (isinstance(sum_, nodes.Add) and is_list(sum_.left) and is_list(sum_.right)):
            yield f"line {sum_.lineno}: {sum_.operator}"


def comparisons(template: nodes.Template) -> Iterator[str]:
    """Of two values with each other. How many there are may be compared with a number: it is about looks."""
    for comparison in template.find_all(nodes.Compare):
        for operand in comparison.ops:
            if operand.op in _ORDERED and not is_number(operand.expr) and not is_number(comparison.expr):
                yield f"line {comparison.lineno}: {operand.op}"


@pytest.mark.parametrize("name", NAMES)
def test_only_what_shows_is_called(name: str) -> None:
    template = parsed(name)
    assert {found.name for found in template.find_all(nodes.Filter)} <= FILTERS
    assert {found.name for found in template.find_all(nodes.Test)} <= TESTS
    assert not list(forbidden_calls(template))
    assert not meta.find_undeclared_variables(template) & UNSEEN


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_reckoned(name: str) -> None:
    template = parsed(name)
    if name not in DRAWING | TURNING:
        assert not list(sums(template))
    if name not in _COMPARING:
        assert not list(comparisons(template))


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_is_rendered_in_all_its_parts(settings: Settings, kind: str) -> None:
    folder = {file.name for file in (ROOT / "mail" / kind).iterdir()}
    assert folder == set(PARTS)
    letter = sample_letter(kind, packaged_templates(settings), settings, OPENED_AT)
    assert letter.subject
    assert letter.text
    assert letter.html


def test_no_template_of_a_mail_lies_unused() -> None:
    names = {name for name in NAMES if name.startswith("mail/")}
    used = {f"mail/{kind}/{part}" for kind in KINDS for part in PARTS}
    for name in names:
        used |= {found for found in meta.find_referenced_templates(parsed(name)) if found}
    assert names == used


def test_every_part_of_the_report_pages_is_rendered(settings: Settings) -> None:
    environment = page_environment(settings)
    filed = [Filed("甲县", "已完成。"), Filed("乙县", state=ObligationState.PENDING)]
    render_html(make_report([(TaskText(content="内容"), filed)]), environment)
    render_account_html(full_account("report", str), environment)
    assert environment.cache is not None
    shown = {name for _, name in environment.cache}
    assert {name for name in NAMES if name.startswith("reports/")} <= shown


@pytest.mark.parametrize(
    "source",
    [
        "{{ now() }}",
        "{{ rows.all() }}",
        "{{ session }}",
        "{{ 1 + 1 }}",
        "{{ row.count * 2 }}",
        "{% if due > today %}late{% endif %}",
        "{% if row.count > sheet.limit %}over{% endif %}",
        "{{ rows | sort }}",
        "{% if row is divisibleby(2) %}even{% endif %}",
        "{{ lookup[name]() }}",
    ],
)
def test_the_check_sees(source: str) -> None:
    template = _parse(source)
    found = (
        {found.name for found in template.find_all(nodes.Filter)} - FILTERS
        or {found.name for found in template.find_all(nodes.Test)} - TESTS
        or list(forbidden_calls(template))
        or meta.find_undeclared_variables(template) & UNSEEN
        or list(sums(template))
        or list(comparisons(template))
    )
    assert found
