"""The words of every kind of mail, from the office's own templates or the packaged ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import structlog
from jinja2 import UndefinedError

from tracker.errors import TemplateRefusedError
from tracker.i18n import mark
from tracker.mail.template_check import GRAMMAR
from tracker.mail.template_environment import (
    ALLOWANCE,
    MailLoader,
    mail_environment,
    packaged_environment,
    packaged_text,
)
from tracker.mail.template_variables import VARIABLES
from tracker.mail.wording import on_one_line
from tracker.store.mail_templates import own_texts
from tracker.template_allowance import allowance
from tracker.template_check import check_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from tracker.config import Settings
    from tracker.template_allowance import BoundedEnvironment

SUBJECT, TEXT, HTML = "subject.txt", "body.txt", "body.html"
PARTS: Final = (SUBJECT, TEXT, HTML)
KINDS: Final = tuple(VARIABLES)
_FAULT: Final = mark("{what}")
_NOTHING: Final = mark("没有“{what}”")
# 'dict object' has no attribute 'x'; 'x' is undefined
_UNDEFINED: Final = re.compile(r"'([^']+)'(?: is undefined)?$")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Desk:
    texts: BoundedEnvironment
    pages: BoundedEnvironment

    def render(self, kind: str, context: Mapping[str, Any]) -> Words:
        folder = f"mail/{kind}"
        with allowance(ALLOWANCE):
            return Words(
                subject=on_one_line(self.texts.get_template(f"{folder}/{SUBJECT}").render(context)),
                text=self.texts.get_template(f"{folder}/{TEXT}").render(context).strip() + "\n",
                html=self.pages.get_template(f"{folder}/{HTML}").render(context),
            )


@dataclass(frozen=True, slots=True)
class MailTemplates:
    """With `packaged`, a mail whose own words fail is written in the packaged ones: it goes out all the same."""

    own: _Desk
    packaged: _Desk | None

    def render(self, kind: str, context: Mapping[str, Any]) -> Words:
        """Without `packaged`: raises TemplateRefusedError where the office's words fail."""
        try:
            return self.own.render(kind, context)
        except Exception as error:
            refusal = refusal_of(error)
            if self.packaged is None:
                raise refusal from error
            _log.warning("mail_template_failed", kind=kind, reason=str(refusal))
            return self.packaged.render(kind, context)


def mail_templates(session: Session, settings: Settings) -> MailTemplates:
    """What mails are written with: kept while nothing is changed, for compiling takes longer than all else."""
    return _kept(settings, tuple(sorted(own_texts(session).items())))


def trial_templates(settings: Settings, own: Mapping[str, str]) -> MailTemplates:
    """The same, with `own` for the office's texts, and without anything to fall back to."""
    return MailTemplates(_desk(settings, own), None)


def packaged_templates(settings: Settings) -> MailTemplates:
    return MailTemplates(
        _Desk(packaged_environment(settings, for_html=False), packaged_environment(settings, for_html=True)),
        None,
    )


def check_part(settings: Settings, kind: str, part: str, text: str) -> None:
    """Raises TemplateRefusedError: by its syntax tree, and for a variable that this kind of mail does not have."""
    environment = packaged_environment(settings, for_html=part == HTML)
    check_template(text, environment, GRAMMAR, variables=VARIABLES[kind])


def text_in_use(settings: Settings, own: Mapping[str, str], kind: str, part: str) -> tuple[str, bool]:
    """The text that counts, and whether it is the office's. Raises TemplateRefusedError for an unreadable file."""
    return MailLoader(settings.at_root(settings.paths.templates), own).text_of(f"mail/{kind}/{part}")


def packaged_part(kind: str, part: str) -> str:
    return packaged_text(f"mail/{kind}/{part}")


def refusal_of(error: Exception) -> TemplateRefusedError:
    """Whatever a template did wrong, with the line of it that was at work."""
    if isinstance(error, TemplateRefusedError):
        return error
    line, trace = getattr(error, "lineno", 1), error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("mail/"):
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, UndefinedError) and (found := _UNDEFINED.search(str(error))):
        return TemplateRefusedError(line=line, reason=_NOTHING, what=found[1])
    return TemplateRefusedError(line=line, reason=_FAULT, what=str(error) or type(error).__name__)


def _desk(settings: Settings, own: Mapping[str, str]) -> _Desk:
    return _Desk(
        mail_environment(settings, own, for_html=False), mail_environment(settings, own, for_html=True)
    )


@lru_cache(maxsize=4)
def _kept(settings: Settings, own: tuple[tuple[str, str], ...]) -> MailTemplates:
    return MailTemplates(_desk(settings, dict(own)), packaged_templates(settings).own)
