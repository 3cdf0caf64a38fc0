"""What a reader of a Word file sees, for tests."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Iterator


def paragraphs(content: bytes) -> list[str]:
    """Of body and tables, in the order of the document; line breaks as LF."""
    return [_text(found) for found in Document(BytesIO(content)).element.body.iter(qn("w:p"))]


def tables(content: bytes) -> list[list[list[str]]]:
    """Cells by table and row."""
    body = Document(BytesIO(content)).element.body
    return [
        [
            ["\n".join(map(_text, cell.iter(qn("w:p")))) for cell in row.iter(qn("w:tc"))]
            for row in table.iter(qn("w:tr"))
        ]
        for table in body.iter(qn("w:tbl"))
    ]


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[str]:
    for node in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        # A tab stop is no tab, and a new page no line break.
        if node.getparent().tag == qn("w:tabs") or node.get(qn("w:type")) == "page":
            continue
        yield node.text or "" if node.tag == qn("w:t") else "\n" if node.tag == qn("w:br") else "\t"
