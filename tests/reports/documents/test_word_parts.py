"""Nothing comes in with a Word template but itself, however it is written."""

from __future__ import annotations

import time
import zipfile
from dataclasses import asdict
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pytest
from docx import Document
from lxml import etree

from tests.reports.made_accounts import KINDS, gettext
from tests.reports.word import paragraphs
from tracker.errors import DocumentTemplateError
from tracker.importers.files.refusals import (
    CompressionRatioError,
    DamagedFileError,
    EntityError,
    MacroError,
    OutsideContentError,
    RefusedFileError,
    StrangePartError,
)
from tracker.importers.files.source import SourceFile
from tracker.reports.accounts.account_samples import full_account
from tracker.reports.documents import word_child
from tracker.reports.documents.word import packaged_template
from tracker.reports.documents.word_file import checked, sealed
from tracker.reports.documents.word_template import write_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Change = Mapping[str, bytes | Callable[[bytes], bytes]]

MAIN: Final = "word/document.xml"
RELATIONS: Final = "word/_rels/document.xml.rels"
TYPES: Final = "[Content_Types].xml"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FETCHED: Final = "http://outside.example/x"
SAMPLE: Final = asdict(full_account("report", gettext))


def packed(change: Change) -> bytes:
    """The packaged template with some of its parts changed or new."""
    with zipfile.ZipFile(BytesIO(packaged_template("report"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in change.items():
        parts[name] = part if isinstance(part, bytes) else part(parts[name])
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def accepted(change: Change) -> bytes:
    return checked(SourceFile("本办.docx", packed(change)))


def before(end: str, text: str) -> Callable[[bytes], bytes]:
    """Puts `text` in front of the last `end` of a part."""

    def change(part: bytes) -> bytes:
        place = part.rindex(end.encode())
        return part[:place] + text.encode() + part[place:]

    return change


def relation(attributes: str) -> dict[str, bytes | Callable[[bytes], bytes]]:
    return {RELATIONS: before("</Relationships>", f"<Relationship Id='rIdX' {attributes}/>")}


def relations(text: str, encoding: str = "utf-8") -> Change:
    """A part of relationships where there was none."""
    return {"word/_rels/settings.xml.rels": text.encode(encoding)}


def body(text: str) -> Change:
    return {MAIN: before("<w:sectPr", text)}


def typed(suffix: str, kind: str) -> dict[str, bytes | Callable[[bytes], bytes]]:
    return {TYPES: before("</Types>", f'<Default Extension="{suffix}" ContentType="{kind}"/>')}


def field(*runs: str) -> Change:
    return body(f"<w:p>{BEGIN}{''.join(runs)}{END}</w:p>")


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


BEGIN: Final = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE: Final = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END: Final = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
CONTENTS: Final = code("TOC \\o")
JUMP: Final = code("HYPERLINK \\l x")
INCLUDE: Final = f'INCLUDEPICTURE "{FETCHED}.png" \\d'
OLE: Final = b"\xd0\xcf\x11\xe0 an object"
SVG: Final = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{FETCHED}.png"/></svg>'.encode()
EXTERNAL: Final = f'Target="{FETCHED}" TargetMode="External"'
TEMPLATE: Final = f'Type="{OFFICE}attachedTemplate"'
CHOICE: Final = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"

FROM_OUTSIDE: Final[dict[str, Change]] = {
    "as Word writes it": relation(f"{TEMPLATE} {EXTERNAL}"),
    "single quotes": relation(f"{TEMPLATE} Target='{FETCHED}' TargetMode='External'"),
    "spaces around the sign": relation(f'{TEMPLATE} Target="{FETCHED}" TargetMode = "External"'),
    "a character by its number": relation(f'{TEMPLATE} Target="{FETCHED}" TargetMode="Ex&#116;ernal"'),
    "another mode": relation(f'Type="{OFFICE}image" Target="{FETCHED}" TargetMode="external"'),
    "a bracket in the target": relation(f'{TEMPLATE} Target="{FETCHED}>.dotm" TargetMode="External"'),
    "a target like a link": relation(f'{TEMPLATE} Target="{FETCHED}/hyperlink" TargetMode="External"'),
    "a share like a link": relation(
        f'Type="{OFFICE}image" Target="\\\\outside.example\\hyperlink" TargetMode="External"'
    ),
    "a type like a link": relation(f'Type="urn:x/hyperlink" {EXTERNAL}'),
    "no mode": relation(f'Type="{OFFICE}image" Target="{FETCHED}"'),
    "a prefix": relations(
        f'<p:Relationships xmlns:p="{PACKAGE}"><p:Relationship Id="r" {TEMPLATE} {EXTERNAL}/></p:Relationships>'
    ),
    "UTF-16": relations(
        f'<?xml version="1.0" encoding="UTF-16"?><Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r" {TEMPLATE} {EXTERNAL}/></Relationships>',
        "utf-16",
    ),
    "addresses of letters": relations(
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}mailMergeSource"'
        ' Target="file://outside.example/x.csv" TargetMode="External"/></Relationships>'
    ),
    "relations of the file": {
        "_rels/.rels": before("</Relationships>", f'<Relationship Id="r" Type="{OFFICE}x" {EXTERNAL}/>')
    },
    "a picture": relation(f'Type="{OFFICE}image" {EXTERNAL}'),
    "a picture of this machine": relation(
        f'Type="{OFFICE}image" Target="file:///etc/passwd" TargetMode="External"'
    ),
    "a link that starts something": relation(
        f'Type="{OFFICE}hyperlink" Target="file:///c:/x.exe" TargetMode="External"'
    ),
    "a script": relation(f'Type="{OFFICE}hyperlink" Target="javascript:x()" TargetMode="External"'),
    "a page in place of a chapter": relation(f'Type="{OFFICE}aFChunk" Target="notes.html"')
    | {"word/notes.html": b"<p>x</p>"},
    "an object by another name": relation(f'Type="{OFFICE}oleObject" Target="foo.bin"')
    | {"word/foo.bin": OLE},
    "an object as a picture": relation(f'Type="{OFFICE}image" Target="foo.png"') | {"word/foo.png": OLE},
    "a drawing as a picture": relation(f'Type="{OFFICE}image" Target="foo.png"') | {"word/foo.png": SVG},
    "an object that nothing leads to": {"word/foo.bin": OLE},
    "an object where Word puts them": {"word/embeddings/oleObject1.bin": OLE},
    "a control": relation(f'Type="{OFFICE}control" Target="ctl.xml"') | {"word/ctl.xml": b"<ocx/>"},
    "a control by its element": {"word/ctl.xml": b"<a:ocx xmlns:a='urn:x'/>"},
    "buttons of its own": {
        "_rels/.rels": before(
            "</Relationships>",
            "<Relationship Id='r' Type='http://schemas.microsoft.com/office/2006/relationships/ui/extensibility'"
            " Target='customUI/customUI.xml'/>",
        ),
        "customUI/customUI.xml": b"<x/>",
    },
    "buttons by their element": {"x/x.xml": b"<customUI/>"},
    "the type of an object": typed("bin", "application/vnd.openxmlformats-officedocument.oleObject"),
    "the type of a control": typed("bin", "application/vnd.ms-office.activeX+xml"),
    "the type of a page": typed("htm", "text/html"),
    "chapters": body(f'<w:altChunk xmlns:r="{OFFICE}" r:id="rIdA"/>'),
    "chapters by another prefix": body(f'<x:altChunk xmlns:x="{WORD}"/>'),
    "documents in it": body('<w:subDoc w:id="1"/>'),
    "an object in the text": body("<w:p><w:r><w:object/></w:r></w:p>"),
    "addresses in the settings": {
        "word/settings.xml": before(
            "</w:settings>", '<w:mailMerge><w:connectString w:val="x"/></w:mailMerge>'
        )
    },
    "an old drawing with an address": body(
        '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="//outside.example/x"/></w:pict>'
        "</w:r></w:p>"
    ),
}


@pytest.mark.parametrize("change", FROM_OUTSIDE.values(), ids=list(FROM_OUTSIDE))
def test_nothing_is_fetched_or_held(change: Change) -> None:
    with pytest.raises(OutsideContentError):
        accepted(change)


FIELDS: Final[dict[str, Change]] = {
    "in an attribute": body(f"<w:p><w:fldSimple w:instr='{INCLUDE}'/></w:p>"),
    "as Word writes it": field(code(INCLUDE)),
    "in small letters": field(code(INCLUDE.lower())),
    "in two pieces": field(code("INCL"), code('UDEPICTURE "x"')),
    "a program in two pieces": field(code("DDE"), code('AUTO c:\\x.exe ""')),
    "with a comment in it": field(code("DDE<!-- x -->AUTO c:\\x.exe")),
    "by another prefix": body(f'<x:p xmlns:x="{WORD}"><x:r><x:instrText>{INCLUDE}</x:instrText></x:r></x:p>'),
    "without a begin": body(f"<w:p>{code(INCLUDE)}</w:p>"),
    "that is deleted": field(f"<w:r><w:delInstrText>{INCLUDE}</w:delInstrText></w:r>"),
    "as plain text": field(f"<w:r><w:t>{INCLUDE}</w:t></w:r>"),
    "behind plain text": field("<w:r><w:t>PAGE </w:t></w:r>", code(INCLUDE)),
    "from a bookmark": field(BEGIN, code("REF name"), SEPARATE, END, code(' "x"')),
    "before the name": field(BEGIN, code("REF name"), END, code("PAGE")),
    "inside of the name": field(code("DAT"), BEGIN, code("REF name"), END, code("E x")),
    "of the result of another": field(code("IF 1 = 1 "), BEGIN, code(INCLUDE), END),
    "for some readers": field(
        f'<mc:AlternateContent {CHOICE}><mc:Choice Requires="x">{code("PAGE ")}</mc:Choice></mc:AlternateContent>',
        code(INCLUDE),
    ),
    "when a change is taken": field(f'<w:del w:id="1" w:author="x">{code("PAGE ")}</w:del>', code(INCLUDE)),
    "over paragraphs": body(f"<w:p>{BEGIN}{code('PAGE ')}</w:p><w:p>{code(INCLUDE)}{END}</w:p>"),
    "without a name": field(code(" ")),
    "a macro": field(code("MACROBUTTON x y")),
    "a link that starts something": field(code('HYPERLINK "file:///c:/x.exe"')),
    "in a footer": {
        "word/footer1.xml": before("</w:ftr>", f"<w:p>{BEGIN}{code('LINK Excel.Sheet')}{END}</w:p>")
    },
    "in a style": {"word/styles.xml": before("</w:styles>", f"<x>{code('DATABASE')}</x>")},
}


@pytest.mark.parametrize("change", FIELDS.values(), ids=list(FIELDS))
def test_fields_that_fetch_are_refused_by_their_code(change: Change) -> None:
    with pytest.raises(DocumentTemplateError, match="不能使用域“") as error:
        accepted(change)
    assert str(error.value.fields["part"]) == {
        "word/footer1.xml": "页脚",
        "word/styles.xml": "样式或设置",
    }.get(next(iter(change)), "正文")


ODD: Final[dict[str, tuple[Change, type[RefusedFileError]]]] = {
    "macros by their type": (typed("bin", "application/vnd.ms-office.vbaProject"), MacroError),
    "a file for macros": (
        typed("x", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        MacroError,
    ),
    "macros by their relation": (
        relation('Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="foo.bin"')
        | {"word/foo.bin": OLE},
        MacroError,
    ),
    "one name twice": ({"word/Document.xml": b"<x/>"}, StrangePartError),
    "broken": ({"word/styles.xml": b"<w:styles"}, DamagedFileError),
    "entities": ({"word/styles.xml": b'<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>'}, EntityError),
    "entities in UTF-7": (
        {"word/styles.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x><x/>'},
        RefusedFileError,
    ),
    "a bomb": ({"word/media/x.png": b"\0" * 9_000_000}, CompressionRatioError),
}


@pytest.mark.parametrize(("change", "error"), ODD.values(), ids=list(ODD))
def test_what_no_office_program_would_write(change: Change, error: type[RefusedFileError]) -> None:
    with pytest.raises(error):
        accepted(change)


PNG: Final = b"\x89PNG\r\n\x1a\n a picture"
HARMLESS: Final[dict[str, Change]] = {
    "nothing changed": {},
    "a link": relation(f'Type="{OFFICE}hyperlink" {EXTERNAL}'),
    "a mailbox": relation(f'Type="{OFFICE}hyperlink" Target="mailto:a@example.org" TargetMode="External"'),
    "a page number": body('<w:p><w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/></w:p>'),
    "a page number in pieces": field(code(" pa"), code("ge "), SEPARATE, "<w:r><w:t>1</w:t></w:r>"),
    "a page number in a sum": field(
        code("= "), BEGIN, code("NUMPAGES"), SEPARATE, "<w:r><w:t>3</w:t></w:r>", END, code(" - 1")
    ),
    "a page number in a box": body(
        f'<w:p><w:r><mc:AlternateContent {CHOICE}><mc:Choice Requires="wps"><w:p>{BEGIN}{code("PAGE")}{END}</w:p>'
        "</mc:Choice></mc:AlternateContent></w:r></w:p>"
    ),
    "a table of contents": body(
        f"<w:p>{BEGIN}{CONTENTS}{SEPARATE}{BEGIN}{JUMP}{SEPARATE}"
        f"<w:r><w:t>一</w:t></w:r>{END}</w:p><w:p>{END}</w:p>"
    ),
    "an emblem": relation(f'Type="{OFFICE}image" Target="media/x.png"')
    | {"word/media/x.png": PNG}
    | typed("png", "image/png"),
    "a font of its own": {
        "word/_rels/fontTable.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}font" Target="fonts/font1.odttf"/>'
            "</Relationships>"
        ).encode(),
        "word/fonts/font1.odttf": b"\x07\x11 letters",
    }
    | typed("odttf", "application/vnd.openxmlformats-officedocument.obfuscatedFont"),
    "folders of the archive": {"word/": b""},
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=list(HARMLESS))
def test_what_offices_use_comes_in(change: Change) -> None:
    content = sealed(write_document(accepted(change), SAMPLE), "本办.docx")
    assert "一、总体情况" in paragraphs(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert ("word/media/x.png" not in change) or archive.read("word/media/x.png") == PNG


def test_the_next_reader_gets_what_this_one_read() -> None:
    """Comments cut words in two, and an encoding hides them."""
    text = f'<?xml version="1.0" encoding="UTF-16"?><!-- 甲 --><w:fonts xmlns:w="{WORD}"><?x y?></w:fonts>'
    with zipfile.ZipFile(BytesIO(accepted({"word/fontTable.xml": text.encode("utf-16")}))) as archive:
        part = archive.read("word/fontTable.xml")
    assert part.startswith(b"<?xml version='1.0' encoding='UTF-8'")
    assert etree.canonicalize(part.decode()) == f'<w:fonts xmlns:w="{WORD}"></w:fonts>'


def test_a_field_that_tags_put_together_is_found_in_what_was_written() -> None:
    """A tag with a hyphen takes what stands before it away."""
    blank = '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
    change = field(blank, code("PAGE {%- if title -%}"), blank, code(INCLUDE + "{% endif %}"))
    written = write_document(accepted(change), SAMPLE)
    with pytest.raises(DocumentTemplateError, match="正文：不能使用域“INCLUDEPICTURE"):
        sealed(written, "x.docx")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_bare", [False, True])
def test_the_same_account_is_the_same_bytes_at_any_time(
    monkeypatch: pytest.MonkeyPatch, kind: str, *, is_bare: bool
) -> None:
    """Part by part and date by date; `is_bare`: a template that says nothing of itself."""
    template = _bare() if is_bare else packaged_template(kind)
    account = asdict(full_account(kind, gettext))
    written = []
    for moment in (1_700_000_000.0, 1_900_000_000.0):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda now=moment: now)
            patch.setattr(time, "localtime", lambda *_, now=moment: time.gmtime(now))
            written.append(word_child._written("x.docx", template, account))
    first, second = ([*_entries(content)] for content in written)
    assert first == second
    assert {date for _name, date, _part in first} == {(1980, 1, 1, 0, 0, 0)}
    assert written[0] == written[1]
    properties = Document(BytesIO(written[0])).core_properties
    assert (properties.created, properties.modified, properties.last_modified_by) == (None, None, "")


def _bare() -> bytes:
    document = Document()
    document.add_paragraph("{{ title }}")
    content = BytesIO()
    document.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    ).encode()
    bare = BytesIO()
    with zipfile.ZipFile(bare, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return bare.getvalue()


def _entries(content: bytes) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [(entry.filename, entry.date_time, archive.read(entry)) for entry in archive.infolist()]
