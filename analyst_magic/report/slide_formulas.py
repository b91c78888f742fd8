"""Formulas on slides: as PowerPoint writes them, and in plain signs for programs that know none."""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_FORMULA = "http://schemas.microsoft.com/office/drawing/2010/main"
_MATHEMATICS = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_OTHERWISE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def add_formula(paragraph: Any, formula: Any, words: str, look: Any) -> None:
    """Put a formula at the end of a paragraph.

    Args:
        paragraph: A paragraph of python-pptx.
        formula: An ``m:oMath`` element.
        words: The formula in plain signs.
        look: The ``a:rPr`` of the letters around it: their size and colour.
    """
    place = etree.SubElement(paragraph._p, f"{{{_FORMULA}}}m", nsmap={"a14": _FORMULA})
    place.append(formula)
    place.set("words", words)
    for piece in formula.iter(f"{{{_MATHEMATICS}}}r"):
        own = piece.find(f"{{{_MATHEMATICS}}}rPr")
        piece.insert(0 if own is None else 1, copy.deepcopy(look))


def with_plain_formulas(deck: Any) -> None:
    """Each shape with formulas becomes two, as PowerPoint writes them: with the formulas, and with plain signs."""
    for slide in deck.slides:
        for shape in list(slide.shapes):
            found = list(shape._element.iter(f"{{{_FORMULA}}}m"))
            if found:
                _both(shape._element, found)


def _both(element: Any, found: list[Any]) -> None:
    plain = copy.deepcopy(element)
    for formula in list(plain.iter(f"{{{_FORMULA}}}m")):
        run = etree.Element(f"{{{_DRAWING}}}r")
        look = next(formula.iter(f"{{{_DRAWING}}}rPr"), None)
        if look is not None:
            run.append(look)
        etree.SubElement(run, f"{{{_DRAWING}}}t").text = formula.get("words")
        formula.getparent().replace(formula, run)
    for formula in found:
        formula.attrib.pop("words")
    both = etree.Element(f"{{{_OTHERWISE}}}AlternateContent", nsmap={"mc": _OTHERWISE})
    element.addprevious(both)
    choice = etree.SubElement(both, f"{{{_OTHERWISE}}}Choice", nsmap={"a14": _FORMULA, "m": _MATHEMATICS})
    choice.set("Requires", "a14 m")  # LibreOffice knows the first alone, and draws no formula there
    choice.append(element)
    etree.SubElement(both, f"{{{_OTHERWISE}}}Fallback").append(plain)
