"""What the check of documents makes of code that others wrote: how much of it is refused that does no harm.

python benchmarks/documents.py --fetch FOLDER       the public examples, fetched from GitHub into a folder
python benchmarks/documents.py FOLDER [SANDBOX]     examples as scripts (.py) and as sessions in documentation (.rst)
python benchmarks/documents.py --hostile [SANDBOX]  those of hostile_documents, which do something on opening or on
                                                    a click: none may pass

Each example runs in the sandbox by itself, with the small pictures and texts that lie beside it. What it saves passes
the check of documents as any answer does. Refused examples are listed with the reason; one of them, in the guide of
reportlab, is an encrypted file, which cannot be looked into and is refused on purpose.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import analyst_magic

PUBLIC = {
    "jmcnamara/XlsxWriter": "examples",
    "python-openxml/python-docx": "docs",
    "scanny/python-pptx": "docs",
    "theorchard/openpyxl": "doc",
    "MrBitBucket/reportlab-mirror": "docs/userguide",
}
"""Repositories and the folders of their examples. They are fetched by whoever measures, and never committed."""
BESIDE = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".csv", ".txt", ".json"}
MAX_BESIDE = 300_000
ALONE = """
for _name in [name for name in globals() if not name.startswith("_") and name not in {"In", "Out", "get_ipython"}]:
    del globals()[_name]
"""
"""Ends the variables of the example before, so that each is run by itself."""
SAVED = """
import contextlib, io
for _name, _form in (("document", "docx"), ("doc", "docx"), ("prs", "pptx"), ("presentation", "pptx"), ("wb", "xlsx")):
    if hasattr(globals().get(_name), "save"):
        with contextlib.suppress(Exception):  # some were saved, and can be but once
            globals()[_name].save(_made := io.BytesIO())
            open(f"example.{_form}", "wb").write(_made.getvalue())
        break
"""
PRINTED = """
from reportlab.platypus import Flowable, SimpleDocTemplate
_shown = {id(value): value for value in list(globals().values()) if isinstance(value, Flowable)}
if _shown:
    SimpleDocTemplate("example.pdf").build(list(_shown.values()))
"""
"""Makes a document of what a chapter of reportlab's guide made at its top level."""
STARTS = {
    "openpyxl": "import openpyxl\nfrom openpyxl import Workbook\nwb = Workbook()\nws = wb.active\n",
    "docx": "import docx\nfrom docx import Document\ndocument = Document()\n",
    "pptx": "import pptx\nfrom pptx import Presentation\nprs = Presentation()\n",
}
"""What a page of documentation takes as given, by a word that it has."""
HOSTILE = Path(__file__).parent / "hostile_documents"


class Example(NamedTuple):
    """Code that makes a document, and where it is from."""

    name: str
    code: str
    beside: tuple[str, ...] = ()  # files that it reads, which are none of its own


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--fetch"]:
        return fetch(Path(arguments[1]))
    hostile = arguments[:1] == ["--hostile"]
    if not arguments:
        print(__doc__)
        return 2
    found = list(examples(HOSTILE if hostile else Path(arguments[0])))
    sandbox = arguments[1] if len(arguments) > 1 else "auto"
    made, refused, other, begun = 0, [], [], time.monotonic()
    os.chdir(tempfile.mkdtemp(prefix="analyst_benchmark."))
    with analyst_magic.Analyst(model="offline", sandbox=sandbox) as analyst:
        for example in found:
            analyst.run(ALONE)
            turn = analyst.run(example.code)
            notes = [note for note in turn.notes if " was refused: " in note and not note.startswith(example.beside)]
            if turn.documents and (hostile or not notes):
                made += 1
                print(f"made     {example.name}", flush=True)
            elif turn.error is not None or not notes:
                other.append(example.name)
                print(f"no file  {example.name}: {str(turn.error or 'nothing was saved')[:160]}", flush=True)
            else:
                refused.append(example.name)
                print(f"refused  {example.name}: {notes[0][:200]}", flush=True)
    print(f"{len(found)} examples: {made} made a document, {len(refused)} refused, {len(other)} made no file; "
          f"{time.monotonic() - begun:.0f} s")  # fmt: skip
    return int(bool(made if hostile else refused))


def examples(folder: Path) -> Iterator[Example]:
    """The examples below a folder: its scripts, and the sessions of its documentation."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8", "replace")
        if "rl_doc_utils" in text:  # a chapter of reportlab's guide, which holds its examples as texts
            if code := tried(shown_code(text)):
                yield Example(str(path.relative_to(folder)), code + PRINTED)
            continue
        lines = files_beside(path)
        yield Example(str(path.relative_to(folder)), "".join(lines.values()) + text, tuple(lines))
    for path in sorted(folder.rglob("*.rst")):
        code = session(path.read_text("utf-8", "replace"))
        if code:
            yield Example(str(path.relative_to(folder)), code + SAVED)


def session(text: str) -> str:
    """What a page of documentation types at Python's prompt or shows as code, each statement by itself.

    A statement that needs what the page does not have is skipped.
    """
    typed = re.findall(r"^\s*(?:>>>|\.\.\.) ?(.*)$", text, re.MULTILINE)
    blocks = re.findall(r"(?:::|code-block:: python)\n\n((?:    .*\n|\n)+)", text)
    sources = ["\n".join(typed), *(re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks)]
    start = next((start for word, start in STARTS.items() if word in text), "")
    code = tried(sources)
    return start + code if start and code else ""


def shown_code(text: str) -> list[str]:
    """The examples that a chapter of reportlab's guide shows."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    shown = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"eg", "EmbeddedCode"}]
    firsts = [call.args[0] for call in shown if call.args]
    return [first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)]


def tried(sources: list[str]) -> str:
    """Code that runs each statement of some sources by itself; one that fails is skipped."""
    statements: list[str] = []
    for source in sources:
        with contextlib.suppress(SyntaxError):
            statements += [ast.unparse(node) for node in ast.parse(textwrap.dedent(source)).body]
    return "".join(
        f"try:\n    exec({statement!r}, globals())\nexcept Exception:\n    pass\n" for statement in statements
    )


def files_beside(path: Path) -> dict[str, str]:
    """The names of the small files beside a script, which it reads, with the lines that write them."""
    text, lines = path.read_text("utf-8", "replace"), dict[str, str]()
    for other in sorted(path.parent.iterdir()):
        if other.suffix in BESIDE and other.name in text and other.stat().st_size <= MAX_BESIDE:
            data = base64.b64encode(other.read_bytes()).decode("ascii")
            lines[other.name] = f"import base64; open({other.name!r}, 'wb').write(base64.b64decode({data!r}))\n"
    return lines


def fetch(folder: Path) -> int:
    """Fetch the public examples into a folder."""
    for repository, part in PUBLIC.items():
        target = folder / repository.replace("/", "_")
        address = f"https://github.com/{repository}"
        clone = ["git", "clone", "--depth", "1", "--filter=blob:none", "--sparse", address, str(target)]
        subprocess.run(clone, check=True)
        subprocess.run(["git", "-C", str(target), "sparse-checkout", "set", part], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
