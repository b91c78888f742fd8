"""SVG drawings from the sandbox: rebuilt from elements and attributes that draw, and nothing else.

What a drawing may hold is an allow-list, after SVG 2 (https://www.w3.org/TR/SVG2/): shapes, texts, gradients, clips and
pictures that are in the drawing itself. No script, no style sheet, no animation, no foreign content, no address but
those of its own parts. It is meant to be shown as the source of an ``img``, which runs and loads nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from ...errors import FirewallError
from .text import clean

MAX_CHARACTERS = 5_000_000
MAX_DEPTH = 60
MAX_DRAWN = 200_000
"""Elements that are drawn, those of ``use`` counted each time."""
MAX_SIDE = 20_000
"""Width or height in pixels."""
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_ELEMENTS = frozenset("""svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc
    clipPath linearGradient radialGradient stop pattern marker image""".split())  # fmt: skip
_REFERRED = frozenset(("clipPath", "pattern", "marker", "linearGradient", "radialGradient"))
"""Elements that others refer to; inside of them nothing refers to more, so that no chain of them multiplies."""
_PROPERTIES = frozenset("""clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule font-family
    font-size font-style font-variant font-weight font-stretch font letter-spacing marker-end marker-mid marker-start
    opacity overflow paint-order shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration
    text-rendering vector-effect visibility word-spacing writing-mode alignment-baseline baseline-shift
    white-space""".split())  # fmt: skip
_ATTRIBUTES = _PROPERTIES | frozenset("""id version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx
    ry fx fy fr d points dx dy rotate textLength lengthAdjust transform gradientTransform gradientUnits spreadMethod
    offset patternTransform patternUnits patternContentUnits clipPathUnits markerWidth markerHeight markerUnits orient
    refX refY pathLength""".split())  # fmt: skip
_OWN_PART = re.compile(r"#([\w.:-]{1,100})")
_OWN_URL = re.compile(r"url\(\s*['\"]?#([\w.:-]{1,100})['\"]?\s*\)")
_VALUE = re.compile(r"[^<>\\\x00-\x08\x0b\x0c\x0e-\x1f;{}@]*")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif);base64,[A-Za-z0-9+/=\s]+", re.I)
_EVERYWHERE = re.compile(r"(?:^|[}])\s*\*\s*\{([^{}]*)\}")
_PREFIX = "svg-"
"""Before each name, so that none is a name of the page that a drawing becomes part of."""


def rebuilt(source: str) -> tuple[bytes, list[str]]:
    """The drawing anew.

    Args:
        source: The SVG as the sandbox sent it.

    Returns:
        The SVG, and the names of the elements that were left out of it.

    Raises:
        FirewallError: It cannot be read, or is too large.
    """
    root = _parsed(source)
    _check_size(root)
    left_out: set[str] = set()
    styles = "".join(style for node in root.iter(f"{_SVG}style") for style in _EVERYWHERE.findall(node.text or ""))
    text = "".join(_written(root, left_out, 0, referred=False, inherited=styles))
    _check_drawn(root)
    return text.encode("utf-8", "replace"), sorted(left_out)[:10]


def _parsed(source: str) -> ElementTree.Element:
    if len(source) > MAX_CHARACTERS:
        raise FirewallError(f"A drawing has more than {MAX_CHARACTERS:,} characters.", "Show it as a PNG.")
    text = re.sub(r"<!--.*?-->", "", source.strip(), flags=re.S)
    text = re.sub(r"\A<\?xml[^>]*\?>\s*", "", text)
    text = re.sub(r"\A<!DOCTYPE[^>\[]*>", "", text.lstrip())
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FirewallError("A drawing declares entities and was dropped.", "Show it as a PNG.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (it declares nothing, as was just made sure)
    except (ElementTree.ParseError, ValueError, RecursionError):
        raise FirewallError("A drawing is not the SVG that it claims to be.", "Show it as a PNG.") from None
    if root.tag != f"{_SVG}svg":
        raise FirewallError("A drawing is not the SVG that it claims to be.", "Show it as a PNG.")
    return root


def _check_size(root: ElementTree.Element) -> None:
    for side in ("width", "height"):
        number = re.match(r"\s*([\d.]{1,12})", root.get(side, ""))
        if number is not None and number[1].count(".") < 2 and float(number[1].strip(".") or 0) > MAX_SIDE:
            raise FirewallError(f"A drawing has a {side} of more than {MAX_SIDE:,} pixels.", "Make it smaller.")


def _written(
    node: ElementTree.Element, left_out: set[str], depth: int, *, referred: bool, inherited: str = ""
) -> Iterator[str]:
    """The pieces of an element's text; what is not on the list is left out, and named where it would be seen."""
    name = node.tag.removeprefix(_SVG) if isinstance(node.tag, str) else ""
    if name not in _ELEMENTS or (name == "image" and not _picture(node)):
        if isinstance(node.tag, str) and name not in {"style", "metadata"} and node.tag.startswith(_SVG):
            left_out.add(clean(name, 40))
        return
    if depth > MAX_DEPTH:
        raise FirewallError("A drawing is nested too deeply.", "Show it as a PNG.")
    referred = referred or name in _REFERRED
    kept = dict(_attributes(node, name, referred, inherited))
    space = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"' if not depth else ""
    yield f"<{name}{space}" + "".join(f" {key}={quoteattr(value)}" for key, value in kept.items()) + ">"
    if name in {"text", "tspan", "title", "desc"}:
        yield escape(clean(node.text or ""))
    for child in node:
        yield from _written(child, left_out, depth + 1, referred=referred)
        if name in {"text", "tspan"}:
            yield escape(clean(child.tail or ""))
    yield f"</{name}>"


def _attributes(node: ElementTree.Element, name: str, referred: bool, inherited: str) -> Iterator[tuple[str, str]]:
    for key, value in node.attrib.items():
        if key in _ATTRIBUTES:
            safe = f"{_PREFIX}{value}" if key == "id" else _value(value, referred)
            if safe:
                yield key, safe
        elif key in {"href", f"{_XLINK}href"}:
            yield from _reference(name, value, referred)
    style = ";".join(_declarations(f"{inherited};{node.get('style', '')}", referred))
    if style:
        yield "style", style


def _reference(name: str, value: str, referred: bool) -> Iterator[tuple[str, str]]:
    """Where an element refers to: to its own picture, or to a part of the drawing."""
    own = _OWN_PART.fullmatch(value.strip())
    if name == "image":
        yield "xlink:href", value
    elif own is not None and (name != "use" or not referred):
        yield "xlink:href", f"#{_PREFIX}{own[1]}"


def _declarations(style: str, referred: bool) -> Iterator[str]:
    for declaration in style.split(";"):
        key, _, value = declaration.partition(":")
        safe = _value(value.strip(), referred)
        if key.strip().lower() in _PROPERTIES and safe:
            yield f"{key.strip().lower()}:{safe}"


def _value(value: str, referred: bool) -> str:
    """A value without an address but that of a part of the drawing; empty where it cannot be used."""
    if not _VALUE.fullmatch(value):
        return ""
    rest = _OWN_URL.sub("", value)
    if "url" in rest.lower() or "/*" in rest or (referred and rest != value):
        return ""
    return _OWN_URL.sub(lambda found: f"url(#{_PREFIX}{found[1]})", value)


def _picture(node: ElementTree.Element) -> bool:
    """Whether an image is in the drawing itself."""
    value = node.get("href") or node.get(f"{_XLINK}href") or ""
    return bool(_PICTURE.fullmatch(value))


def _check_drawn(root: ElementTree.Element) -> None:
    """Count what ``use`` draws again.

    Raises:
        FirewallError: It is more than a page can draw, or goes in a circle.
    """
    parts = {node.get("id"): node for node in root.iter() if node.get("id")}
    counts: dict[int, int] = {}
    under_way: set[int] = set()

    def count(node: ElementTree.Element) -> int:
        if id(node) in counts:
            return counts[id(node)]
        if id(node) in under_way or len(under_way) > 10 * MAX_DEPTH:
            raise FirewallError("A drawing refers to itself and was dropped.", "Show it as a PNG.")
        under_way.add(id(node))
        total = 1 + sum(count(child) for child in node)
        if node.tag == f"{_SVG}use":
            target = parts.get((node.get("href") or node.get(f"{_XLINK}href") or "").strip().removeprefix("#"))
            total += count(target) if target is not None else 0
        under_way.discard(id(node))
        counts[id(node)] = min(total, 2 * MAX_DRAWN)
        return counts[id(node)]

    if count(root) > MAX_DRAWN:
        raise FirewallError(f"A drawing draws more than {MAX_DRAWN:,} elements.", "Show it as a PNG.")
