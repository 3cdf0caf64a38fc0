"""Small files that do harm, or that no library here can write: built byte by byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import openpyxl

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
SHEET_PART = "xl/worksheets/sheet1.xml"
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def workbook(cells: dict[str, str] | None = None, *, merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for place, value in (cells or {"A1": "甲"}).items():
        sheet[place] = value
    if merge:
        # `merge_cells` would make every covered cell.
        sheet.merged_cells.add(merge)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_parts(archive: bytes, parts: dict[str, str | bytes]) -> bytes:
    """The archive with parts added or replaced."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return buffer.getvalue()


def with_sheet(rows: str) -> bytes:
    return with_parts(workbook(), {SHEET_PART: SHEET.format(rows)})


def overlapping_archive(count: int = 20) -> bytes:
    """Many directory entries for one and the same packed part."""
    text = b"0" * 50_000
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezer.compress(text) + squeezer.flush()
    sizes = (zlib.crc32(text), len(packed), len(text), 1)
    local = b"PK\x03\x04" + struct.pack("<5H3L2H", 20, 0, 8, 0, 0, *sizes, 0) + b"a" + packed
    directory = b"".join(
        b"PK\x01\x02"
        + struct.pack("<6H3L5H2L", 20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, 0, 0)
        + bytes([97 + n])
        for n in range(count)
    )
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def compound_file(stream: str, content: bytes = b"") -> bytes:
    """An OLE file with one stream of at least 4 KB: the dress of .xls, .doc and encrypted workbooks."""
    content = content.ljust(4096, b"\0")
    content += b"\0" * (-len(content) % 512)
    sectors = len(content) // 512
    table = [*range(1, sectors), _END, _END, _FAT]
    fat = struct.pack(f"<{len(table)}L", *table).ljust(512, b"\xff")
    assert len(fat) == 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, 1, sectors, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<L", sectors + 1).ljust(436, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = name.encode("utf-16-le")
        head = written.ljust(64, b"\0") + struct.pack(
            "<H2B3L", len(written) + 2, kind, 1, _FREE, _FREE, child
        )
        return head + bytes(36) + struct.pack("<LQ", start, size)

    free = bytes(66) + b"\0\1" + struct.pack("<3L", _FREE, _FREE, _FREE) + bytes(48)
    directory = entry("Root Entry", 5, 1, _END, 0) + entry(stream, 2, _FREE, 0, len(content)) + free * 2
    return header + content + directory + fat


def old_workbook(
    cells: dict[tuple[int, int], str], merges: tuple[tuple[int, int, int, int], ...] = ()
) -> bytes:
    """A BIFF8 workbook (.xls, .et) with one sheet; places count from 0, merges are (top, bottom, left, right)."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<2H", kind, len(body)) + body

    def text(value: str, size: str) -> bytes:
        return struct.pack(size, len(value)) + b"\1" + value.encode("utf-16-le")

    start = record(0x809, struct.pack("<4H2L", 0x600, 5, 0xDBB, 1996, 0, 6))
    sheet = record(0x809, struct.pack("<4H2L", 0x600, 0x10, 0xDBB, 1996, 0, 6))
    for (row, column), value in cells.items():
        sheet += record(0x204, struct.pack("<3H", row, column, 0) + text(value, "<H"))
    if merges:
        sheet += record(
            0xE5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<4H", *m) for m in merges)
        )
    sheet += record(0x0A, b"")
    name = text("清单", "<B")
    bound = len(start) + 4 + 6 + len(name) + 4
    start += record(0x85, struct.pack("<L2B", bound, 0, 0) + name) + record(0x0A, b"")
    return compound_file("Workbook", start + sheet)


def pdf(*pages: str, extra: str = "", data: bytes | None = None) -> bytes:
    """Pages of drawing commands, with a Chinese font F (one em wide, UTF-16 codes); `data` replaces the first."""
    font = (
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        "/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/Ascent 880/Descent -120"
        "/CapHeight 880/ItalicAngle 0/StemV 80/FontBBox[0 -120 1000 880]>>>>]>>"
    )
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        font.encode(),
    ]
    for number, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {5 + 2 * number} 0 R"
            f"/Resources<</Font<</F 3 0 R>>>>{extra}>>".encode()
        )
        stream, filters = page.encode(), b""
        if number == 0 and data is not None:
            stream, filters = data, b"/Filter[/FlateDecode/FlateDecode]"
        objects.append(b"<</Length %d%b>>stream\n%b\nendstream" % (len(stream), filters, stream))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\n" % (size, table, size)
    return out + head + b"startxref\n%d\n%%%%EOF" % len(out)


def pdf_text(x: float, y: float, text: str, size: float = 10) -> str:
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def pdf_line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def pdf_bomb(size: int) -> bytes:
    """Packed twice: a few KB that unpack to `size` bytes."""
    return pdf("", data=zlib.compress(zlib.compress(b" " * size, 9), 9))


def open_sheet(parts: dict[str, str] | None = None) -> bytes:
    """A sheet whose first cell covers two rows."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.spreadsheet"

    def cell(text: str, more: str = "") -> str:
        return (
            f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'
        )

    first = cell("甲", ' table:number-rows-spanned="2" table:number-columns-spanned="1"') + cell("乙")
    second = "<table:covered-table-cell/>" + cell("丙")
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
        f' xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="清单"><table:table-row>{first}</table:table-row><table:table-row>{second}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        for name, part in {
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
            **(parts or {}),
        }.items():
            archive.writestr(name, part)
    return buffer.getvalue()
