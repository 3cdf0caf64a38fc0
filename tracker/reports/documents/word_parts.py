"""What the parts of a Word file may be: nothing that fetches, runs or embeds something when the file is opened.

Every part is parsed, and what is allowed is listed: content types, relationships and fields, pictures by their first
bytes. What the next reader gets is the parsed tree written anew, so that it cannot see another file than this one did.
ECMA-376-2 (packages, relationships) and ECMA-376-1 (WordprocessingML).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lxml import etree

from tracker.importers.files.refusals import (
    DamagedFileError,
    EntityError,
    MacroError,
    OutsideContentError,
    StrangePartError,
)
from tracker.reports.documents.word_fields import local_name, require_known_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element as Element

_TYPES: Final = re.compile(
    r"image/(?:png|jpe?g|pjpeg|gif|bmp|x-ms-bmp|tiff|(?:x-)?[ew]mf)"
    r"|application/xml"
    r"|application/vnd\.openxmlformats-package\.(?:relationships|core-properties)\+xml"
    r"|application/vnd\.openxmlformats-officedocument\.(?:theme|extended-properties|custom-properties|customXmlProperties)"
    r"\+xml"
    r"|application/vnd\.openxmlformats-officedocument\.wordprocessingml\.(?:document\.main|document\.glossary|styles"
    r"|settings|webSettings|fontTable|numbering|header|footer|footnotes|endnotes|comments|commentsExtended|commentsIds"
    r"|commentsExtensible|people)\+xml"
    r"|application/vnd\.ms-word\.stylesWithEffects\+xml"
    r"|application/vnd\.openxmlformats-officedocument\.obfuscatedFont"
    r"|application/vnd\.openxmlformats-officedocument\.wordprocessingml\.printerSettings"
)
_MACROS: Final = re.compile(r"macro|vba", re.IGNORECASE)

_TREE: Final = "tree"
_PICTURE: Final = "picture"
# Fonts of the document, and what a printer's driver left behind: read by nobody as anything else.
_BLOB: Final = "blob"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
_MICROSOFT: Final = "http://schemas.microsoft.com/office/"
_HYPERLINK: Final = _OFFICE + "hyperlink"
# Of each type of relationship, what it may lead to.
_RELATIONS: Final = {
    **{
        _OFFICE + name: _TREE
        for name in [
            "officeDocument",
            "styles",
            "settings",
            "webSettings",
            "fontTable",
            "numbering",
            "theme",
            "header",
            "footer",
            "footnotes",
            "endnotes",
            "comments",
            "customXml",
            "customXmlProps",
            "extended-properties",
            "custom-properties",
            "glossaryDocument",
        ]
    },
    **{
        _MICROSOFT + name: _TREE
        for name in [
            "2007/relationships/stylesWithEffects",
            "2011/relationships/commentsExtended",
            "2011/relationships/people",
            "2016/09/relationships/commentsIds",
            "2018/08/relationships/commentsExtensible",
        ]
    },
    _PACKAGE + "core-properties": _TREE,
    "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core-properties": _TREE,
    _PACKAGE + "thumbnail": _PICTURE,
    _OFFICE + "image": _PICTURE,
    _OFFICE + "font": _BLOB,
    _OFFICE + "printerSettings": _BLOB,
}
# A click of the reader's own, to a page, a mailbox or another place of the document.
_CLICKED: Final = re.compile(r"https?://|mailto:|#", re.IGNORECASE)

# PNG, JPEG, GIF, BMP, TIFF, EMF, WMF: an SVG, by whatever name, is a document that may fetch others.
_PICTURES: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a",
    b"\x01\0\x09\0", b"\x02\0\x09\0",
)  # fmt: skip
_FETCHING: Final = frozenset(
    [
        "OLEObject",
        "altChunk",
        "attachedTemplate",
        "control",
        "customUI",
        "entryMacro",
        "exitMacro",
        "mailMerge",
        "movie",
        "object",
        "ocx",
        "saveThroughXslt",
        "schemaLibrary",
        "sourceFileName",
        "subDoc",
    ]
)
_VML: Final = "{urn:schemas-microsoft-com:"
_LONGEST_QUOTE: Final = 60


def harmless_parts(parts: Mapping[str, bytes], file: str) -> dict[str, bytes]:
    """The parts by name, those in XML written anew. Raises a RefusedFileError, of fields DocumentTemplateError."""
    found = {name: part for name, part in parts.items() if part or not name.endswith("/")}
    kinds: dict[str, str] = {}
    trees: dict[str, Element] = {}
    for name, part in found.items():
        if name.lower() in kinds:
            raise StrangePartError(file=file, part=name)
        tree = None if part.startswith(_PICTURES) else _tree(name, part, file)
        if tree is not None:
            trees[name] = tree
        kinds[name.lower()] = _TREE if tree is not None else _PICTURE if part.startswith(_PICTURES) else _BLOB
    led_to: set[str] = set()
    for name, tree in trees.items():
        if name.lower() == "[content_types].xml":
            _require_known_types(tree, file)
        elif name.lower().endswith(".rels"):
            led_to.update(_led_to(name, tree, kinds, file))
        else:
            _require_no_fetching(tree, file)
            require_known_fields(name, tree)
    for name, kind in kinds.items():
        if kind == _BLOB and name not in led_to:
            raise OutsideContentError(file=file, target=name)
    return {
        name: etree.tostring(trees[name], encoding="UTF-8", standalone=True) if name in trees else part
        for name, part in found.items()
    }


def _tree(name: str, part: bytes, file: str) -> Element | None:
    """None for what is no XML and does not say that it were."""
    # A parser belongs to one document. Without comments no text is cut in two.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if name.lower().endswith((".xml", ".rels")):
            raise DamagedFileError(file=file, suffix=".docx") from error
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        raise EntityError(file=file, part=name)
    return root


def _require_known_types(tree: Element, file: str) -> None:
    for _node, attributes in _elements(tree):
        kind = attributes.get("ContentType")
        if kind is None or _TYPES.fullmatch(kind):
            continue
        if _MACROS.search(kind):
            raise MacroError(file=file, suffix=".docx")
        raise OutsideContentError(file=file, target=kind[:_LONGEST_QUOTE])


def _led_to(name: str, tree: Element, kinds: Mapping[str, str], file: str) -> Iterator[str]:
    """The parts that relationships of a part lead to, in small letters."""
    folder = posixpath.dirname(posixpath.dirname(name))
    for node, attributes in _elements(tree):
        if local_name(node) != "Relationship":
            continue
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if kind == _HYPERLINK and _CLICKED.match(target):
            continue
        if _MACROS.search(kind):
            raise MacroError(file=file, suffix=".docx")
        part = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/").lower()
        wanted = _RELATIONS.get(kind)
        is_inside = attributes.get("TargetMode", "Internal") == "Internal" and part in kinds
        if not is_inside or wanted is None or wanted not in (_BLOB, kinds[part]):
            raise OutsideContentError(file=file, target=(target or kind)[:_LONGEST_QUOTE])
        yield part


def _require_no_fetching(tree: Element, file: str) -> None:
    for node, attributes in _elements(tree):
        name = local_name(node)
        if name in _FETCHING:
            raise OutsideContentError(file=file, target=name)
        if str(node.tag).startswith(_VML) and (address := attributes.get("src") or attributes.get("althref")):
            raise OutsideContentError(file=file, target=address[:_LONGEST_QUOTE])


def _elements(tree: Element) -> Iterator[tuple[Element, dict[str, str]]]:
    """With their attributes by local name."""
    for node in tree.iter():
        yield node, {local_name(name): str(value) for name, value in node.attrib.items()}
