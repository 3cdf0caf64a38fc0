"""Documents as PDF, and the page of the standard as LibreOffice lays it out."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from tests.golden import figures
from tests.pictures.word_page import new_document
from tests.reports.made_accounts import KINDS, account
from tracker.errors import OfficeFailedError, OfficeMissingError
from tracker.importers.files import libreoffice
from tracker.importers.files.limits import MEGABYTE, Ceilings
from tracker.reports.documents import pdf
from tracker.reports.documents.pdf import to_pdf
from tracker.reports.documents.word import render_word

if TYPE_CHECKING:
    from tests.golden.round import Golden

OFFICE: Final = pytest.mark.skipif(
    libreoffice.find_libreoffice() is None,
    reason="NOT RUN: LibreOffice is not installed (apt-get install libreoffice-writer)",
)


def _bare(text: str) -> str:
    """Without white space, and without the marks that may hang over the end of a line, where pdfium loses some."""
    return re.sub(r"[\s、，。；：]", "", text)


def pages_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document]


@OFFICE
def test_a_page_of_plain_text_has_22_lines_of_28_characters() -> None:
    """GB/T 9704-2012, 5.2.3; and the page number outside, below."""
    document = new_document()
    paragraph = document.add_paragraph("".join(chr(0x4E00 + number) for number in range(28 * 22 * 2)))
    paragraph.paragraph_format.first_line_indent = 0
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "0")
    written = BytesIO()
    document.save(written)
    content = to_pdf(written.getvalue(), ".docx")
    found = [page.splitlines() for page in pages_of(content)]
    assert [[len(line) for line in lines] for lines in found] == [[28] * 22 + [5]] * 2
    assert [lines[-1] for lines in found] == ["— 1 —", "— 2 —"]
    boxes = []
    for page in pypdfium2.PdfDocument(content):
        text = page.get_textpage()
        boxes.append((text.get_charbox(0), text.get_charbox(text.count_chars() - 1)))
    millimetre = 72 / 25.4
    for number, (first, last) in enumerate(boxes, start=1):
        assert 28 * millimetre < first[0] < 30 * millimetre
        # On the right of odd pages, on the left of even ones; 28 mm from the lower edge, 7 below the text.
        assert (last[0] > 150 * millimetre) == (number % 2 == 1)
        assert 26 * millimetre < last[1] < 30 * millimetre


@OFFICE
@pytest.mark.parametrize("kind", KINDS)
def test_each_account_as_pdf(golden: Golden, kind: str) -> None:
    word = render_word(account(golden.report(), kind), None, kind)
    pages = [page.splitlines() for page in pages_of(to_pdf(word, ".docx"))]
    assert all(re.fullmatch(r"— \d+ —", lines[-1]) for lines in pages)
    flat = _bare("".join(line for lines in pages for line in lines[:-1]))
    assert f"报送率{figures.COMPLETENESS}" in flat
    assert "关于示例任务落实情况的文件" in flat
    written = docx.Document(BytesIO(word))
    said = [one.text for one in written.paragraphs]
    # A cell that wraps stands among the lines of its neighbours; figures do not wrap.
    said += [cell.text for table in written.tables for cell in table._cells if re.search(r"\d", cell.text)]
    assert [one for one in said if _bare(one) not in flat] == []


def test_without_libreoffice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(OfficeMissingError, match="libreoffice-writer"):
        to_pdf(b"", ".docx")


@OFFICE
def test_what_cannot_be_opened_and_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OfficeFailedError, match="没有写出文件"):
        to_pdf(b"PK\x03\x04 no document", ".docx")
    short = Ceilings(seconds=1, cpu_seconds=1, memory=4096 * MEGABYTE, output=64 * MEGABYTE, open_files=512)
    monkeypatch.setattr(pdf, "CONVERTING", short)
    with pytest.raises(OfficeFailedError):
        to_pdf(b"PK\x03\x04 no document", ".docx")
