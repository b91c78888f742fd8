"""SVG drawings, rebuilt from elements and attributes that draw, and nothing else.

What a drawing may hold is one allow-list, after SVG 2 (https://www.w3.org/TR/SVG2/): shapes, texts, gradients, clips,
filters and pictures that are in the drawing itself. No script, no animation, no foreign content, no address but those
of its own parts. Style sheets become the styles of the elements that they name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from ..errors import FirewallError
from ..language import message
from .text import clean

MAX_DEPTH = 100
MAX_DRAWN = 200_000
"""Elements that are drawn, those of ``use`` counted each time."""
MAX_TIMES = 20
"""How many elements are drawn for each that the drawing has, where they are many."""
MAX_SIDE = 20_000
"""Width or height in pixels."""
MAX_RULES = 500
"""Selectors of style sheets that are followed."""
MAX_RULE = 500
"""Characters of the declarations for one of them."""
MAX_CLASSES = 20
MAX_SHEET = 5_000_000
"""Characters that style sheets may become, as they are written once for each element."""

RULE = "rule of a style sheet"
"""Stands for a rule that names its elements in a way that is not followed here; it does no harm."""

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ELEMENTS = frozenset("""svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title
    desc clipPath linearGradient radialGradient stop pattern marker image mask switch view filter feBlend feColorMatrix
    feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset""".split())  # fmt: skip
_REFERRED = frozenset(("clipPath", "pattern", "marker", "linearGradient", "radialGradient", "mask", "filter"))
"""Elements that others refer to; inside of them nothing refers to more, so that no chain of them multiplies."""
_TEXTS = {"text", "tspan", "textPath", "title", "desc"}
_PROPERTIES = frozenset("""clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule filter
    flood-color flood-opacity font-family font-size font-style font-variant font-weight font-stretch font letter-spacing
    marker-end marker-mid marker-start mask opacity overflow paint-order shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-anchor text-decoration text-rendering vector-effect visibility word-spacing writing-mode alignment-baseline
    baseline-shift white-space""".split())  # fmt: skip
_ATTRIBUTES = _PROPERTIES | frozenset("""id version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx
    ry fx fy fr d points dx dy rotate textLength lengthAdjust transform gradientTransform gradientUnits spreadMethod
    offset patternTransform patternUnits patternContentUnits clipPathUnits markerWidth markerHeight markerUnits orient
    refX refY pathLength maskUnits maskContentUnits filterUnits primitiveUnits in in2 result mode type values operator
    k1 k2 k3 k4 stdDeviation startOffset method spacing side""".split())  # fmt: skip
_ADDRESSES = {"src", "base", f"{_XML}base", *(f"{_XLINK}{name}" for name in ("role", "arcrole", "show", "actuate"))}
_OWN_PART = re.compile(r"#([\w.:-]{1,100})")
_OWN_URL = re.compile(r"url\(\s*['\"]?#([\w.:-]{1,100})['\"]?\s*\)")
_VALUE = re.compile(r"[^<>\\\x00-\x08\x0b\x0c\x0e-\x1f;{}@]*")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/=\s]+", re.I)
_LOADS = re.compile(
    r"url\s*\((?!\s*['\"]?#[\w.\-:]+['\"]?\s*\))|image-set|\b(?:image|src)\s*\(|@import|expression\s*\(|\\",
    re.IGNORECASE,
)
_SELECTOR = re.compile(r"\*|[A-Za-z]\w*|[A-Za-z]?\w*[.#][\w-]+")
_NEXT_STEP = "Save the figure as a PNG."


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that has been rebuilt.

    Attributes:
        data: The SVG.
        left_out: What was left out of it and could have been seen, run or loaded: names of elements, or ``address`` and
            ``script`` for attributes, sorted.
        elements: How many elements are drawn, those that are drawn again counted each time.
    """

    data: bytes
    left_out: tuple[str, ...] = ()
    elements: int = 0


def rebuilt(source: str | bytes, prefix: str = "") -> Drawing:
    """The drawing anew.

    Args:
        source: The SVG as the sandbox wrote it.
        prefix: What is put before each name in it, so that none is a name of the page that the drawing becomes part of.

    Raises:
        FirewallError: It cannot be read, or draws more than a page can show; the message goes on "it …".
    """
    left_out: set[str] = set()
    root = _parsed(source, left_out)
    elements = _count_drawn(root)
    if elements > max(MAX_DRAWN, MAX_TIMES * sum(1 for _ in root.iter())):
        raise FirewallError(message("its parts draw each other more than {most} times.", most=MAX_TIMES), _NEXT_STEP)
    _check_size(root)
    writer = _Writer(prefix, left_out)
    writer.read_rules(root)
    text = "".join(writer.written(root, 0, referred=False))
    return Drawing(text.encode("utf-8", "replace"), tuple(sorted(writer.left_out)[:10]), elements)


def is_harmless(data: bytes) -> bool:
    """Whether nothing in the drawing, as it is, could run or load something."""
    try:
        return not set(rebuilt(data).left_out) - {RULE}
    except FirewallError:
        return False


def _parsed(source: str | bytes, left_out: set[str]) -> ElementTree.Element:
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate("utf-8" if isinstance(source, str) else None, namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: builder.start(
        _qualified(name), {_qualified(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: builder.end(_qualified(name))
    parser.CharacterDataHandler, parser.buffer_text = builder.data, True
    parser.EntityDeclHandler = _declared
    parser.ProcessingInstructionHandler = lambda *_instruction: left_out.add("address")  # of a style sheet
    try:
        parser.Parse(source.strip().encode("utf-8", "replace") if isinstance(source, str) else source, True)
        root = builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError):
        raise FirewallError(message("it is not SVG."), _NEXT_STEP) from None
    if root.tag != f"{_SVG}svg":
        raise FirewallError(message("it is not SVG."), _NEXT_STEP)
    return root


def _qualified(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _declared(*_what: object) -> None:
    raise FirewallError(message("it defines its own entities."), _NEXT_STEP)


def _check_size(root: ElementTree.Element) -> None:
    for side in ("width", "height"):
        number = re.match(r"\s*([\d.]{1,12})", root.get(side, ""))
        if number is not None and number[1].count(".") < 2 and float(number[1].strip(".") or 0) > MAX_SIDE:
            raise FirewallError(
                message("it has a {side} of more than {most} pixels.", side=side, most=MAX_SIDE),
                message("Make it smaller."),
            )


@dataclass(slots=True)
class _Writer:
    """Writes what of a drawing is on the list, and notes what is not."""

    prefix: str
    left_out: set[str]
    _everywhere: str = ""
    _rules: dict[str, str] = field(default_factory=dict)
    _sheet: int = 0

    def read_rules(self, root: ElementTree.Element) -> None:
        """Take the rules of all style sheets that name elements by their tag, class or name."""
        for node in root.iter(f"{_SVG}style"):
            sheet = _without_comments(node.text or "")
            if _LOADS.search(sheet):
                self.left_out.add("address")
            *rules, rest = sheet.split("}", MAX_RULES)
            if rest.strip():
                self.left_out.add(RULE)
            for selectors, _, style in (rule.partition("{") for rule in rules):
                for selector in selectors.split(",", MAX_RULES)[:MAX_RULES]:
                    self._add_rule(selector.strip(), style.strip())

    def _add_rule(self, selector: str, style: str) -> None:
        earlier = self._everywhere if selector == "*" else self._rules.get(selector, "")
        together = f"{earlier}{style};"
        if not _SELECTOR.fullmatch(selector) or len(together) > MAX_RULE or len(self._rules) >= MAX_RULES:
            self.left_out.add(RULE)
        elif selector == "*":
            self._everywhere = together  # the root passes it on
        else:
            self._rules[selector] = together

    def written(self, node: ElementTree.Element, depth: int, *, referred: bool) -> Iterator[str]:
        """The pieces of an element's text; what is not on the list is left out."""
        name = node.tag.removeprefix(_SVG)
        if name not in _ELEMENTS or (name == "image" and not _PICTURE.fullmatch(_address(node))):
            if name not in {"style", "metadata"} and (depth or node.tag.startswith(_SVG)) and not _is_note(node):
                self.left_out.add(clean(name.rpartition("}")[2], 40))
            return
        if depth > MAX_DEPTH:
            raise FirewallError(message("it is nested too deeply."), _NEXT_STEP)
        referred = referred or name in _REFERRED
        attributes = dict(self._attributes(node, name, referred, root=not depth))
        space = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"' if not depth else ""
        yield f"<{name}{space}" + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items()) + ">"
        if name in _TEXTS:
            yield escape(clean(node.text or ""))
        for child in node:
            yield from self.written(child, depth + 1, referred=referred)
            if name in _TEXTS:
                yield escape(clean(child.tail or ""))
        yield f"</{name}>"

    def _attributes(
        self, node: ElementTree.Element, name: str, referred: bool, root: bool
    ) -> Iterator[tuple[str, str]]:
        for key, value in node.attrib.items():
            if key in _ATTRIBUTES:
                safe = f"{self.prefix}{value}" if key == "id" else self._value(value, referred)
                if safe:
                    yield key, safe
            elif key in {"href", f"{_XLINK}href"}:
                yield from self._reference(name, value, referred)
            elif key == f"{_XML}space" and value == "preserve":
                yield "xml:space", value
            elif key.startswith("on"):
                self.left_out.add("script")
            elif key in _ADDRESSES or (key[0] != "{" and key != "style" and _LOADS.search(value)):
                self.left_out.add("address")
        style = ";".join(self._declarations(self._style(node, name, root), referred))
        if style:
            yield "style", style

    def _style(self, node: ElementTree.Element, name: str, root: bool) -> str:
        """The declarations that hold for an element, the strongest last."""
        if not self._rules:
            return f"{self._everywhere if root else ''};{node.get('style', '')}"
        classes = node.get("class", "").split()[:MAX_CLASSES]
        words = [*(f".{word}" for word in classes), f"#{node.get('id')}"]
        styles = [self._rules.get(selector, "") for selector in (name, *(s for w in words for s in (w, f"{name}{w}")))]
        self._sheet += sum(map(len, styles))
        if self._sheet > MAX_SHEET:
            raise FirewallError(message("its style sheet is too large."), _NEXT_STEP)
        return ";".join([self._everywhere if root else "", *styles, node.get("style", "")])

    def _reference(self, name: str, value: str, referred: bool) -> Iterator[tuple[str, str]]:
        """Where an element refers to: to its own picture, or to a part of the drawing."""
        own = _OWN_PART.fullmatch(value.strip())
        if name == "image":
            yield "xlink:href", value
        elif own is None:
            self.left_out.add("address")
        elif name != "use" or not referred:
            yield "xlink:href", f"#{self.prefix}{own[1]}"

    def _declarations(self, style: str, referred: bool) -> Iterator[str]:
        last: dict[str, str] = {}
        for declaration in style.split(";"):
            key, _, value = declaration.partition(":")
            key = key.strip().lower()
            safe = self._value(value.strip(), referred)
            if key in _PROPERTIES and safe:
                last.pop(key, None)
                last[key] = safe
        yield from (f"{key}:{value}" for key, value in last.items())

    def _value(self, value: str, referred: bool) -> str:
        """A value without an address but that of a part of the drawing; empty where it cannot be used."""
        rest = _OWN_URL.sub("", value)
        if "url" in rest.lower() or "/*" in rest or _LOADS.search(rest):
            self.left_out.add("address")
            return ""
        if not _VALUE.fullmatch(value) or (referred and rest != value):
            return ""
        return _OWN_URL.sub(lambda found: f"url(#{self.prefix}{found[1]})", value)


def _without_comments(sheet: str) -> str:
    first, *others = sheet.split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)


def _address(node: ElementTree.Element) -> str:
    return (node.get("href") or node.get(f"{_XLINK}href") or "").strip()


def _is_note(node: ElementTree.Element) -> bool:
    """Whether an element is of the program that drew the drawing, and can be neither seen nor run."""
    return bool(re.match(r"\{http://(?:www\.inkscape\.org|sodipodi\.sourceforge\.net)/", node.tag))


def _count_drawn(root: ElementTree.Element) -> int:
    """How many elements are drawn, with what ``use`` draws again.

    Raises:
        FirewallError: The drawing is nested too deeply, or goes in a circle.
    """
    parts = {node.get("id"): node for node in root.iter() if node.get("id")}
    counts: dict[int, int] = {}
    under_way: set[int] = set()

    def count(node: ElementTree.Element) -> int:
        if id(node) in counts:
            return counts[id(node)]
        if id(node) in under_way:
            raise FirewallError(message("it refers to itself."), _NEXT_STEP)
        if len(under_way) > 4 * MAX_DEPTH:
            raise FirewallError(message("it is nested too deeply."), _NEXT_STEP)
        under_way.add(id(node))
        total = 1 + sum(count(child) for child in node)
        if node.tag == f"{_SVG}use":
            target = parts.get(_address(node).removeprefix("#"))
            total += count(target) if target is not None else 0
        under_way.discard(id(node))
        counts[id(node)] = min(total, 10**12)
        return counts[id(node)]

    return count(root)
