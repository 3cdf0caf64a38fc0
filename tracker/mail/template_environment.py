"""Jinja for mails: sandboxed, and with an allowance of what one rendering may loop over and write.

The packaged templates run here too; `template_check` is asked only about texts of the office.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tracker.errors import TemplateRefusedError
from tracker.i18n import mark, translations
from tracker.mail.template_check import check_template
from tracker.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
    from pathlib import Path

    from tracker.config import Settings

# In characters, over all three parts of a mail. One that names 1,215 tasks takes a tenth of it.
ALLOWANCE: Final = 10_000_000
_TURN: Final = 20
_LONGEST_TEXT: Final = 100_000
_ROUNDS: Final = "counted rounds"
_TOO_MUCH: Final = mark("内容过长或循环过多，已停止")
_left: ContextVar[int] = ContextVar("_left", default=ALLOWANCE)


@contextmanager
def allowance() -> Iterator[None]:
    """What is rendered inside may together write and loop over so much. Beyond it TemplateRefusedError is raised."""
    token = _left.set(ALLOWANCE)
    try:
        yield
    finally:
        _left.reset(token)


class MailEnvironment(ImmutableSandboxedEnvironment):
    """Counts what calls give back, what is written and how often loops turn."""

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805, PYI063 - as in Jinja
        result = super().call(__context, __obj, *args, **kwargs)
        if isinstance(result, str):
            _charge(len(result))
        return result


def mail_environment(settings: Settings, own: Mapping[str, str], *, for_html: bool) -> MailEnvironment:
    """`own` are the office's texts by template name, "" for the packaged one. Then come its files, then the package.

    With `for_html` everything given to a template is escaped.
    """
    return _environment(
        settings, MailLoader(settings.at_root(settings.paths.templates), own), for_html=for_html
    )


def packaged_environment(settings: Settings, *, for_html: bool) -> MailEnvironment:
    return _environment(settings, MailLoader(None, {}), for_html=for_html)


class MailLoader(BaseLoader):
    """Gives the text that counts. What the office wrote is checked first: raises TemplateRefusedError."""

    def __init__(self, folder: Path | None, own: Mapping[str, str]) -> None:
        self._folder = folder
        self._own = own

    def text_of(self, name: str) -> tuple[str, bool]:
        """The text, and whether it is the office's. Raises TemplateNotFound."""
        packaged = packaged_text(name)
        text = self._own[name] if name in self._own else self._from_file(name)
        return (text, True) if text and text != packaged else (packaged, False)

    def _from_file(self, name: str) -> str:
        if self._folder is None:
            return ""
        try:
            return (self._folder / name).read_text("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateRefusedError(
                line=1, reason=str(error).replace("{", "(").replace("}", ")")
            ) from error

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as in Jinja
    ) -> Template:
        text, is_own = self.text_of(name)
        if is_own:
            tree = check_template(text, environment, defines_macros=name == "mail/macros.html")
        else:
            tree = environment.parse(text)
        for loop in tree.find_all(nodes.For):
            _count(loop)
        # The template's name as the file name: a fault is then found by it in the traceback.
        code = environment.compile(tree, name, name)
        return environment.template_class.from_code(
            environment, code, environment.make_globals(globals), self._is_unchanged(name, text)
        )

    def _is_unchanged(self, name: str, text: str) -> Callable[[], bool]:
        """A file that somebody edits is read anew."""

        def ask() -> bool:
            try:
                return self.text_of(name)[0] == text
            except (TemplateNotFound, TemplateRefusedError):
                return False

        return ask


def packaged_text(name: str) -> str:
    """Raises TemplateNotFound."""
    try:
        return (bundled("templates") / name).read_text("utf-8")
    except FileNotFoundError as error:
        raise TemplateNotFound(name) from error


def _environment(settings: Settings, loader: BaseLoader, *, for_html: bool) -> MailEnvironment:
    environment = MailEnvironment(
        loader=loader,
        autoescape=for_html,
        undefined=StrictUndefined,
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalog = translations(settings.site.language)
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["site"] = settings.site
    environment.filters |= {name: _bounded(found) for name, found in environment.filters.items()}
    environment.filters[_ROUNDS] = _rounds
    return environment


def _bounded(found: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that makes a text longer is charged for it, and one text is not made longer without end."""
    place = 1 if hasattr(found, "jinja_pass_arg") else 0

    @wraps(found)
    def apply(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as in Jinja
        if isinstance(args[place], str) and len(args[place]) > _LONGEST_TEXT:
            raise TemplateRefusedError(line=1, reason=_TOO_MUCH)
        result = found(*args, **kwargs)
        if isinstance(result, str):
            _charge(len(result))
        return result

    return apply


def _count(loop: nodes.For) -> None:
    """Each turn costs what its body holds: an empty loop ends too."""
    body = sum(len(found.data) for found in loop.find_all(nodes.TemplateData))
    cost = nodes.Const(_TURN + body, lineno=loop.lineno)
    loop.iter = nodes.Filter(loop.iter, _ROUNDS, [cost], [], None, None, lineno=loop.lineno)


def _rounds(items: Iterable[Any], cost: int) -> Iterator[Any]:
    for item in items:
        _charge(cost)
        yield item


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
    _charge(len(value) if isinstance(value, str) else _TURN)
    return value


def _charge(cost: int) -> None:
    left = _left.get() - cost
    if left < 0:
        raise TemplateRefusedError(line=1, reason=_TOO_MUCH)
    _left.set(left)
