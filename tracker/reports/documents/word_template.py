"""One Word template with one account's data in it: checked first, then written, in this very process.

`word_child` calls it under ceilings; nothing else does. docxtpl turns a document into text for Jinja, one line a
paragraph here, so that a fault is found by its paragraph.
"""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from lxml import etree
from markupsafe import Markup, escape

from tracker.errors import DocumentTemplateError, TemplateRefusedError
from tracker.i18n import mark
from tracker.reports.documents.word_fields import NOTES, part_label
from tracker.reports.documents.word_tags import (
    LONGEST_QUOTE,
    in_words,
    require_no_tags,
    require_whole_tags,
    texts_of,
)
from tracker.reports.documents.word_variables import VARIABLES
from tracker.template_allowance import BoundedEnvironment, allowance, count_loops
from tracker.template_check import Grammar, check_template

if TYPE_CHECKING:
    from collections.abc import Mapping

# A report on 70 tasks is half a million characters of markup, and a template of a part not much less.
GRAMMAR: Final = Grammar(longest=2_000_000)
ALLOWANCE: Final = 200_000_000
_NOT_TEXT: Final = mark("这里的值不能直接写出来，请用在 for 或 if 里")
_BROKEN: Final = mark(
    "写出来的文档不完整。for 和 if 要成对；管整段的写成 {{%p … %}}，管表格整行的写成 {{%tr … %}}"
)

_PARAGRAPH: Final = re.compile(r"\n?(<w:p[ >])")
_TAG: Final = re.compile(r"<[^>]+>")
# docxtpl reads these as an escape for the tags of Jinja, wherever they come from.
_ITS_ESCAPES: Final = re.compile(r"(?<=\{)_(?=[{%])|(?<=[}%])_(?=\})")
# What XML cannot hold, and what docxtpl makes a page or a paragraph of.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_NAME: Final = "document template"
_NOTES: Final = frozenset({"footnotes+xml", "endnotes+xml", "comments+xml"})


def write_document(template: bytes, context: Mapping[str, Any]) -> bytes:
    """The finished document. Raises DocumentTemplateError."""
    document = _Template(BytesIO(template))
    with allowance(ALLOWANCE):
        document.render(context, _Environment(autoescape=True, undefined=StrictUndefined))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Environment(BoundedEnvironment):
    def written(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
        super().written(value)
        if isinstance(value, bool) or not isinstance(value, str | int):
            # An undefined value says its own name when it is written.
            str(value) if isinstance(value, StrictUndefined) else None
            raise TemplateRefusedError(line=1, reason=_NOT_TEXT)
        return _literal(value)


def _literal(value: str | int) -> Markup:
    """The value as the document shows it, with nothing in it that Jinja, docxtpl or XML would take for their own."""
    safe = (
        str(value if isinstance(value, Markup) else escape(value)).replace("\r\n", "\n").replace("\r", "\n")
    )
    safe = _UNPRINTABLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", safe)
    return Markup(_ITS_ESCAPES.sub("&#95;", safe))  # noqa: S704 - escaped above


class _Template(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """docxtpl, refusing what it would let through."""

    def render_init(self) -> None:
        super().render_init()
        filled = [self.docx.part]
        for uri in (self.HEADER_URI, self.FOOTER_URI):
            filled += [part for _key, part in self.get_headers_footers(uri)]
        for part in filled:
            require_whole_tags(part_label(str(part.partname)), _root(part))
        # docxtpl would fill these once for every section, the second time with what was filed as its template.
        for part in self.docx.part.package.iter_parts():
            if str(part.content_type).rsplit(".", 1)[-1] in _NOTES:
                require_no_tags(NOTES, _root(part))

    def xml_to_string(self, xml: Any, encoding: str = "unicode") -> str:  # noqa: ANN401 - lxml's element
        text: str = super().xml_to_string(xml, encoding)
        return _PARAGRAPH.sub(r"\n\1", text.replace("\r", " ").replace("\n", " "))

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:  # noqa: ANN401 - docxtpl's
        source = _PARAGRAPH.sub(r"\n\1", src_xml)
        place = _Place(part_label(str(part.partname)), source, texts_of(_root(part)))
        try:
            tree = check_template(source, jinja_env, GRAMMAR, variables=VARIABLES)
            count_loops(tree)
            template = jinja_env.template_class.from_code(
                jinja_env, jinja_env.compile(tree, _NAME, _NAME), jinja_env.make_globals(None)
            )
            written = template.render(context)
        except TemplateRefusedError as refusal:
            line = _line_of(refusal) or int(str(refusal.fields["line"] or 1))
            raise place.refused(in_words(refusal), line) from refusal
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise place.refused(in_words(error), _line_of(error) or 1) from error
        written = re.sub(r"\n(<w:p[ >])", r"\1", written)
        finished: str = self.resolve_listing(written)
        try:
            etree.fromstring(finished)
        except etree.XMLSyntaxError as error:
            raise DocumentTemplateError(part=place.part, paragraph=0, text="", reason=_BROKEN) from error
        return finished

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:  # noqa: ANN401, ARG002 - docxtpl's
        """Title and author of the account, whatever the template's own say, and neither its editor nor a time."""
        properties = self.docx.core_properties
        longest = 255
        properties.title, properties.author = (
            _UNPRINTABLE.sub("", str(context[name]))[:longest] for name in ("title", "issuer")
        )
        properties.last_modified_by = ""
        core = properties._element  # noqa: SLF001 - python-docx can set a time, not take it away
        for name in ("dcterms:created", "dcterms:modified", "cp:lastPrinted"):
            for found in core.findall(qn(name)):
                core.remove(found)

    def render_footnotes(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:  # noqa: ANN401 - docxtpl's
        """None are: `render_init` refuses their tags."""

    def fix_tables(self, xml: str) -> Any:  # noqa: ANN401 - lxml's element
        """A table without rows, a row without cells and a cell without a paragraph make Word call a file damaged."""
        tree = etree.fromstring(xml)
        _mend(tree)
        return super().fix_tables(etree.tostring(tree, encoding="unicode"))


class _Place:
    """Finds the paragraph that a line of the source was made of."""

    def __init__(self, part: str, source: str, originals: list[str]) -> None:
        self.part = part
        self._lines = source.split("\n")
        self._originals = [_squeezed(text) for text in originals]

    def refused(self, refusal: TemplateRefusedError, line: int) -> DocumentTemplateError:
        text = unescape(_TAG.sub("", self._lines[min(line, len(self._lines)) - 1])).strip()
        fields = {name: value for name, value in refusal.fields.items() if name != "line"}
        return DocumentTemplateError(
            part=self.part, paragraph=self._number(text), text=text[:LONGEST_QUOTE], **fields
        )

    def _number(self, text: str) -> int:
        """From 1; 0 where the paragraph is not found again."""
        wanted = _squeezed(text)
        places = (place for place, one in enumerate(self._originals, start=1) if wanted and wanted in one)
        return next(places, 0)


def _squeezed(text: str) -> str:
    """Without white space and without the letters that docxtpl takes from a tag."""
    return re.sub(r"(?<=\{[%#])(?:p|tr|tc|r)(?=\s)|\s", "", text).translate(str.maketrans("“”‘’", "\"\"''"))


def _root(part: Any) -> Any:  # noqa: ANN401 - python-docx's part, lxml's element
    return etree.fromstring(part.blob)


def _line_of(error: BaseException) -> int:
    """The line of the template that was at work; 0 where it was not yet."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _mend(body: Any) -> None:  # noqa: ANN401 - lxml's element
    for cell in list(body.iter(qn("w:tc"))):
        blocks = [child for child in cell if child.tag != qn("w:tcPr")]
        if not blocks or blocks[-1].tag != qn("w:p"):
            cell.append(OxmlElement("w:p"))
    for row in list(body.iter(qn("w:tr"))):
        if row.find(f".//{qn('w:tc')}") is None:
            row.getparent().remove(row)
    for table in list(body.iter(qn("w:tbl"))):
        if table.find(f".//{qn('w:tr')}") is None:
            table.getparent().remove(table)
    # Word wants a paragraph behind a table that ends a document.
    for end in list(body.iter(qn("w:sectPr"))):
        before = end.getprevious()
        if before is not None and before.tag == qn("w:tbl"):
            end.addprevious(OxmlElement("w:p"))
