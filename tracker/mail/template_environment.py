"""Jinja for mails: sandboxed and counted (`tracker.template_allowance`).

The packaged templates run here too; `template_check` is asked only about texts of the office.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound

from tracker.errors import TemplateRefusedError
from tracker.i18n import translations
from tracker.mail.template_check import GRAMMAR
from tracker.resources import bundled
from tracker.template_allowance import BoundedEnvironment, count_loops
from tracker.template_check import check_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from pathlib import Path

    from tracker.config import Settings

# In characters, over all three parts of a mail. One that names 1,215 tasks takes a tenth of it.
ALLOWANCE: Final = 10_000_000


def mail_environment(settings: Settings, own: Mapping[str, str], *, for_html: bool) -> BoundedEnvironment:
    """`own` are the office's texts by template name, "" for the packaged one. Then come its files, then the package.

    With `for_html` everything given to a template is escaped.
    """
    return _environment(
        settings, MailLoader(settings.at_root(settings.paths.templates), own), for_html=for_html
    )


def packaged_environment(settings: Settings, *, for_html: bool) -> BoundedEnvironment:
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
            tree = check_template(text, environment, GRAMMAR, defines_macros=name == "mail/macros.html")
        else:
            tree = environment.parse(text)
        count_loops(tree)
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


def _environment(settings: Settings, loader: BaseLoader, *, for_html: bool) -> BoundedEnvironment:
    environment = BoundedEnvironment(
        loader=loader,
        autoescape=for_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalog = translations(settings.site.language)
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["site"] = settings.site
    return environment
