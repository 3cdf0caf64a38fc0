"""The words of the mails: which parts the office changed, and one part edited, tried and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from lxml import html as lxml_html
from starlette.requests import Request  # noqa: TC002 - FastAPI reads it at run time
from starlette.responses import Response  # noqa: TC002 - likewise

from tracker.actions.mailing.change_mail_template import (
    change_mail_template,
    part_states,
    require_part,
    restore_mail_template,
    try_template,
)
from tracker.errors import TemplateRefusedError
from tracker.i18n import mark
from tracker.mail.template_check import GRAMMAR
from tracker.mail.template_variables import VARIABLES
from tracker.mail.templates import HTML, SUBJECT, TEXT, packaged_part
from tracker.store.mail_templates import template_history
from tracker.web.forms import CheckedForm, field
from tracker.web.rendering import redirect
from tracker.web.visits import Visit, signed_in
from tracker.web.words import MAIL_KIND_LABELS

if TYPE_CHECKING:
    from tracker.actions.mailing.preview_mail import MailPreview

router = APIRouter()

PART_LABELS = {SUBJECT: mark("主题"), TEXT: mark("纯文本正文"), HTML: mark("HTML 正文")}


@router.get("/mail-templates")
def show_templates(request: Request) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        states = part_states(visit.session, visit.settings, visit.now)
        return visit.page(
            "pages/mail_templates.html",
            kinds=[
                (
                    visit.gettext(MAIL_KIND_LABELS[kind]),
                    [
                        (state, visit.gettext(PART_LABELS[state.part]), _fault(visit, state.fault))
                        for state in states
                        if state.kind == kind
                    ],
                )
                for kind in VARIABLES
            ],
        )


@router.get("/mail-templates/{kind}/{part}")
def show_template(request: Request, kind: str, part: str) -> Response:
    with signed_in(request) as visit:
        visit.actor.require_coordinating()
        require_part(kind, part)
        return _page(visit, kind, part)


@router.post("/mail-templates/{kind}/{part}")
def save_template(request: Request, kind: str, part: str, form: CheckedForm) -> Response:
    """Saves, or with `preview` only shows what it would look like."""
    text = field(form, "text").replace("\r\n", "\n")
    with signed_in(request, to_write=True) as visit:
        visit.actor.require_coordinating()
        require_part(kind, part)
        if field(form, "preview"):
            return _page(visit, kind, part, typed=text)
        try:
            is_changed = change_mail_template(
                visit.session, visit.actor, visit.settings, kind, part, text, visit.now
            )
        except TemplateRefusedError:
            return _page(visit, kind, part, typed=text, status=422)
        return redirect(f"/mail-templates/{kind}/{part}?done={'template_saved' if is_changed else 'nothing'}")


@router.post("/mail-templates/{kind}/{part}/restore")
def restore_template(request: Request, kind: str, part: str) -> Response:
    with signed_in(request, to_write=True) as visit:
        is_changed = restore_mail_template(visit.session, visit.actor, kind, part, visit.now)
        done = "template_restored" if is_changed else "nothing"
        return redirect(f"/mail-templates/{kind}/{part}?done={done}")


def _page(visit: Visit, kind: str, part: str, *, typed: str | None = None, status: int = 200) -> Response:
    found = part_states(visit.session, visit.settings, visit.now)
    state = next(state for state in found if (state.kind, state.part) == (kind, part))
    text = state.text if typed is None else typed
    preview: MailPreview | None = None
    fault = None
    try:
        preview = try_template(visit.session, visit.settings, kind, part, text, visit.now)
    except TemplateRefusedError as error:
        fault = error
    return visit.page(
        "pages/mail_template.html",
        status=status,
        state=state,
        kind_label=visit.gettext(MAIL_KIND_LABELS[kind]),
        part_label=visit.gettext(PART_LABELS[part]),
        parts=[(other, visit.gettext(label)) for other, label in PART_LABELS.items()],
        text=text,
        is_typed=typed is not None,
        fault=_fault(visit, fault),
        preview=preview,
        seen=_as_text(preview.letter.html) if preview else "",
        variables=[(name, visit.gettext(meaning)) for name, meaning in VARIABLES[kind].items()],
        packaged=packaged_part(kind, part),
        history=template_history(visit.session, kind, part),
        longest=GRAMMAR.longest,
        site_language=visit.settings.site.language,
    )


def _fault(visit: Visit, fault: TemplateRefusedError | None) -> str:
    return fault.worded(visit.gettext) if fault else ""


def _as_text(source: str) -> str:
    """What a reader sees of an HTML part, one line a block: its markup never comes into our page."""
    # In an element of ours, so that there is a document whatever the source is.
    root: lxml_html.HtmlElement = lxml_html.document_fromstring(f"<div>{source}</div>")
    for node in root.xpath("//head | //style | //script"):
        node.drop_tree()
    for cell in root.xpath("//td | //th"):
        cell.tail = f"　{cell.tail or ''}"
    lines = (line.strip() for line in root.text_content().splitlines())
    return "\n".join(line for line in lines if line)
