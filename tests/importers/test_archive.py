"""Zips that harm whoever opens them: refused by counted bytes and with a named reason; `make bench` says how soon."""

from __future__ import annotations

import os
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.importers.hostile import (
    SHEET,
    SHEET_PART,
    compound_file,
    old_workbook,
    overlapping_archive,
    with_parts,
    with_sheet,
    workbook,
)
from tracker.importers.files.archive import open_archive, rewritten
from tracker.importers.files.limits import MAX_PARTS, MAX_UNPACKED
from tracker.importers.files.readers import read_blocks
from tracker.importers.files.refusals import RefusedFileError
from tracker.importers.files.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable


def code_of(data: bytes, name: str = "表.xlsx") -> str:
    with pytest.raises(RefusedFileError) as caught:
        read_blocks(SourceFile(name, data))
    assert name in str(caught.value)
    return caught.value.code


def entities() -> str:
    lines = (f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    return f'<!DOCTYPE l [<!ENTITY a "lol">{"".join(lines)}]><workbook>&j;</workbook>'


def liar() -> bytes:
    """The directory says a thousand bytes, fifty million come out."""
    honest = with_parts(workbook(), {"xl/x.xml": b"0" * 50_000_000})
    return honest.replace(struct.pack("<I", 50_000_000), struct.pack("<I", 1000))


def linked_archive() -> bytes:
    buffer = BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET_PART, SHEET.format(""))
    return buffer.getvalue()


def protected_archive() -> bytes:
    data = bytearray(workbook())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def rows(count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, count + 1))


# How to build each, and by what name it is refused.
WORKBOOKS: list[tuple[Callable[[], bytes], str]] = [
    (lambda: with_parts(workbook(), {"xl/x.xml": b"0" * 5_000_000}), "compression_ratio"),
    (liar, "compression_ratio"),
    (lambda: with_parts(workbook(), {f"xl/x{n}": os.urandom(40_000).hex() * 40 for n in range(9)}), "unpacked_too_large"),
    (lambda: with_parts(workbook(), {f"a{n}.xml": "" for n in range(MAX_PARTS)}), "too_many_parts"),
    (overlapping_archive, "overlapping_parts"),
    (lambda: with_parts(workbook(), {"xl/a.zip": workbook()}), "nested_archive"),
    (linked_archive, "strange_part"),
    (twice, "strange_part"),
    (protected_archive, "password"),
    (lambda: with_parts(workbook(), {"xl/workbook.xml": entities()}), "entities"),
    (lambda: with_parts(workbook(), {"xl/workbook.xml": entities().encode("utf-16")}), "entities"),
    (lambda: with_parts(workbook(), {"xl/workbook.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "entities"),
    (lambda: workbook({"XFD1048576": "x"}), "sheet_too_large"),
    (lambda: workbook(merge="A1:XFD2000"), "merge_too_large"),
    (lambda: with_sheet(rows(1_000_000)), "unpacked_too_large"),
    (lambda: with_sheet(rows(250_000)), "sheet_too_large"),
    (lambda: with_sheet("<row><c/></row>" * 1_000_000), "compression_ratio"),
    (lambda: with_parts(workbook(), {"xl/vbaProject.bin": b"x"}), "macros"),
    (lambda: with_parts(workbook(), {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), "external_links"),
    (lambda: workbook()[:3000], "damaged"),
    (lambda: compound_file("EncryptedPackage"), "password"),
    (lambda: old_workbook({(0, 0): "甲"}), "wrong_suffix"),
    (lambda: b"%PDF-1.7\n", "wrong_suffix"),
    (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "not_this_format"),
    (lambda: with_parts(workbook(), {"[Content_Types].xml": "<Types/>"}), "not_this_format"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "code"), WORKBOOKS)
def test_a_hostile_or_broken_workbook_is_refused_by_name(build: Callable[[], bytes], code: str) -> None:
    assert code_of(build()) == code


OTHERS: list[tuple[str, Callable[[], bytes], str]] = [
    ("表.xls", workbook, "wrong_suffix"),
    ("表.docx", workbook, "wrong_suffix"),
    ("表.xlsm", workbook, "macros"),
    ("表.docm", workbook, "macros"),
    ("表.xls", lambda: old_workbook({(65535, 255): "x"}), "sheet_too_large"),
    ("表.xls", lambda: old_workbook({(0, 0): "甲"})[:2000], "damaged"),
    ("表.xls", lambda: compound_file("WordDocument"), "wrong_suffix"),
    ("表.doc", lambda: compound_file("WordDocument", b"\xec\xa5" + bytes(8) + b"\x00\x01"), "password"),
    ("表.csv", lambda: b"," * 19_000_000, "too_many_cells"),
    ("表.csv", lambda: b"a\n" * 999_000, "sheet_too_large"),
    ("表.txt", lambda: bytes(500), "not_this_format"),
    ("表.csv", workbook, "wrong_suffix"),
]


@pytest.mark.parametrize(("name", "build", "code"), OTHERS)
def test_other_formats_are_told_by_their_content(name: str, build: Callable[[], bytes], code: str) -> None:
    assert code_of(build(), name) == code


def test_remote_templates_are_refused_and_hyperlinks_are_not() -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def document(relationship: str, target: str) -> bytes:
        link = f'<Relationship Id="a" Type="{kind}/{relationship}" Target="{target}" TargetMode="External"/>'
        main = f'<Relationship Id="r" Type="{kind}/officeDocument" Target="word/document.xml"/>'
        namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types><Override ContentType="{word}"/></Types>',
            "_rels/.rels": f"<Relationships>{main}</Relationships>",
            "word/document.xml": f'<w:document xmlns:w="{namespace}"><w:body/></w:document>',
            "word/_rels/settings.xml.rels": f"<Relationships>{link}</Relationships>",
        }
        return with_parts(rewritten({}), parts)

    assert code_of(document("attachedTemplate", "https://example.org/a.dotm"), "表.docx") == "external_links"
    assert code_of(document("oleObject", r"\\192.0.2.1\a\b.xlsx"), "表.docx") == "external_links"
    for relationship, target in (
        ("hyperlink", "https://example.org/"),
        ("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm"),
    ):
        assert read_blocks(SourceFile("表.docx", document(relationship, target))).blocks == ()


def test_parsers_get_only_what_was_checked() -> None:
    parts = open_archive(
        SourceFile("表.xlsx", with_parts(workbook(), {"xl/media/image1.png": os.urandom(99)}))
    )

    assert parts["xl/media/image1.png"] == b""
    with zipfile.ZipFile(BytesIO(rewritten(parts))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == parts


def test_all_parts_together_are_counted() -> None:
    """Each is within the limit, and within the ratio."""
    part = os.urandom(MAX_UNPACKED // 8).hex()
    assert code_of(with_parts(workbook(), {f"xl/{n}": part for n in range(5)})) == "unpacked_too_large"


def test_formatting_down_to_the_last_row_is_no_reason_to_refuse() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    (grid,) = read_blocks(SourceFile("表.xlsx", with_sheet(rows))).blocks
    assert grid.where == "工作表“Sheet”"
