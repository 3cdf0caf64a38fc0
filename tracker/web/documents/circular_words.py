"""What pages call an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tracker.actions.documents.draft_circular import KIND_LABELS
from tracker.actions.documents.send_published import Mailing
from tracker.domain.periods import parse_period
from tracker.domain.spans import parse_span
from tracker.i18n import mark
from tracker.store.lists import rules_of
from tracker.web.words import period_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.models import Circular, TaskList

FORM_LABELS: Final = {
    "docx": mark("Word 文档"),
    "html": mark("网页"),
    "xlsx": mark("Excel 工作簿"),
    "pdf": mark("PDF"),
}
MAILING_WORDS: Final = {
    Mailing.MAILED: mark("已寄"),
    Mailing.SUPERSEDED: mark("已由更正版代替，不再寄"),
    Mailing.ROUND_OPEN: mark("还没有：等报送期关闭"),
    Mailing.TOO_OLD: mark("没有寄：过了自动寄送的期限"),
    Mailing.NO_OFFICE: mark("还没有：没有类别为“统筹办公室”的单位，领导的联系人要登记在这样的单位"),
    Mailing.NO_LEADER: mark("还没有：统筹办公室没有登记角色为“领导”的联系人"),
    Mailing.OUT_OF_HOURS: mark("还没有：等工作时间"),
    Mailing.DUE: mark("还没有：即将寄出"),
}
# Where a coordinator enters what is missing.
MAILING_LINKS: Final = {Mailing.NO_OFFICE: "/units", Mailing.NO_LEADER: "/contacts"}


def words_for(circular: Circular, task_list: TaskList, gettext: Callable[[str], str]) -> tuple[str, str]:
    """Its kind and its period, as a page says them."""
    if circular.round_id is None:
        period = parse_span(circular.period)
    else:
        period = parse_period(circular.period, rules_of(task_list).period_type)
    return gettext(KIND_LABELS[circular.kind]), period_in_words(period, gettext)


def home_of(circular: Circular, task_list: TaskList) -> str:
    """The page of those who see all units that leads to it: of its round, or of the list's summaries."""
    slug = quote(task_list.slug)
    return f"/rounds/{slug}/{circular.period}/account" if circular.round_id else f"/lists/{slug}/summaries"
