"""Two Jinja environments: one that escapes, for pages and HTML mail, and a plain one for mail text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from tracker.i18n import translations
from tracker.resources import bundled

if TYPE_CHECKING:
    from tracker.config import Settings


def page_environment(settings: Settings, language: str | None = None) -> Environment:
    """Escapes everything it is given; for pages, HTML mail and HTML reports."""
    return _environment(settings, language, autoescape=True)


def text_environment(settings: Settings, language: str | None = None) -> Environment:
    """For plain text only (mail subjects and text parts): nothing is escaped."""
    return _environment(settings, language, autoescape=False)


def _environment(settings: Settings, language: str | None, *, autoescape: bool) -> Environment:
    environment = Environment(
        # The office's own folder first; what it does not hold comes from the package.
        loader=ChoiceLoader(
            [
                FileSystemLoader(settings.at_root(settings.paths.templates)),
                FileSystemLoader(bundled("templates")),
            ]
        ),
        autoescape=autoescape,  # noqa: S701 - the callers above say for which output
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalog = translations(language or settings.site.language)
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["site"] = settings.site
    return environment
