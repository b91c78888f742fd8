"""Files that are kept: under which name, with which content, and what is refused."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import textwrap
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import openpyxl
import pptx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyst_magic.documents import check, safe_name, save
from analyst_magic.errors import AnalystError, FirewallError, InputError


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


def test_a_file_is_kept_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = save("sales.xlsx", workbook("Oslo"))
    assert path == tmp_path / "analyst_output" / "sales.xlsx"
    assert openpyxl.load_workbook(path).active["A1"].value == "Oslo"


def test_the_same_content_is_the_same_file_and_other_content_gets_a_number(tmp_path: Path) -> None:
    one = save("a.txt", b"one", tmp_path)
    assert save("a.txt", b"one", tmp_path) == one
    assert save("a.txt", b"two", tmp_path).name == "a_2.txt"
    assert save("a.txt", b"three", tmp_path).name == "a_3.txt"
    assert save("a.txt", b"two", tmp_path).name == "a_2.txt"
    assert one.read_bytes() == b"one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "a_2.txt", "a_3.txt"]


def test_what_the_user_already_has_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    (tmp_path / "a.txt").symlink_to(tmp_path / "mine")
    (tmp_path / "a_2.txt").mkdir()
    (tmp_path / "a_3.txt").symlink_to(tmp_path / "nowhere")
    assert save("a.txt", b"precious", tmp_path).name == "a_4.txt"
    assert (tmp_path / "mine").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def refuse_link(source: Path, target: Path) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_many_notebooks_at_once_each_get_their_own_file(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:  # as on a FAT disk, where link() is refused
        monkeypatch.setattr(os, "link", refuse_link)
    contents = [f"content {number % 10}".encode() for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda data: save("report.txt", data, tmp_path), contents))
    if links:
        assert [path.read_bytes() for path in paths] == contents
    else:
        assert {path.read_bytes() for path in tmp_path.iterdir()} == set(contents)
    assert not list(tmp_path.glob(".*"))


def test_two_processes_at_once_each_get_their_own_file(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from analyst_magic.documents import save
        for number in range(20):
            path = save("r.txt", f"{sys.argv[2]} {number}".encode(), Path(sys.argv[1]))
            assert path.read_text() == f"{sys.argv[2]} {number}"
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    running = [subprocess.Popen([*command, name]) for name in ("one", "two")]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(list(tmp_path.iterdir())) == 40


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
        ("com1.backup.csv", "_com1.backup.csv"),
        ("a\u202efdp.xlsx", "afdp.xlsx"),
        ("a\x00b\nc.txt", "abc.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("photo.jpeg", "photo.jpg"),
        ("Übersicht 2024 – Größe 😀.pdf", "Übersicht 2024 – Größe 😀.pdf"),
        ("a . .txt", "a.txt"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_name_is_cut_at_a_whole_character() -> None:
    name = safe_name("ü" * 500 + ".txt")
    assert len(name.encode()) < 130
    assert set(name[:-4]) == {"ü"}


@pytest.mark.parametrize("name", ["a.exe", "a.xlsm", "a.html", "a.svg", "a", "", "a.xlsx.bat", "xlsx", "a.pdf/"])
def test_files_that_could_run_are_not_kept(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be kept") as caught:
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
    check("pdf", b"%PDF-1.4\n...\n%%EOF\n")
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
        from analyst_magic.documents import save
        from analyst_magic.errors import AnalystError
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            save("a.txt", b"x" * 100_000, Path(sys.argv[1]))
        except AnalystError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert f"a.txt cannot be saved in {tmp_path}" in done.stdout
    assert not list(tmp_path.iterdir())
