"""What python-docx has no call for: fields, bookmarks, fonts of Chinese text, shades; and equal bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

SONG, HEI = "宋体", "黑体"
"""The fonts of Chinese official papers: of the text, and of headings."""
LATIN = "Times New Roman"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """``w:tag`` with attributes of the same namespace."""
    made: BaseOxmlElement = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_fonts(properties: BaseOxmlElement, latin: str, chinese: str) -> None:
    """The fonts of a ``w:rPr``; those of the theme, which would prevail, are taken out."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for name in [name for name in fonts.attrib if str(name).lower().endswith("theme")]:
        del fonts.attrib[name]
    for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{name}"), font)


def set_style(
    style: ParagraphStyle, chinese: str, size: float, before: float, after: float, colour: str = "1B2430"
) -> None:
    """Font, size and room before and after, in points."""
    set_fonts(style.element.get_or_add_rPr(), LATIN, chinese)
    style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.MULTIPLE, 1.25


def set_defaults(document: Document) -> None:
    """Text that no style says anything of: Chinese in 宋体, and in the language of its readers."""
    properties = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if properties is not None:
        set_fonts(properties, LATIN, SONG)
        language = properties.find(qn("w:lang"))
        if language is not None:
            language.set(qn("w:eastAsia"), "zh-CN")


def add_field(paragraph: Paragraph, code: str, shown: str = "") -> None:
    """A field that Word works out: PAGE, NUMPAGES; ``shown`` until it does."""
    begin_field(paragraph, code)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, code: str, dirty: bool = False) -> None:
    """The beginning of a field; what follows up to its end is shown. ``dirty``: to be worked out anew."""
    for part in (
        element("fldChar", fldCharType="begin", **({"dirty": "true"} if dirty else {})),
        element("instrText"),
        element("fldChar", fldCharType="separate"),
    ):
        if part.tag == qn("w:instrText"):
            part.text = f" {code} "
            part.set(qn("xml:space"), "preserve")
        paragraph.add_run()._r.append(part)


def end_field(paragraph: Paragraph) -> None:
    """The end of a field."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    """Makes the paragraph a place that can be linked to."""
    begin = element("bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, begin)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def add_link(paragraph: Paragraph, name: str, text: str) -> None:
    """A text that leads to a bookmark."""
    link = element("hyperlink", anchor=name, history="1")
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)


def shade(cell: _Cell, colour: str) -> None:
    """The ground of a cell."""
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))


def upright(cell: _Cell, lang: str) -> None:
    """Text from top to bottom in Chinese, from bottom to top in English."""
    cell._tc.get_or_add_tcPr().append(element("textDirection", val="btLr" if lang == "en" else "tbRlV"))


def head_row(row: _Row) -> None:
    """A row that is repeated on every page."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def whole_row(row: _Row) -> None:
    """A row that no page breaks."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def set_widths(table: Table, widths: Sequence[float]) -> None:
    """The widths of its columns in millimetres, which no text changes."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def without_border(style: ParagraphStyle) -> None:
    """No line below its paragraphs."""
    properties = style.element.find(qn("w:pPr"))
    border = None if properties is None else properties.find(qn("w:pBdr"))
    if properties is not None and border is not None:
        properties.remove(border)


def narrow(table: Table, twips: int) -> None:
    """Room between the text of its cells and their sides."""
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(twips), type="dxa"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)


def describe(table: Table, text: str) -> None:
    """What a table that is a figure says, for those who do not see it."""
    table._tbl.tblPr.append(element("tblDescription", val=text))


def saved(document: Document) -> bytes:
    """The file. Equal documents give the same bytes: nothing in it says when it was written, or by whom."""
    properties = document.core_properties._element
    for name in ("dcterms:created", "dcterms:modified"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    written = io.BytesIO()
    document.save(written)
    made = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            new.writestr(zipfile.ZipInfo(item.filename, _EPOCH), old.read(item), zipfile.ZIP_DEFLATED)
    return made.getvalue()
