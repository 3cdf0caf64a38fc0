"""What an office may write into a mail template, and what is refused by name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import now as clock_now
from tracker.config import Settings
from tracker.errors import TemplateRefusedError
from tracker.mail.template_check import GRAMMAR
from tracker.mail.template_environment import packaged_environment, packaged_text
from tracker.mail.template_samples import sample_letter
from tracker.mail.template_variables import VARIABLES
from tracker.mail.templates import KINDS, PARTS, check_part, packaged_part, trial_templates
from tracker.template_check import check_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KIND = "reminder"


def refusal(settings: Settings, text: str, part: str = "body.txt") -> TemplateRefusedError:
    with pytest.raises(TemplateRefusedError) as refused:
        check_part(settings, KIND, part, text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("{{ ''.__class__ }}", 1, "__class__"),
        ("一\n{{ ''['__class__'] }}", 2, "__class__"),
        ("{{ to_name.__init__.__globals__ }}", 1, "__globals__"),
        ("一\n二\n{{ cycler.__init__ }}", 3, "__init__"),
        ("{{ cycler('a') }}", 1, "cycler"),
        ("{{ range(10) }}", 1, "range"),
        ("{{ lipsum() }}", 1, "lipsum"),
        ("{{ namespace() }}", 1, "namespace"),
        ("{% for x in cycler %}{% endfor %}", 1, "cycler"),
        ("{{ to_name|safe }}", 1, "safe"),
        ("{{ to_name|attr('x') }}", 1, "attr"),
        ("{{ parts|map(attribute='__class__')|join }}", 1, "__class__"),
        ("{{ parts|map('attr', 'x')|join }}", 1, "map"),
        ("{% autoescape false %}{{ to_name }}{% endautoescape %}", 1, "autoescape"),
        ("\n{% for x in range(9) %}{% endfor %}", 2, "循环"),
        ("{% for x in 'abc' %}{% endfor %}", 1, "循环"),
        ("{% for x in parts recursive %}{{ loop(x.tasks) }}{% endfor %}", 1, "递归"),
        ("{% for a in parts %}" * 4 + "{% endfor %}" * 4, 1, "3"),
        ("{{ to_name.upper() }}", 1, "upper"),
        ("{{ site.link('/') }}", 1, "link"),
        ("{{ 'x' * 999999999 }}", 1, "*"),
        ("{{ 9 ** 9 ** 9 }}", 1, "**"),
        ("{{ to_name ~ to_name }}", 1, "~"),
        ("{{ 'a'|indent(999999999) }}", 1, "indent"),
        ("{{ _('%(x)999999999s', x=1) }}", 1, "_()"),
        ("{{ _(to_name) }}", 1, "_()"),
        ("{{ nobody }}", 1, "nobody"),
        ("{% if nobody.knows %}{% endif %}", 1, "nobody"),
        ("{% macro button() %}{{ button() }}{% endmacro %}", 1, "button"),
        ("{% include 'mail/reminder/body.txt' %}", 1, "mail/reminder/body.txt"),
        ("{% include '/etc/passwd' %}", 1, "passwd"),
        ("{% import 'mail/macros.html' as m %}{{ m }}", 1, "import"),
        ("{% set site = 1 %}{% set button = to_name %}", 1, "button"),
        ("{% if %}", 1, "语法"),
        ("一\n{{ to_name", 2, "语法"),
        ("", 1, "空"),
        ("a\n\x00", 2, "控制字符"),
        ("字" * (GRAMMAR.longest + 1), 1, str(GRAMMAR.longest)),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", 1, "语法"),
        ("{{ " + "9" * 5000 + " }}", 1, "语法"),
    ],
)  # fmt: skip
def test_refused_by_name_and_line(settings: Settings, text: str, line: int, named: str) -> None:
    error = refusal(settings, text)
    assert str(error).startswith(f"第 {line} 行：")
    assert named in str(error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", PARTS)
def test_the_packaged_words_pass_their_own_check(settings: Settings, kind: str, part: str) -> None:
    check_part(settings, kind, part, packaged_part(kind, part))


@pytest.mark.parametrize("name", sorted(GRAMMAR.shared))
def test_the_shared_pieces_pass_too(settings: Settings, name: str) -> None:
    environment = packaged_environment(settings, for_html=True)
    check_template(packaged_text(name), environment, GRAMMAR, defines_macros=name == "mail/macros.html")


class _Recorder:
    """Stands where the templates stand, and keeps what a mail gives them."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def render(self, _kind: str, context: Mapping[str, Any]) -> Any:
        self.given = set(context)
        raise LookupError


@pytest.mark.parametrize("kind", KINDS)
def test_the_named_variables_are_those_that_are_given(settings: Settings, kind: str) -> None:
    recorder = _Recorder()
    with pytest.raises(LookupError):
        sample_letter(kind, recorder, settings, clock_now())  # type: ignore[arg-type]
    assert set(VARIABLES[kind]) == recorder.given


def _render(settings: Settings, text: str, part: str) -> None:
    check_part(settings, KIND, part, text)
    sample_letter(KIND, trial_templates(settings, {f"mail/{KIND}/{part}": text}), settings, clock_now())


# Each step makes four of one: a few are allowed, sixty would fill the memory.
def _grown(steps: int) -> str:
    first = "{% set a0 = parts[0].list_title %}"
    return first + "".join(f"{{% set a{n + 1} = _('%(x)s%(x)s%(x)s%(x)s', x=a{n}) %}}" for n in range(steps))


_LOOPS = "{% for x in a6 %}{% for y in a6 %}{% for z in a6 %}{% endfor %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        _grown(60),
        _grown(6) + _LOOPS,
        "{{ parts[0].link" + "|replace('/', '////////////////////')" * 30 + " }}",
        "{% for x in parts %}{% for y in parts %}" + "{{ a6 }}" * 1000 + "{% endfor %}{% endfor %}",
    ],
)
def test_what_grows_without_end_is_stopped(settings: Settings, text: str) -> None:
    with pytest.raises(TemplateRefusedError, match="已停止"):
        _render(settings, text if "set a0" in text else _grown(6) + text, "body.txt")


_PIECES = st.sampled_from(
    ["{{ ", " }}", "{% ", " %}", "{% for x in parts %}", "{% endfor %}", "{% if count %}", "{% endif %}", "{% else %}",
     "parts", "count", "x", "x.tasks", ".", "[0]", "['a']", "|", "|join('、')", "|length", "|indent(2)", "|first",
     "_('%(a)s', a=", ")", "(", "'", '"', "1", " in ", " < ", "-", "not ", "{# ", " #}", "{% set y = ", "loop.index",
     "{% trans %}", "{% endtrans %}", "{% raw %}", "{% endraw %}", "{% block content %}", "{% endblock %}", "\n", "%",
     "{% call heading() %}", "{% endcall %}", "{% extends 'mail/layout.html' %}", "{% include 'mail/why.txt' %}",
     "{{ parts[0].unit }}", "{{ to_name }}", "__class__", "self", "super()", "caller()", "none", "is defined", "文"]
)  # fmt: skip


@given(text=st.lists(_PIECES | st.text(max_size=5), max_size=14).map("".join), part=st.sampled_from(PARTS))
def test_whatever_is_typed_is_used_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, part: str
) -> None:
    settings = _settings(tmp_path_factory)
    with suppress(TemplateRefusedError):
        _render(settings, text, part)


def _settings(factory: pytest.TempPathFactory, found: list[Path] = []) -> Settings:  # noqa: B006 - made once
    if not found:
        found.append(factory.mktemp("templates"))
    return Settings(root=found[0])
