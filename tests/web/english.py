"""A browser that reads English and keeps what it was shown; and which Chinese on it nobody but the program wrote."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from sqlmodel import select

from tests.web.client import Answer, Browser
from tracker.errors import TrackerError
from tracker.i18n import LANGUAGES, SOURCE_LANGUAGE
from tracker.importers.document import read_source
from tracker.importers.files.source import SourceFile
from tracker.models import (
    Account,
    Appeal,
    Assignment,
    CalendarYear,
    ChasePause,
    Circular,
    CircularFile,
    CloseOut,
    Contact,
    Extension,
    IncomingMail,
    Indicator,
    IndicatorSet,
    IndicatorValue,
    ListVersion,
    MailAttachment,
    Material,
    Measure,
    Obligation,
    OrgUnit,
    OutgoingMail,
    PendingImport,
    ProgressUpdate,
    RungMove,
    Section,
    Task,
    TaskList,
    UnitAlias,
    UnitGroup,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.web.conftest import Pages

CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]+")
NAMES: Final = frozenset({"督办", LANGUAGES[SOURCE_LANGUAGE]})
# What people wrote, or read in their documents, and what the program wrote down in the site's own language.
_COLUMNS: Final = (
    *(Account.username, Contact.name, OrgUnit.name, UnitAlias.name, UnitGroup.name),
    *(TaskList.title, ListVersion.note, ListVersion.source_name, Section.title, Measure.title),
    *(Task.number, Task.title, Task.content, Task.units_text, Task.deadline, Assignment.text),
    *(IndicatorSet.title, IndicatorSet.unit, Indicator.row, Indicator.column, Indicator.category),
    *(Indicator.name, Indicator.unit, Indicator.number, IndicatorValue.text, IndicatorValue.note),
    *(
        ProgressUpdate.text,
        ProgressUpdate.remark,
        ProgressUpdate.filed_by,
        Obligation.exempt_reason,
        Material.file_name,
    ),
    *(Extension.reason, ChasePause.reason, RungMove.reason, CalendarYear.source),
    *(CloseOut.decision, Appeal.decision),
    *(Circular.title, Circular.correction, CircularFile.file_name),
    *(
        OutgoingMail.subject,
        OutgoingMail.last_error,
        MailAttachment.file_name,
        IncomingMail.subject,
        IncomingMail.reason,
    ),
)
_AS_JSON: Final = (ListVersion.outline, IndicatorSet.totals)
# Places in a document are said as its readers say them.
_PLACE: Final = re.compile(r"(?:工作表“[^”]*”)?第 \d+ (?:行|个表格（第 \d+ 行起）)|“[^”]*”[行列]")
_QUOTE: Final = re.compile("“([^”]{8,})”")
_READ_OUT: Final = ("aria-label", "title", "placeholder", "alt")
# Left out: a mail's own text, what is marked as being in another language, and the problems of a file, which
# importers say in the language of the document.
_OWN_TEXT: Final = (
    "//*[not(ancestor-or-self::pre or ancestor-or-self::*[@lang and @lang != 'en']"
    " or ancestor::*[contains(@class, 'problems')]/ul)]"
)


@dataclass(slots=True)
class EnglishBrowser(Browser):
    """Follows what a form leads to, so that what is said there is seen too."""

    shown: list[tuple[str, Answer]] = field(default_factory=list)
    documents: set[SourceFile] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def _send(self, method: str, path: str, **options: Any) -> Answer:
        self.cookies.set("language", "en")
        # The name of Browser: a dataclass with slots is not the class that `super()` without arguments means.
        answer = Browser._send(self, method, path, **options)
        self.asked.update(value for _name, value in parse_qsl(urlsplit(path).query))
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        # What was published keeps the language that it was published in.
        is_document = re.fullmatch(r"/circulars/\d+/page", path)
        if is_page and not is_document and "content-disposition" not in answer.headers:
            self.shown.append((f"{method} {path}", answer))
        self.typed.update(value for value in (options.get("data") or {}).values() if isinstance(value, str))
        for name, content, *_ in (options.get("files") or {}).values():
            self.documents.add(SourceFile(name, content))
        if method == "POST" and answer.status == 303:
            self.get(answer.location)
        return answer


@dataclass(slots=True)
class Written:
    """What people wrote, gathered while they go on: some of it is gone at the end."""

    texts: set[str] = field(default_factory=set)
    documents: set[SourceFile] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)

    def gather(self, pages: Pages, browsers: Iterable[EnglishBrowser]) -> None:
        self.texts.add(pages.settings.site.name)
        self.texts.update((*pages.settings.review.phrases, *pages.settings.review.stock_phrases))
        with pages.database.reading() as session:
            for column in _COLUMNS:
                self.texts.update(text for text in session.exec(select(column)) if text)
            for column in _AS_JSON:
                for text in session.exec(select(column)):
                    self.texts.update(_strings(json.loads(text)))
            for pending in session.exec(select(PendingImport)):
                self.documents.add(SourceFile(pending.file_name, pending.file_data))
        for browser in browsers:
            self.documents |= browser.documents
            self.texts |= browser.asked
            self.typed |= {unicodedata.normalize("NFKC", text) for text in browser.typed if len(text) > 40}

    def names(self) -> frozenset[str]:
        found = self.texts | {text for source in self.documents for text in _read_in(source)}
        found |= {line.strip() for text in found for line in text.splitlines()}
        return frozenset(text for text in found if CHINESE.search(text)) | NAMES

    def left_in_chinese(self, browsers: Iterable[EnglishBrowser]) -> dict[str, str]:
        """The texts on the pages that nobody but the program wrote, by the page where each was first seen."""
        names = self.names()
        found: dict[str, str] = {}
        for path, answer in (one for browser in browsers for one in browser.shown):
            assert answer.page.get("lang") == "en", path
            for text in _said(answer):
                if CHINESE.search(text) and CHINESE.search(
                    _PLACE.sub("", without(self._unquoted(text), names))
                ):
                    found.setdefault(" ".join(text.split()), path)
        return found

    def _unquoted(self, text: str) -> str:
        """Without long quotes of what was typed."""
        return _QUOTE.sub(
            lambda quote: "" if any(quote[1] in typed for typed in self.typed) else quote[0], text
        )


def without(text: str, names: frozenset[str] = NAMES) -> str:
    """The text without the names: short ones only where they stand alone, for they are part of other words."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 2 or not CHINESE.fullmatch(name):
            text = text.replace(name, "")
    alone = names | {""}
    return CHINESE.sub(lambda found: "" if alone.issuperset(found[0].split("、")) else found[0], text)


def _read_in(source: SourceFile) -> Iterator[str]:
    """Its name, and what its rows and headings say."""
    yield source.name
    try:
        read = read_source(source)
    except TrackerError:
        return
    yield read.document.title
    yield from (text for found in read.document.cadences for text in (found.words, found.text))
    for task in read.document.tasks:
        yield from (task.number, task.title, task.content, task.section, task.measure, task.deadline)
        yield from (unit.name for unit in task.units)
    yield from (row.units for row in read.rows)
    for item in read.document.outline:
        yield from (item.number, item.title, item.number + item.title)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _said(answer: Answer) -> list[str]:
    """Texts of the page and of the attributes that are read out; one in which passages are marked is read whole."""
    nodes = answer.page.xpath(_OWN_TEXT)
    marked = answer.page.xpath("//*[mark]")
    said = ["".join(node.itertext()) for node in marked]
    # What follows a marked passage is part of that text.
    said += [node.text for node in nodes if node.tag not in ("textarea", "mark") and node not in marked]
    said += [node.tail for node in nodes if node.tag != "mark"]
    said += [node.get(name) for node in nodes for name in _READ_OUT]
    return [text for text in said if text]
