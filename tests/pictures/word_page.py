"""The page of official documents for python-docx: GB/T 9704-2012, A4, 22 lines of 28 characters, in styles.

The numbers are the standard's: 5.2.1 to 5.2.3 (page, 版心 156 × 225 mm, 三号仿宋, 22 × 28), 7.3.1 (title), 7.3.3 (three
kinds of headings), 7.5 (page number).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor, Twips

if TYPE_CHECKING:
    from docx.document import Document as Documents
    from docx.section import Section

BODY: Final = "仿宋_GB2312"
TITLE: Final = "方正小标宋简体"
HEADING: Final = "黑体"
SUBHEADING: Final = "楷体_GB2312"
PAGE_NUMBER: Final = "宋体"
# Where a font is not installed, the one that takes its place (w:altName); 仿宋 comes with Windows since Vista.
_STAND_INS: Final = {
    BODY: "仿宋",
    SUBHEADING: "楷体",
    TITLE: "方正小标宋_GBK",
    HEADING: "SimHei",
    PAGE_NUMBER: "SimSun",
}
# 三号, 二号, 四号, 小四, 五号.
SIZE_3, SIZE_2, SIZE_4, SIZE_4S, SIZE_5 = Pt(16), Pt(22), Pt(14), Pt(12), Pt(10.5)
# 225 mm over 22 lines is 579.8 twentieths of a point. Exact, so that a font with tall lines does not take more.
LINE: Final = Twips(579)
# 156 mm over 28 characters is 15.79 pt: a quarter of a point less than 三号 each, as character spacing. A character grid
# (w:charSpace) says the same to Word, but LibreOffice takes no fraction of a point from it and fits 27.
NARROWER: Final = Pt(-0.25)
RED: Final = RGBColor(0xC0, 0, 0)


def new_document() -> Documents:
    """An empty document with the page, the styles and the page numbers."""
    document = Document()
    _drop_extras(document)
    _name_stand_ins(document)
    _set_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    set_page(document.sections[0])
    _number_pages(document.sections[0])
    return document


def set_page(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(26)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE.twips))


def set_font(properties: Any, name: str) -> None:
    """For all scripts: quotation marks and dashes are as wide as the font of Chinese text has them."""
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _drop_extras(document: Documents) -> None:
    """What python-docx's own template brings along and nobody needs."""
    part, package = document.part, document.part.package
    for source in (part.rels, package.rels):
        for number, relation in list(source.items()):
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind in {"customXml", "thumbnail", "stylesWithEffects", "numbering", "webSettings"}:
                del source[number]
    properties = document.core_properties
    for child in list(properties._element):
        properties._element.remove(child)


def _name_stand_ins(document: Documents) -> None:
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="default"/></w:font>'
        for name, other in _STAND_INS.items()
    )
    table = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'
    )
    document.part.part_related_by(RELATION.FONT_TABLE)._blob = table.encode()


def _set_styles(document: Documents) -> None:
    styles = document.styles
    used = {"Normal", "Heading 1", "Heading 2", "Heading 3", "Header", "Footer", "Table Grid", "Normal Table",
            "Default Paragraph Font", "No List"}  # fmt: skip
    for style in list(styles):
        if style.name not in used:
            style._element.getparent().remove(style._element)
    defaults = styles.element.find(qn("w:docDefaults"))
    for inherited in defaults.iter(qn("w:spacing"), qn("w:sz"), qn("w:szCs"), qn("w:lang")):
        inherited.getparent().remove(inherited)
    defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}").append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>')
    )
    _shape(styles["Normal"], BODY, SIZE_3, first_line=2)
    # No gap between Chinese characters and numerals or letters, as in the text: it would not be in the grid.
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        styles["Normal"].element.pPr.insert_element_before(
            parse_xml(f'<{name} {nsdecls("w")} w:val="0"/>'), "w:snapToGrid", "w:spacing", "w:ind", "w:jc"
        )
    _shape(styles["Heading 1"], HEADING, SIZE_3, first_line=2)
    _shape(styles["Heading 2"], SUBHEADING, SIZE_3, first_line=2)
    _shape(styles["Heading 3"], BODY, SIZE_3, first_line=2, is_bold=True)
    for name, font, size, align in (
        ("公文标题", TITLE, SIZE_2, WD_ALIGN_PARAGRAPH.CENTER),
        ("公文版头", TITLE, Pt(36), WD_ALIGN_PARAGRAPH.CENTER),
        ("公文期号", BODY, SIZE_3, WD_ALIGN_PARAGRAPH.CENTER),
        ("公文顶格", BODY, SIZE_3, WD_ALIGN_PARAGRAPH.JUSTIFY),
        ("公文落款", BODY, SIZE_3, WD_ALIGN_PARAGRAPH.CENTER),
        ("公文附件", HEADING, SIZE_3, WD_ALIGN_PARAGRAPH.LEFT),
        ("公文小节", SUBHEADING, SIZE_3, WD_ALIGN_PARAGRAPH.CENTER),
        # Numbers in a row break badly where a line is stretched.
        ("公文名单", BODY, SIZE_3, WD_ALIGN_PARAGRAPH.LEFT),
        ("公文注", BODY, SIZE_4S, WD_ALIGN_PARAGRAPH.JUSTIFY),
        ("公文版记", BODY, SIZE_4, WD_ALIGN_PARAGRAPH.LEFT),
        ("公文表头", HEADING, SIZE_5, WD_ALIGN_PARAGRAPH.CENTER),
        ("公文表格", BODY, SIZE_5, WD_ALIGN_PARAGRAPH.LEFT),
        ("公文表格数字", BODY, SIZE_5, WD_ALIGN_PARAGRAPH.CENTER),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _shape(style, font, size, align=align, first_line=2 if name == "公文名单" else 0)
    styles["公文版头"].font.color.rgb = RED
    for name, pitch in (
        ("公文版头", 54),
        ("公文标题", 33),
        ("公文注", 20),
        ("公文表头", 15),
        ("公文表格", 15),
        ("公文表格数字", 15),
    ):
        styles[name].paragraph_format.line_spacing = Pt(pitch)
        # Else their lines are as far apart as the grid's, or twice as far.
        properties = styles[name].element.get_or_add_pPr()
        properties.insert_element_before(
            parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'), "w:spacing", "w:ind", "w:jc"
        )
    styles["公文小节"].paragraph_format.keep_with_next = True
    _close(styles["公文落款"])
    cells = parse_xml(
        f'<w:tblPr {nsdecls("w")}><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr>"
    )
    borders = styles["Table Grid"].element.find(qn("w:tblPr"))
    borders.append(cells[0])


def _close(style: Any) -> None:
    """7.3.5.1: a date of seven characters ends four from the right edge, and the issuer stands over its middle.

    So both are centred in the last 15 of the line's 28 characters.
    """
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:leftChars"), "1300")
    indent.set(qn("w:left"), str(13 * 316))


def _shape(
    style: Any,
    font: str,
    size: Pt,
    *,
    first_line: int = 0,
    is_bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    set_font(properties, font)
    style.font.size, style.font.bold = size, is_bold
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(NARROWER.twips if size == SIZE_3 else 0))
    properties.get_or_add_sz().addprevious(spacing)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.alignment = align
    shape.keep_with_next = style.name.startswith("Heading")
    # The standard fills 22 lines; Word would leave some empty rather than part a paragraph's first line from the rest.
    shape.widow_control = False
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    for attribute in list(indent.attrib):
        del indent.attrib[attribute]
    # In characters for Word and WPS, and the same length for programs that know no characters.
    indent.set(qn("w:firstLineChars"), str(first_line * 100))
    indent.set(qn("w:firstLine"), str(first_line * 316))


def _number_pages(section: Section) -> None:
    """— 1 — in 四号半角宋体, one character in from the outer edge: right on odd pages, left on even ones."""
    for footer, align, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        shape = paragraph.paragraph_format
        shape.first_line_indent = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, SIZE_4
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "0")
        indent.set(qn(f"w:{side}Chars"), "100")
        indent.set(qn(f"w:{side}"), "280")
        for text, field in (("— ", ""), ("", "begin"), ("PAGE", ""), ("", "end"), (" —", "")):
            run = paragraph.add_run()
            set_font(run._r.get_or_add_rPr(), PAGE_NUMBER)
            run.font.size = SIZE_4
            if field:
                run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{field}"/>'))
            elif text == "PAGE":
                run._r.append(
                    parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>')
                )
            else:
                run.add_text(text)
