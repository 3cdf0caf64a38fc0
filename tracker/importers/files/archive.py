"""A zip opened with care: every part is inflated by us and counted, before any parser sees it.

What the headers say about sizes is not believed. Parsers get an archive that is written anew from the parts
(`rewritten`), so that they cannot read another file than the one that was checked.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Final

from tracker.importers.files.limits import (
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED,
    MEGABYTE,
    RATIO_FLOOR,
)
from tracker.importers.files.refusals import (
    CompressionRatioError,
    DamagedFileError,
    EntityError,
    NestedArchiveError,
    OverlappingPartsError,
    PasswordError,
    StrangePartError,
    TooManyPartsError,
    UnpackedTooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.importers.files.source import SourceFile

ZIP: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
_ENCRYPTED: Final = 0x1
# Pictures and objects hold nothing that is read: they are counted, and handed on empty.
_UNREAD: Final = re.compile(
    r"(?:^|/)(?:media|embeddings|fonts|Pictures|Thumbnails|printerSettings|activeX)/|"
    r"\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)$",
    re.IGNORECASE,
)
_MAY_HOLD_ARCHIVES: Final = re.compile(r"(?:^|/)embeddings/")
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# OpenOffice wrote this one with a document type of its own.
_ODF_MANIFEST: Final = "META-INF/manifest.xml"


def open_archive(source: SourceFile) -> dict[str, bytes]:
    """The parts by name. Raises a RefusedFileError for anything that an office program would not write."""
    return {name: _checked(name, part, source.name) for name, part in unpack_archive(source).items()}


def unpack_archive(source: SourceFile) -> dict[str, bytes]:
    """The parts by name, counted and whole, whatever stands in them: for a packet of files that people made."""
    data, file = source.data, source.name
    # Counted in the bytes: reading a directory of a million entries is what must not happen.
    if data.count(_CENTRAL) > MAX_PARTS:
        raise TooManyPartsError(file=file, limit=MAX_PARTS)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    # zipfile lets through whatever a damaged directory runs into.
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        EOFError,
        OverflowError,
        NotImplementedError,
    ) as error:
        raise DamagedFileError(file=file, suffix=source.suffix) from error
    parts: dict[str, bytes] = {}
    reached = unpacked = 0
    for entry in entries:
        _refuse_strange(entry, parts, file)
        start, end = _span(entry, source)
        if entry.header_offset < reached:
            raise OverlappingPartsError(file=file, part=entry.filename)
        reached = end
        part = _inflate(entry, data[start:end], MAX_UNPACKED - unpacked, source)
        unpacked += len(part)
        parts[entry.filename] = part
    return parts


def rewritten(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive of our own making, stored without compression."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def _refuse_strange(entry: zipfile.ZipInfo, parts: Mapping[str, bytes], file: str) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise PasswordError(file=file)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_packed_oddly = entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if is_link or is_packed_oddly or entry.filename in parts:
        raise StrangePartError(file=file, part=entry.filename)


def _span(entry: zipfile.ZipInfo, source: SourceFile) -> tuple[int, int]:
    """Where the packed bytes of `entry` start and end in the file."""
    header = source.data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(ZIP):
        raise DamagedFileError(file=source.name, suffix=source.suffix)
    name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    end = start + entry.compress_size
    if end > len(source.data):
        raise DamagedFileError(file=source.name, suffix=source.suffix)
    return start, end


def _inflate(entry: zipfile.ZipInfo, packed: bytes, room: int, source: SourceFile) -> bytes:
    most = max(len(packed) * MAX_RATIO, RATIO_FLOOR)
    if entry.compress_type == zipfile.ZIP_STORED:
        part, is_whole = packed, True
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            part = inflater.decompress(packed, min(room, most) + 1)
        except zlib.error as error:
            raise DamagedFileError(file=source.name, suffix=source.suffix) from error
        is_whole = inflater.eof
    if len(part) > most:
        raise CompressionRatioError(file=source.name, part=entry.filename, ratio=MAX_RATIO)
    if len(part) > room:
        raise UnpackedTooLargeError(file=source.name, limit=MAX_UNPACKED // MEGABYTE)
    if not is_whole or len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise DamagedFileError(file=source.name, suffix=source.suffix)
    return part


def _checked(name: str, part: bytes, file: str) -> bytes:
    if part.startswith(ZIP) and not _MAY_HOLD_ARCHIVES.search(name):
        raise NestedArchiveError(file=file, part=name)
    if _UNREAD.search(name):
        return b""
    # UTF-16 has a zero beside each ASCII byte.
    plain = part.replace(b"\0", b"") if b"\0" in part[:8] else part
    found = _DECLARATION.search(plain)
    if found and not (name == _ODF_MANIFEST and b"<!ENTITY" not in plain):
        raise EntityError(file=file, part=name)
    return part
