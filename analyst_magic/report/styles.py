"""Style sheets of tables -> the styles of their cells: pandas' Styler writes them so, and no sheet may come along."""

from __future__ import annotations

import re
from html import escape, unescape

_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_BY_ID = re.compile(r"#(T_[\w-]+)$")
_BY_PART = re.compile(r"#(T_[\w]+?)\s+(?:(th|td|thead th|tbody th|tbody td)|\.([\w-]+)|(th|td)\.([\w-]+))$")
_CELL = re.compile(r"<(t[hd])\b([^>]*)>", re.IGNORECASE)
_ID = re.compile(r"\bid=[\"']?(T_[\w-]+)[\"']?")
_CLASS = re.compile(r"\bclass=[\"']([^\"']*)[\"']")
_MAX_RULES = 20_000


def with_styles(source: str) -> str:
    """HTML in which the cells of styled tables carry the styles that its sheet gives them by their ids and classes."""
    if "<style" not in source or "T_" not in source:
        return source
    by_id: dict[str, str] = {}
    by_part: list[tuple[str, str, str]] = []
    for sheet in _SHEET.findall(source):
        for selectors, declarations in _RULE.findall(sheet)[:_MAX_RULES]:
            said = " ".join(declarations.split())
            for selector in map(str.strip, selectors.split(",")):
                if found := _BY_ID.match(selector):
                    by_id[found[1]] = by_id.get(found[1], "") + said + ";"
                elif found := _BY_PART.match(selector):
                    by_part.append(((found[2] or found[4] or "").split(" ")[-1], found[3] or found[5] or "", said))

    def styled(cell: re.Match[str]) -> str:
        attributes = cell[2]
        name, classes = _ID.search(attributes), _CLASS.search(attributes)
        inside = set(classes[1].split()) if classes else set()
        parts = [said for tag, kind, said in by_part if tag in ("", cell[1].lower()) and (not kind or kind in inside)]
        style = ";".join([*parts, by_id.get(name[1], "") if name else ""]).strip("; ")
        if not style:
            return cell[0]
        given = re.search(r"\bstyle=[\"']([^\"']*)[\"']", attributes)
        rest = re.sub(r"\bstyle=[\"'][^\"']*[\"']", "", attributes)
        whole = f"{style};{unescape(given[1])}" if given else style
        return f'<{cell[1]} {rest.strip()} style="{escape(whole)}">'

    return _CELL.sub(styled, _SHEET.sub("", source)) if by_id or by_part else source


_PLAIN = r"(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([\d.,%/ deg]+\))"
_SAFE = re.compile(
    rf"(?:[^()\\]|(?:rgb|hsl)a?\([\d.,%/ deg]+\)"
    rf"|linear-gradient\(\s*(?:[\d.]+deg|to [a-z ]+)?\s*(?:,?\s*{_PLAIN}(?:\s+[\d.]+%)*)+\s*\))*",
    re.IGNORECASE,
)


def safe_style(style: str) -> str:
    """Declarations without those whose values could be anything else than lengths, words and plain colours."""
    parts = [part.strip() for part in style.split(";")]
    return "; ".join(part for part in parts if part and len(part) < 2_000 and _SAFE.fullmatch(part))
