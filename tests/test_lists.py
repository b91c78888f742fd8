"""Each list stands once: the forms of answers, the privacy levels, the folder of documents, the shape of an escape."""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

import analyst_magic
from analyst_magic.cli.parser import build_parser
from analyst_magic.filetypes import FILE_TYPES, OUTPUT_FOLDER
from analyst_magic.notebook.usage import usage
from analyst_magic.planner.phrases import DOCUMENTS as WORDS
from analyst_magic.turn import (
    ANSWER_FORMS,
    DOCUMENT_FORMATS,
    DOCUMENTS,
    FORMS,
    OFFICE_FORMATS,
    PRIVACY_LEVELS,
)

PACKAGE = Path(analyst_magic.__file__).parent
GUEST = PACKAGE.parent / "sandbox_image" / "guest"
LISTS = {
    "the forms of answers": FORMS,
    "the formats of documents": DOCUMENT_FORMATS,
    "the formats of Office": OFFICE_FORMATS,
    "the privacy levels": PRIVACY_LEVELS,
}
OWNER = Path("turn/formats.py")


@cache
def lists_in(text: str) -> list[set[str]]:
    """Every tuple, list and set of a module that holds strings alone; those of ``Literal[…]`` are tuples too."""
    lists = []
    for node in nodes(text):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            values = [item.value for item in node.elts if isinstance(item, ast.Constant)]
            if len(values) == len(node.elts):
                lists.append({value for value in values if isinstance(value, str)})
    return lists + [set(words.replace(",", " ").split()) for words in strings_in(text)]


@cache
def strings_in(text: str) -> list[str]:
    """Every string of a module but its docstrings."""
    prose = {id(node.value) for node in nodes(text) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in nodes(text)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


@cache
def nodes(text: str) -> list[ast.AST]:
    """The nodes of a module's tree, which all tests here look through."""
    return list(ast.walk(ast.parse(text)))


@cache
def modules() -> list[tuple[Path, str]]:
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "sandbox_image" not in path.parts]
    return [(path.relative_to(PACKAGE), path.read_text(encoding="utf-8")) for path in paths]


@pytest.mark.parametrize("name", LISTS)
def test_no_other_module_writes_a_list_again(name: str) -> None:
    wanted = set(LISTS[name])
    assert [str(path) for path, text in modules() if path != OWNER and wanted in lists_in(text)] == []


def test_a_second_list_would_be_found() -> None:
    for text in ('A = ("xlsx", "docx", "pptx")', 'Literal["pptx", "docx", "xlsx"]', '"xlsx docx pptx".split()'):
        assert set(OFFICE_FORMATS) in lists_in(text)


def test_the_folder_of_documents_is_named_in_one_module() -> None:
    assert [str(path) for path, text in modules() if OUTPUT_FOLDER in strings_in(text)] == ["filetypes.py"]


def test_the_shape_of_a_terminal_escape_is_written_in_one_module() -> None:
    found = [path for path, text in modules() if any("\x1b" in s or "\\x1b" in s for s in strings_in(text))]
    assert list(map(str, found)) == ["cleaning/text.py"]


def test_every_form_is_in_the_usage_of_the_magic_and_every_level_too() -> None:
    words = set(usage().replace(",", " ").replace(".", " ").split())
    assert {*FORMS, *PRIVACY_LEVELS} <= words


def test_the_command_line_takes_every_form() -> None:
    for form in FORMS:
        assert build_parser().parse_args(["ask", "total revenue", "--as", form]).wants == form


def test_every_document_has_what_other_parts_know_of_it() -> None:
    assert {form.name for form in ANSWER_FORMS} == set(FORMS)
    assert set(WORDS.values()) == set(DOCUMENT_FORMATS) <= set(FILE_TYPES)
    prompts = files("analyst_magic.models") / "prompts"
    for name, form in DOCUMENTS.items():
        assert (prompts / f"document_{name}.md").is_file()
        assert form.libraries


def test_the_guest_previews_every_document() -> None:
    tables = [
        {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
        for node in ast.parse((GUEST / "preview.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    ]
    assert any(set(DOCUMENT_FORMATS) <= table for table in tables)


PRIVATE = {"told", "kept", "machine", "portal", "watching", "lean", "terse", "house", "mend", "mended"}
"""Words that say nothing to a reader who meets them as a name."""


def test_no_name_of_the_code_is_private_vocabulary() -> None:
    """Names of modules, classes, functions, arguments and variables. A sentence may use the words."""
    found = []
    for path in sorted(Path(analyst_magic.__file__).parent.rglob("*.py")):
        names = {path.stem}
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names |= {getattr(node, "name", None) or "", getattr(node, "arg", None) or ""} - {""}
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                names.add(node.attr)
        found += [f"{path.name}: {name}" for name in names if PRIVATE & set(name.casefold().split("_"))]
    assert found == []
