"""Formulas in TeX -> MathML, which browsers draw by themselves, the formulas of office files, and plain words.

What becomes of a formula is built anew, element by element, from a list of those that only draw: the text of a formula
is whatever its author wrote, and the converter passes it on as it is.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import unescape
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from .headings import TAG
from .plain import xml_text
from .tex import Macros, known_tex

MAX_FORMULA = 5_000
_MAX_DEPTH = 60

_ELEMENTS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded",
    "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mprescripts", "none", "mtable", "mtr", "mtd", "mlabeledtr",
}  # fmt: skip
_ATTRIBUTES = {
    "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle", "fence",
    "form", "height", "linebreak", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant", "maxsize",
    "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy",
    "symmetric", "voffset", "width",
}  # fmt: skip
_VALUE = re.compile(r"[\w#.,%+ -]{1,60}")

_CODE = (
    r"^(?P<fence>[ \t>]*(?:```+|~~~+))[^\n]*\n.*?(?:^[ \t>]*(?:```+|~~~+)[ \t]*$|\Z)"
    r"|(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)"
)
_DISPLAY = (
    r"(?<!\\)\$\$(?P<dollars>.+?)(?<!\\)\$\$|\\\\\[(?P<square>.+?)\\\\\]|(?<!\\)\\\[(?P<bracket>.+?)(?<!\\)\\\]"
    # Single dollars, each on a line of its own.
    r"|(?<![\\$])\$[ \t]*\n(?P<block>(?:(?!\n[ \t]*\n)[^$]){1,5000}?)\n[ \t>]*(?<!\\)\$(?![\d$])"
)
_ENVIRONMENT = (
    r"\\begin\{(?P<name>equation|align|alignat|gather|multline|eqnarray|flalign|math|displaymath|aligned|split|cases|"
    r"[pbvBV]?matrix|array)(?P<star>\*?)\}(?P<body>.+?)\\end\{(?P=name)(?P=star)\}"
)
_WORDS = r"\\(?:text[a-z]{0,6}|mbox)\{"
# A sign of a formula, or words in it, in which dollars may stand.
_SIGN = rf"(?:{_WORDS}(?:[^{{}}\n]|\{{[^{{}}\n]{{0,100}}\}}){{0,300}}\}}|(?!{_WORDS})[^$\n])"
_INLINE = (
    rf"(?<![\\$])\$(?!\s)(?P<inline>{_SIGN}*?(?:\n{_SIGN}+?){{0,4}}?(?<![\s\\]))\$(?![\d$])"
    # A matrix or the like between single dollars, of any number of lines.
    r"|(?<![\\$])\$(?P<lines>(?![\s$])(?:(?!\n[ \t]*\n)[^$]){0,4000}?\\begin\{(?:(?!\n[ \t]*\n)[^$]){1,4000}?"
    r"\\end\{\w+\*?\}[^$\n]{0,200}(?<![\s\\]))\$(?![\d$])"
    r"|(?<![\\$])\$(?P<padded>[^$\n]{1,500})(?<!\\)\$(?![\d$])"
    r"|(?<![\\$])\$(?P<command>\\[A-Za-z][^$\n]{0,500})(?<!\\)\$(?=\d)"
    r"|\{math\}`(?P<role>[^`\n]{1,500})`"
    r"|\\\\\((?P<round>.+?)\\\\\)|(?<!\\)\\\((?P<brace>.+?)(?<!\\)\\\)"
)
_REFERENCE = r"\\(?:eq)?ref\{(?P<target>[^{}\n]{1,100})\}"
_FORMULA = re.compile("|".join((_CODE, _DISPLAY, _ENVIRONMENT, _INLINE, _REFERENCE)), re.DOTALL | re.MULTILINE)
_BETWEEN = ("dollars", "square", "bracket", "block", "inline", "lines", "padded", "command", "role", "round", "brace")
_LABEL_AFTER = re.compile(r"[ \t]*(?:\((?P<myst>[\w:.-]{1,80})\)|\{#(?P<quarto>[\w:.-]{1,80})\})(?=[ \t]*(?:\n|$))")
_LABEL = re.compile(r"\\label\{([^{}]{1,100})\}")
_TAG_OF = re.compile(r"\\tag\*?\{([^{}]{1,40})\}")
_DIGITS_FIRST = re.compile(r"\d[\d.,]*(?:[^\w\\^{}=+*/-]|\s)[^\\^_{}=]*", re.DOTALL)

_PADDED = re.compile(
    r"(?!.*</?[a-z]).*(?:\\[A-Za-z]|\^|_\{|\b[A-Za-z]_\w\b).*|\s*[A-Za-z](?:\s*[=<>+-]\s*\w+)?\s*", re.DOTALL
)
"""What stands between dollars with spaces at its ends and is a formula all the same: it has a sign of TeX, or is a
letter. Anything else may be two amounts of money."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of a text.

    Attributes:
        tex: What is to be set, without labels.
        display: Whether it stands on a line of its own.
        source: The formula as it was written.
        label: What references call it; empty where nothing does.
        more_labels: What references call its further lines.
        tag: What its author wrote in place of a number.
        numbered: Whether it takes a number.
    """

    tex: str
    display: bool
    source: str
    label: str = ""
    tag: str = ""
    numbered: bool = False
    more_labels: tuple[str, ...] = ()


@dataclass(slots=True)
class Formulas:
    """The formulas of one text, taken out of it while Markdown and the sanitiser work on the rest."""

    found: list[Formula] = field(default_factory=list)
    _mark: str = field(default_factory=lambda: f"x{secrets.token_hex(8)}x")

    def taken_out(self, text: str, reference: Callable[[str], str]) -> str:
        """The text with a mark in place of each formula; formulas in code are none.

        Args:
            text: Markdown.
            reference: Makes the mark of a reference to a numbered formula.
        """
        parts: list[str] = []
        at = 0
        while match := _FORMULA.search(text, at):
            end = match.end()
            parts.append(text[at : match.start()])
            if match["fence"] or match["tick"]:
                parts.append(match[0])
            elif match["target"]:
                parts.append(reference(match["target"]))
            else:
                label = _LABEL_AFTER.match(text, end) if _displayed(match) else None
                end = label.end() if label else end
                formula = _formula(match, (label["myst"] or label["quarto"] or "") if label else "")
                if formula is None:
                    end = match.start() + 1
                    parts.append(text[match.start() : end])
                else:
                    self.found.append(formula)
                    parts.append(f"{self._mark}{len(self.found) - 1}z")
            at = end
        return "".join([*parts, text[at:]])

    def with_macros(self, macros: Macros) -> None:
        """Give each formula the macros that it uses and that were defined before it."""
        self.found = [replace(formula, tex=macros.applied(formula.tex)) for formula in self.found]

    def plain(self, text: str) -> str:
        """Words with their formulas in one line of plain signs."""
        mark = re.compile(rf"{self._mark}(\d+)z")
        return mark.sub(lambda match: linear(self.found[int(match[1])].tex), text)

    def put_back(self, html: str, shown: Callable[[Formula], Markup]) -> str:
        """Sanitised HTML with its formulas: drawn in text, as they were written in code and in attributes."""
        if not self.found:
            return html
        mark = re.compile(rf"{self._mark}(\d+)z")
        parts: list[str] = []
        at = code = 0

        def drawn(match: re.Match[str]) -> str:
            formula = self.found[int(match[1])]
            return str(escape(formula.source) if code else shown(formula))

        for tag in TAG.finditer(html):
            parts.append(mark.sub(drawn, html[at : tag.start()]))
            parts.append(mark.sub(lambda match: str(escape(self.found[int(match[1])].source)), tag[0]))
            if tag[2] in {"code", "pre"}:
                code = max(0, code + (-1 if tag[1] else 1))
            at = tag.end()
        made = "".join([*parts, mark.sub(drawn, html[at:])])
        # A line that is a formula alone is no paragraph.
        return re.sub(r'<p>\s*((?:<div class="formula"[^>]*>.*?</div>\s*)+)</p>', r"\1", made, flags=re.DOTALL)


def _displayed(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("dollars", "square", "bracket", "block", "name"))


def _formula(match: re.Match[str], label: str) -> Formula | None:
    """The formula of a match; None where it is none, such as amounts of money."""
    found = match.groupdict()
    tex = next((found[name] for name in _BETWEEN if found[name]), None)
    if tex is None:
        tex = f"\\begin{{{found['name']}{found['star']}}}{found['body']}\\end{{{found['name']}{found['star']}}}"
    if (found["padded"] or found["block"]) and not _PADDED.fullmatch(tex):
        return None
    if not tex.strip() or len(tex) > MAX_FORMULA or (found["inline"] and _DIGITS_FIRST.fullmatch(tex) and " " in tex):
        return None
    label, *more = [*([label] if label else []), *_LABEL.findall(tex)] or [""]
    tag = next(iter(_TAG_OF.findall(tex)), "")
    environment = re.match(r"\s*\\begin\{(equation|align|gather|multline|eqnarray)\}", tex)
    tex = _TAG_OF.sub("", _LABEL.sub("", tex))
    numbered = bool(label or tag or environment) and not re.search(r"\\no(?:tag|number)", tex)
    return Formula(tex.strip(), _displayed(match), match[0], label, tag, numbered, tuple(more[:30]))


def formula_html(formula: Formula, number: str, anchor: str, more: Sequence[str] = ()) -> Markup:
    """A formula in a page; one that cannot be set stands as it was written.

    Args:
        formula: The formula.
        number: Its number; empty where it has none.
        anchor: The id of its place; empty where nothing refers to it.
        more: The ids of its further lines.
    """
    drawn = mathml(formula.tex, formula.display)
    if drawn is None:
        drawn = Markup('<code class="tex">{}</code>').format(formula.source.strip())
    if not formula.display:
        return drawn
    place = Markup(' id="{}"').format(anchor) if anchor else Markup()
    drawn += Markup().join(Markup('<span id="{}"></span>').format(one) for one in more)
    said = Markup('<span class="number">({})</span>').format(number) if number else Markup()
    return Markup('<div class="formula" tabindex="0"{}>{}{}</div>').format(place, drawn, said)


@lru_cache(2_000)
def mathml(tex: str, display: bool) -> Markup | None:
    """A formula as MathML; None where it cannot be read."""
    try:
        root = ElementTree.fromstring(convert(_readable(tex), display="block" if display else "inline"))  # noqa: S314
        built = _built(root, 0)
    except Exception:  # noqa: BLE001 - the converter raises whatever comes to its mind
        return None
    if "merror" in built:
        return None
    words = " ".join(_linear(root).split())[:1000]
    body = built[built.index(">") + 1 :]
    how = ' display="block"' if display else ""
    return Markup(f'<math{how} alttext="{escape(words)}">{body}')  # noqa: S704 - built of our own elements


def linear(tex: str) -> str:
    """A formula in one line of plain signs."""
    found = re.search(r' alttext="([^"]*)"', mathml(tex, False) or "")
    return unescape(found[1]) if found else tex


def _readable(tex: str) -> str:
    """TeX as the converter knows it, with signs of XML that cannot end an element."""
    tex = re.sub(r"\\no(?:tag|number)\b", "", xml_text(tex))
    tex = re.sub(r"\\(begin|end)\{(?:equation|displaymath|math)\*?\}", "", tex)
    aligned = r"\\(begin|end)\{(?:aligned|align|eqnarray|flalign|split|gathered|gather|multline)\*?\}"
    tex = re.sub(aligned, r"\\\1{align*}", tex)
    tex = re.sub(r"\\(?:href|style|class|cssId|require)\s*\{[^{}]*\}", "", tex)
    tex = re.sub(r"\\bm\b", r"\\boldsymbol", tex)
    # A power of a whole matrix, and not of its last bracket.
    tex = re.sub(r"(\\begin\{([pbvBV]matrix)\}.*?\\end\{\2\})\s*(?=[\^_])", r"{\1}", tex, flags=re.DOTALL)
    return _escaped(known_tex(tex))


def _escaped(tex: str) -> str:
    """``<`` and ``>`` as commands: in a text they would be markup of the converter's output."""
    words = re.compile(r"\\(?:text|textbf|textit|textrm|textsf|texttt|mathrm|operatorname|mbox)\s*\{[^{}]*\}")

    def in_words(match: re.Match[str]) -> str:
        return re.sub(r"\\([%$_#& ])", r"\1", match[0]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    parts: list[str] = []
    at = 0
    for match in words.finditer(tex):
        parts += [tex[at : match.start()].replace("<", "\\lt ").replace(">", "\\gt "), in_words(match)]
        at = match.end()
    return "".join([*parts, tex[at:].replace("<", "\\lt ").replace(">", "\\gt ")])


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _built(element: ElementTree.Element, depth: int) -> str:
    """An element and all in it, of what is known to draw alone; a stranger's element is its content."""
    if depth > _MAX_DEPTH:
        raise ValueError("too deep")
    name = _name(element)
    inside = str(escape(xml_text(element.text or "")))
    for child in element:
        inside += _built(child, depth + 1) + str(escape(xml_text(child.tail or "")))
    if name not in _ELEMENTS:
        return f"<mrow>{inside}</mrow>"
    said = "".join(
        f' {key}="{escape(value)}"'
        for key, value in element.attrib.items()
        if key in _ATTRIBUTES and _VALUE.fullmatch(value) and name != "math"
    )
    return f"<{name}{said}>{inside}</{name}>"


def _linear(element: ElementTree.Element) -> str:
    """A formula in one line of plain signs, for readers that draw none and for the table of contents."""
    name, parts = _name(element), [_linear(child) for child in element]
    text = (element.text or "").strip() if name in {"mi", "mn", "mo", "ms"} else ""
    if name == "mtext":
        return (element.text or "").replace("\u00a0", " ")
    if name == "mfrac" and len(parts) == 2:
        return "/".join(_grouped(part) for part in parts)
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if name in {"msup", "msub", "munder", "mover"} and len(parts) == 2:
        if (name == "mover" and element.get("accent")) or (name == "msup" and set(parts[1]) <= set("′″‴")):
            return parts[0] + parts[1]
        return f"{parts[0]}{'_' if name in ('msub', 'munder') else '^'}{_grouped(parts[1])}"
    if name in {"msubsup", "munderover"} and len(parts) == 3:
        return f"{parts[0]}_{_grouped(parts[1])}^{_grouped(parts[2])}"
    if name == "mtable":
        between = " " if element.get("displaystyle") == "true" else ", "  # sides of an equation; cells of a matrix
        return "; ".join(between.join(map(_linear, row)) for row in element)
    return text + "".join(parts) if name != "mspace" else " "


def _grouped(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def omml(formula: str) -> Any | None:
    """MathML of ``mathml`` as an ``m:oMath`` element of Office; None where it cannot be said there."""
    from lxml import etree
    from mathml2omml import convert as convert_omml

    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    try:
        bare = _with_groups(re.sub(r' alttext="[^"]*"', "", formula))
        made = str(convert_omml(bare.replace("&nbsp;", "\u00a0")))
        if "xmlns:m=" not in made:
            made = made.replace("<m:oMath", f'<m:oMath xmlns:m="{space}"', 1)
        root = etree.fromstring(made.encode("utf-8"), etree.XMLParser(resolve_entities=False, no_network=True))
    except Exception:  # noqa: BLE001 - the converter raises whatever comes to its mind
        return None
    for radical in root.iter(f"{{{space}}}rad"):
        if radical.find(f"{{{space}}}deg") is None:
            radical.insert(0, etree.fromstring(f'<m:radPr xmlns:m="{space}"><m:degHide m:val="1"/></m:radPr>'))
            radical.insert(1, etree.Element(f"{{{space}}}deg"))
    for sign in root.iter(f"{{{space}}}nary"):
        _without_boxes(sign, space)
    return root


_PAIRS = {")": "(", "]": "[", "}": "{"}


def _with_groups(formula: str) -> str:
    """MathML in which a power of a bracket is one of all in the brackets: Office has no bracket without its other."""
    root = ElementTree.fromstring(formula)  # noqa: S314 - of our own elements
    for parent in list(root.iter()):
        for child in list(parent):
            closing = child[0] if _name(child) in {"msup", "msub", "msubsup"} and len(child) else None
            if closing is None or _name(closing) != "mo":
                continue
            opening = _PAIRS.get((closing.text or "").strip())
            if opening is None:
                continue
            siblings = list(parent)
            depth, at = 1, siblings.index(child) - 1
            while at >= 0:
                sign = (siblings[at].text or "").strip() if _name(siblings[at]) == "mo" else ""
                depth += (sign == closing.text) - (sign == opening)
                if depth == 0:
                    break
                at -= 1
            if at < 0:
                continue
            group = ElementTree.Element("mrow")
            group.extend([*siblings[at : siblings.index(child)], closing])
            for moved in siblings[at : siblings.index(child)]:
                parent.remove(moved)
            child.remove(closing)
            child.insert(0, group)
    return ElementTree.tostring(root, encoding="unicode")


def _without_boxes(sign: Any, space: str) -> None:
    """Empty limits of a sum are hidden: Office draws boxes for them."""
    from lxml import etree

    properties = sign.find(f"{{{space}}}naryPr")
    for side in ("sub", "sup"):
        limit = sign.find(f"{{{space}}}{side}")
        if limit is None or len(limit) == 0:
            if limit is None:
                sign.insert(1 if side == "sub" else 2, etree.Element(f"{{{space}}}{side}"))
            if properties is not None and properties.find(f"{{{space}}}{side}Hide") is None:
                hidden = etree.SubElement(properties, f"{{{space}}}{side}Hide")
                hidden.set(f"{{{space}}}val", "1")
