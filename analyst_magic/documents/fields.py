"""Fields of a Word document: what stands between the marks of a field is code, and everything else is text.

The grammar is that of Office Open XML (ISO/IEC 29500-1, 17.16). A field begins, has a code, may have a result after a
separator, and ends, all in one story (the body, a header, a footnote, a text box). Word puts a code together from all
runs between the marks, whatever they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import links

# Fields that count, number, date, refer to the document itself, ask for an entry in a form, or keep notes of an add-in
# (Zotero and EndNote keep their citations so, and Word does nothing with them).
_ALLOWED = frozenset("""
= ADDIN ADDRESSBLOCK ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXTLIST BARCODE BIBLIOGRAPHY BIDIOUTLINE CITATION
COMMENTS COMPARE CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FORMCHECKBOX
FORMDROPDOWN FORMTEXT GOTOBUTTON GREETINGLINE HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD MERGEREC
MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE PRIVATE REF REVNUM SAVEDATE SECTION
SECTIONPAGES SEQ SET SHAPE SKIPIF STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS
USERNAME XE
""".split())  # fmt: skip
_WORD = re.compile(r"\s*(=|[^\s\"\\]*)")
_PIECE = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))', re.DOTALL)
_SWITCH = re.compile(r"\\[A-Za-z*#@!]")
_NO_VALUE = {"\\n", "\\m", "\\h", "\\s"}
_UNFINISHED = "it holds a field that is not complete"


@dataclass
class _Field:
    code: str = ""
    in_result: bool = False
    revised: set[bool] = field(default_factory=set)


class Story:
    """The fields of one story, as their parts come by. ``reason`` turns to why the document is refused."""

    def __init__(self) -> None:
        self._open: list[_Field] = []
        self.reason = ""

    @property
    def depth(self) -> int:
        """How many fields are open."""
        return len(self._open)

    @property
    def in_code(self) -> bool:
        """Whether what comes is a field's code."""
        return bool(self._open) and not self._open[-1].in_result

    def mark(self, kind: str, *, revised: bool) -> None:
        """A field begins, its result begins, or it ends; ``revised`` as in ``text``."""
        if kind == "begin":
            self._begin()
        if self.in_code:
            self._open[-1].revised.add(revised)
        if kind == "begin":
            return
        if kind == "separate" and self.in_code:
            self._judge(self._open[-1])
            self._open[-1].in_result = True
        elif kind == "end" and self._open:
            ended = self._open.pop()
            if not ended.in_result:
                self._judge(ended)
        else:
            self._refuse(_UNFINISHED)

    def text(self, text: str, *, instruction: bool, revised: bool) -> None:
        """Text of a run.

        Args:
            text: The text.
            instruction: Whether the run says that it is a field's code.
            revised: Whether the run is a tracked change, which a reader may take or leave.
        """
        if self.in_code:
            self._open[-1].code += text
            self._open[-1].revised.add(revised)
        elif instruction and text.strip():
            self._refuse(_UNFINISHED)

    def finish(self) -> None:
        """The story ends."""
        if self._open:
            self._refuse(_UNFINISHED)

    def _begin(self) -> None:
        if self.in_code:  # a field within a code: what it gives must not decide what is done
            word, rest = _first_word(self._open[-1].code)
            if word not in _ALLOWED or word == "HYPERLINK" or (not rest and word != "="):
                self._refuse("it holds a field whose code is put together by another field")
        self._open.append(_Field())

    def _judge(self, judged: _Field) -> None:
        if len(judged.revised) > 1:
            self._refuse("it holds a field whose code is a tracked change")
        self._refuse(reason(judged.code))

    def _refuse(self, reason: str) -> None:
        self.reason = self.reason or reason


def reason(code: str) -> str:
    """Why a field with this code is refused; empty where it is not."""
    word, rest = _first_word(code)
    if not word:
        return _UNFINISHED if code.strip() else ""
    if word == "MACROBUTTON" and re.match(r"\s+nomacro(?:\s|$)", rest, re.IGNORECASE):
        return ""  # how templates mark what is to be filled in
    if word not in _ALLOWED:
        return f"it holds a field that reaches out, or that is not known ({word[:40]})"
    return _link(rest) if word == "HYPERLINK" else ""


def _link(rest: str) -> str:
    takes_value = False
    for match in _PIECE.finditer(rest):
        piece = re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL) if match[1] is not None else match[2]
        if match[1] is None and _SWITCH.fullmatch(piece):
            takes_value = piece.lower() not in _NO_VALUE
        elif takes_value:
            takes_value = False
        elif not links.allowed(piece):
            return links.REASON
    return ""


def _first_word(code: str) -> tuple[str, str]:
    match = _WORD.match(code)
    word = match[1].upper() if match else ""
    return word, code[match.end() :] if match else ""
