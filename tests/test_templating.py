"""Words are put into a page's template when it is compiled; it says the same as if it looked them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError

from tracker.i18n import translations
from tracker.templating import page_environment

if TYPE_CHECKING:
    from tracker.config import Settings

# `_("首页")` and the others are in the English catalog.
SOURCES = (
    '{{ _("首页") }}',
    '{{ _("不在目录里<b>的话") }}',
    '{{ _("（") if is_own else _("）") }}{{ _("首页") ~ name }}',
    '{% set word = _("首页") %}{{ word }}{{ [word, name] | join(_("、")) }}',
    "{% trans label=name, count=3 %}{{ label }} {{ count }} 项{% endtrans %}",
    "{% trans name=name | upper %}已完成 50% 与 100%%：{{ name }}{% endtrans %}",
    '{% macro said(words) %}[{{ words }}]{% endmacro %}{{ said(_("首页")) }}',
    '<a title="{{ _("首页") }}">{% trans %}首页{% endtrans %}</a>',
    '{{ _("%(name)s 与 %(name)s", name=name) }}',
    '{{ _("首页") if not is_own }}',
    "{% trans count=2 %}{{ count }} one{% pluralize %}{{ count }} many{% endtrans %}",
)


def looking_up(language: str) -> Environment:
    """The same environment without what this is about."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("source", SOURCES)
def test_words_are_those_that_would_be_looked_up(settings: Settings, source: str, language: str) -> None:
    values = {"name": "<甲县> %(name)s 100%", "is_own": True}
    said = page_environment(settings, language).from_string(source).render(values)
    assert said == looking_up(language).from_string(source).render(values)
    assert "<甲县>" not in said


def test_words_are_in_the_compiled_template(settings: Settings) -> None:
    compiled = page_environment(settings, "en").compile('<b>{{ _("首页") }}</b>', raw=True)
    assert "<b>Home</b>" in compiled
    assert "首页" not in compiled


def test_a_value_that_is_missing_is_still_an_error(settings: Settings) -> None:
    template = page_environment(settings).from_string("{% trans %}{{ nobody }} 项{% endtrans %}")
    with pytest.raises(UndefinedError):
        template.render()
