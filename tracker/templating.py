"""The Jinja environment of pages and reports; that of mails is `tracker.mail.template_environment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from tracker.i18n import translations
from tracker.resources import bundled

if TYPE_CHECKING:
    from tracker.config import Settings


def page_environment(settings: Settings, language: str | None = None) -> Environment:
    """Escapes everything it is given."""
    environment = Environment(
        # The office's own folder first; what it does not hold comes from the package.
        loader=ChoiceLoader(
            [
                FileSystemLoader(settings.at_root(settings.paths.templates)),
                FileSystemLoader(bundled("templates")),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalog = translations(language or settings.site.language)
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["site"] = settings.site
    return environment
