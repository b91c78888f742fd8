"""What the check of documents makes of code that others wrote: how much of it is refused that does no harm.

python benchmarks/documents.py --fetch FOLDER       the public examples, fetched from GitHub into a folder
python benchmarks/documents.py FOLDER [SANDBOX]     examples as scripts (.py) and as sessions in documentation (.rst)
python benchmarks/documents.py --hostile [SANDBOX]  those of hostile_documents, which do something on opening or on
                                                    a click: none may pass

Each example runs in the sandbox by itself, with the small pictures and texts that lie beside it. What it saves passes
the check of documents as any answer does. Refused examples are listed with the reason.
"""

from __future__ import annotations

import ast
import base64
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import analyst_magic

PUBLIC = {
    "jmcnamara/XlsxWriter": "examples",
    "python-openxml/python-docx": "docs",
    "scanny/python-pptx": "docs",
}
"""Repositories and the folders of their examples. They are fetched by whoever measures, and never committed."""
BESIDE = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".csv", ".txt", ".json"}
MAX_BESIDE = 300_000
SAVED = """
for _name, _form in (("document", "docx"), ("doc", "docx"), ("prs", "pptx"), ("presentation", "pptx")):
    if hasattr(globals().get(_name), "save"):
        globals()[_name].save(f"example.{_form}")
        break
"""
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
        lines = files_beside(path)
        code = "".join(lines.values()) + path.read_text("utf-8", "replace")
        yield Example(str(path.relative_to(folder)), code, tuple(lines))
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
    statements: list[str] = []
    for source in sources:
        try:
            statements += [ast.unparse(node) for node in ast.parse(source).body]
        except SyntaxError:
            continue
    start = "import docx, pptx\nfrom docx import Document\nfrom pptx import Presentation\n"
    start += "document = Document()\n" if "docx" in text else "prs = Presentation()\n" if "pptx" in text else ""
    tried = [f"try:\n    exec({statement!r}, globals())\nexcept Exception:\n    pass\n" for statement in statements]
    return start + "".join(tried) if tried and start.count("\n") > 3 else ""


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
