"""What every page stands on: settings, database, clock, templates in each language. Built once per app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from tracker.domain.states import STATE_LABELS, STATE_LETTERS
from tracker.domain.texts import visible
from tracker.i18n import LANGUAGES, translations
from tracker.mail.wording import day_in_words, moment_in_words
from tracker.reports.wording import percent
from tracker.templating import page_environment
from tracker.web.assets import load_assets
from tracker.web.words import MAIL_STATE_LABELS, VIA_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from jinja2 import Environment
    from starlette.requests import Request

    from tracker.config import Settings
    from tracker.db import Database
    from tracker.domain.states import ObligationState
    from tracker.models import MailState
    from tracker.web.assets import Assets

LANGUAGE_COOKIE: Final = "language"
LANGUAGE_TAGS: Final = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class WebSite:
    settings: Settings
    database: Database
    now: Callable[[], datetime]
    assets: Assets
    environments: Mapping[str, Environment]

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site by HTTPS, here or at a proxy in front."""
        return self.settings.site.base_url.startswith("https:")

    def cookie(self, name: str) -> str:
        """With the prefix that keeps other hosts of the domain from planting it, where HTTPS allows one."""
        return f"__Host-{name}" if self.is_secure else name

    def language(self, request: Request) -> str:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in LANGUAGES else self.settings.site.language


def build_site(settings: Settings, database: Database, now: Callable[[], datetime]) -> WebSite:
    assets = load_assets()
    environments = {language: _environment(settings, language, assets) for language in LANGUAGES}
    return WebSite(settings, database, now, assets, environments)


def site_of(request: Request) -> WebSite:
    return cast("WebSite", request.app.state.site)


def _environment(settings: Settings, language: str, assets: Assets) -> Environment:
    environment = page_environment(settings, language)
    gettext = translations(language).gettext
    zone = settings.site.zone

    def moment(at: datetime) -> str:
        return moment_in_words(at, zone, gettext)

    def day(on: date) -> str:
        return day_in_words(on, gettext)

    def state(word: ObligationState) -> str:
        return gettext(STATE_LABELS[word])

    def letter(word: ObligationState) -> str:
        return gettext(STATE_LETTERS[word])

    def mail_state(word: MailState) -> str:
        return gettext(MAIL_STATE_LABELS[word])

    def via(word: str) -> str:
        return gettext(VIA_LABELS[word]) if word in VIA_LABELS else word

    environment.filters |= {
        "visible": visible,
        "percent": percent,
        "moment": moment,
        "day": day,
        "state": state,
        "letter": letter,
        "mail_state": mail_state,
        "via": via,
    }
    environment.globals |= {"asset": assets.path, "languages": LANGUAGES, "language_tags": LANGUAGE_TAGS}
    return environment
