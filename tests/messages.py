"""The texts that people are shown, taken out of the code, and the catalogues that translate them.

``make messages`` runs this: it brings every catalogue up to date with the code. A new text comes in without a
translation, one that is gone is dropped. ``python tests/messages.py pt`` begins the catalogue of another language.
"""

from __future__ import annotations

import ast
import json
import operator
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from analyst_magic.language import CATALOGUES, DOMAIN, ENGLISH, LANGUAGES, Entry, read_po
from analyst_magic.models.providers import label_of
from analyst_magic.results.chart_edit import CHARTS, COLOURS, ORDERS
from analyst_magic.settings_schema import SANDBOXES
from analyst_magic.turn import PRIVACY_WORDS

ROOT = CATALOGUES.parent.parent
PANEL = ROOT / "labextension"
TEXTS = {"message", "tr", "localize"}
COUNTED = {"messages", "trn"}
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "zh": "nplurals=1; plural=0;",
}
"""The rules of the languages that we have; gettext's manual has those of others."""
_STRING = r"""(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")"""
_TEXT = re.compile(rf"trans\.__\(\s*{_STRING}")
_COUNTED = re.compile(rf"trans\._n\(\s*{_STRING},\s*{_STRING}")
_FILTERED = re.compile(r'"([^"]+)"\s*\|\s*tr\b')
SCHEMA_WORDS = {"title", "description", "jupyter.lab.setting-icon-label"}

Found = tuple[str, str, str]
"""A text, its plural where it has one, and the file in which it stands."""


def in_python() -> Iterator[Found]:
    """The texts of the package: those that ``message`` and its kin are given, and the heads of lists."""
    for path in sorted(CATALOGUES.parent.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from ((text, plural, place) for text, plural in _of_call(node))


def _of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    first = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
    if name in TEXTS and first:
        yield str(first[0]), ""
    elif name in COUNTED and len(first) == 2:
        yield str(first[0]), str(first[1])
    elif name == "Listing.of":
        heads = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "heads")]
        for head in heads:
            yield from ((str(text.value), "") for text in getattr(head, "elts", ()) if isinstance(text, ast.Constant))


def in_reports() -> Iterator[Found]:
    """The texts of the template of reports."""
    for path in sorted((CATALOGUES.parent / "report" / "templates").rglob("*.j2")):
        yield from ((found[1], "", path.relative_to(ROOT).as_posix()) for found in _FILTERED.finditer(path.read_text()))


def in_the_panel() -> Iterator[Found]:
    """The texts of the side panel: those of its code, of its settings, and of what it lets choose."""
    for path in sorted((PANEL / "src").rglob("*.ts*")):
        if "__tests__" in path.parts:
            continue
        code, place = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        yield from ((_unquoted(one), "", place) for one in _TEXT.finditer(code))
        yield from ((_unquoted(one, 0), _unquoted(one, 2), place) for one in _COUNTED.finditer(code))
    schema = PANEL / "schema" / "panel.json"
    for text in _words(json.loads(schema.read_text("utf-8"))):
        yield text, "", schema.relative_to(ROOT).as_posix()
    drawn = ("As drawn", "Colours as drawn", "Order as drawn", "In order", "In order, backwards", "All")
    for words in [*PRIVACY_WORDS.values(), SANDBOXES.values(), drawn, *map(dict.values, (CHARTS, ORDERS, COLOURS))]:
        yield from ((text, "", "analyst_magic/server/catalog.py") for text in words)
    yield from ((label_of(name), "", "analyst_magic/models/providers.py") for name in ("offline", "you"))


def _unquoted(found: re.Match[str], group: int = 0) -> str:
    text = found[group + 1] if found[group + 1] is not None else found[group + 2]
    return re.sub(r"\\(.)", r"\1", text)


def _words(value: object, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _words(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    elif isinstance(value, str) and name in SCHEMA_WORDS and value not in LANGUAGES.values():
        yield value


@cache
def texts() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every text with its plural and the files in which it stands.

    Raises:
        ValueError: One text stands for itself in one place and for a number of things in another.
    """
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for text, plural, place in filter(operator.itemgetter(0), [*in_python(), *in_reports(), *in_the_panel()]):
        known, places = found.get(text, (plural, ()))
        if known != plural:
            raise ValueError(f"{text!r} has the plural {known!r}, and {plural!r} in {place}.")
        found[text] = (plural, tuple(dict.fromkeys([*places, place])))
    return dict(sorted(found.items(), key=lambda item: (item[0].casefold(), item[0])))


def path_of(code: str) -> Path:
    """The catalogue of a language."""
    return CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(code: str) -> tuple[str, dict[str, Entry]]:
    """The header and the entries of a catalogue, by their English texts; both empty where there is none."""
    path = path_of(code)
    entries = {entry.text: entry for entry in read_po(path.read_text("utf-8"))} if path.is_file() else {}
    header = entries.pop("", None)
    return "".join(header.translations) if header else "", entries


def updated(code: str) -> str:
    """The catalogue of a language as it belongs to the code of now, with the translations that it has."""
    header, entries = read(code)
    header = header or (
        f"Language: {code}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        f"Content-Transfer-Encoding: 8bit\nPlural-Forms: {PLURALS.get(code, PLURALS['de'])}\n"
    )
    forms = int(re.findall(r"nplurals=(\d)", header)[0])
    blocks = ["\n".join(['msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in header.splitlines())])]
    for text, (plural, _) in texts().items():
        known = entries.get(text)
        translations = known.translations if known and bool(known.plural) == bool(plural) else []
        lines = [f"msgid {_quoted(text)}"]  # without the files where it stands, by which a wheel would grow
        if plural:
            translations = (translations + [""] * forms)[:forms]
            lines += [f"msgid_plural {_quoted(plural)}"]
            lines += [f"msgstr[{form}] {_quoted(words)}" for form, words in enumerate(translations)]
        else:
            lines.append(f"msgstr {_quoted(translations[0] if translations else '')}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def main(codes: list[str]) -> None:
    """Bring the catalogues of these languages up to date; of all, where none is named."""
    for code in codes or [code for code in LANGUAGES if code != ENGLISH]:
        path = path_of(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(updated(code), "utf-8")
        missing = sum(not all(entry.translations) for entry in read(code)[1].values())
        print(f"{path.relative_to(ROOT)}: {missing} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
