"""Markdown and code of a notebook as harmless HTML.

Markdown is read as Jupyter and GitHub read it, with what MyST and Quarto add: callouts, footnotes, definition lists,
captions, references, tabs, citations. Formulas are taken out before and put back behind the sanitiser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from .directives import CALLOUTS, unified
from .headings import TAG
from .mathematics import Formula, Formulas, formula_html
from .plain import text_of
from .references import References, is_label
from .sanitise import clean, with_marks

_MAX_NESTING = 60
_HIGHLIGHT_CAP = 100_000  # colouring takes time, and some lexers take it by the square
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")

_GITHUB_CALLOUT = re.compile(r"\[!(\w+)\][+-]?[ \t]*(.*?)(?:\n|\Z)")
_CAPTION = re.compile(r"(?::|Table:)\s+(.+?)\s*(?:\{#([\w:.-]+)[^}]*\})?\s*", re.DOTALL)
_HEADING_LABEL = re.compile(r"\s*\{([^{}]*)\}\s*$")
_MYST_LABEL = re.compile(r"\(([\w:.-]+)\)=")
_CITATION = re.compile(r"\[([^\[\]@]*)(@[\w:.#$%&+?<>~/-]+(?:[^\[\]]*?))\]")
_KEY = re.compile(r"-?@([\w](?:[\w:.#$%&+?<>~/-]*[\w])?)")
_SIZE = re.compile(r"(\]\([^)\n]*\)\{[^{}\n]*?\b)(width|height)=(\d+(?:px|%)?)(?=[\s}])")
_ROLE = re.compile(r"\{([a-z][\w:-]*)\}`([^`\n]+)`")


def markdown_html(
    source: str,
    folder: Path | None,
    attachments: Mapping[str, Any] | None = None,
    references: References | None = None,
) -> Markup:
    """Markdown as sanitised HTML.

    Args:
        source: The text, of any origin.
        folder: The notebook's directory, for the files that it names.
        attachments: The pictures of the cell.
        references: Counts and links across cells; without it the text counts by itself, and is complete.
    """
    alone = references is None
    state = references or References()
    formulas = Formulas()
    try:
        source_text = _SIZE.sub(r'\1\2="\3"', unified(source))
        text = formulas.taken_out(source_text, lambda label: state.mark("ref", (label,), f"({label})"))
        formulas.with_macros(state.macros)
        text = _with_footnotes(text, state.footnotes)
        env = {"labels": state, "attachments": attachments or {}}
        parser = _parser()
        tokens = parser.parse(text, env)
        if any(token.level >= _MAX_NESTING - 1 for token in tokens):
            raise ValueError("what is nested deeper would be left out")
        html = parser.renderer.render(tokens, parser.options, env)
        state.noted += len(env.get("footnotes", {}).get("list", {}))  # type: ignore[attr-defined]
        state.settle(formulas.plain)
        page = re.sub(r"<p>\s*</p>", "", clean(with_marks(html), folder))
    except (RecursionError, AttributeError, KeyError, IndexError, TypeError, ValueError):
        return Markup("<pre>{}</pre>").format(source)  # quotes nested a thousand deep, and such

    def shown(formula: Formula) -> Markup:
        wanted = formula.display and formula.numbered
        number, anchor = state.number("eq", formula.label, formula.tag) if wanted else ("", "")
        more = [state.number("eq", label) for label in formula.more_labels if wanted]
        return formula_html(formula, ", ".join([number, *(one for one, _ in more)]), anchor, [one for _, one in more])

    made = Markup(formulas.put_back(page, shown))  # noqa: S704 - the sanitiser's, with formulas of ours
    return state.resolved(made) if alone else made


def line_html(source: str, references: References | None = None) -> Markup:
    """Markdown of one line, such as a caption, as sanitised HTML without a paragraph around it."""
    html = markdown_html(" ".join(source.split()), None, None, references).strip()
    found = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", html, re.DOTALL)
    return Markup(found[1]) if found else Markup(html)  # noqa: S704 - the sanitiser's


def with_formulas(html: Markup, references: References | None) -> Markup:
    """Sanitised HTML of an output with what stands between dollars set as formulas, as Jupyter does."""
    if "$" not in html and "\\(" not in html:
        return html
    formulas = Formulas()
    parts: list[str] = []
    at = code = 0
    for tag in TAG.finditer(html):
        text = html[at : tag.start()]
        parts.append(text if code else _escaped_again(formulas.taken_out(unescape(text), lambda label: f"({label})")))
        parts.append(tag[0])
        code += (-1 if tag[1] else 1) if tag[2] in {"code", "pre"} else 0
        at = tag.end()
    rest = html[at:]
    parts.append(rest if code else _escaped_again(formulas.taken_out(unescape(rest), lambda label: f"({label})")))
    if references is not None:
        formulas.with_macros(references.macros)
    shown = formulas.put_back("".join(parts), lambda formula: formula_html(formula, "", ""))
    return Markup(shown)  # noqa: S704 - the sanitiser's, with formulas of ours


def _escaped_again(text: str) -> str:
    """Text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def _with_footnotes(text: str, known: Mapping[str, str]) -> str:
    """The text with the definitions of footnotes that stand in other cells."""
    here = set(re.findall(r"\[\^([^\]\s]+)\](?!:)", text)) - set(footnotes_in(text))
    more = [f"[^{name}]: {known[name]}" for name in sorted(here & known.keys())]
    return "\n\n".join([text, *more]) if more else text


def footnotes_in(text: str) -> dict[str, str]:
    """The definitions of footnotes in a text, by their names."""
    return dict(re.findall(r"^\[\^([^\]\s]+)\]:[ \t]*(.+)$", text, re.MULTILINE))


@lru_cache(1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    footnote_plugin(parser)
    deflist_plugin(parser)
    tasklists_plugin(parser)
    gfm_autolink_plugin(parser)
    attrs_plugin(parser, after=("image", "code_inline", "link_close", "span_close"), spans=True)
    container_plugin(parser, "division", marker=":", validate=lambda words, *_: words.strip().startswith("{"))
    sub_plugin(parser)
    superscript_plugin(parser)
    parser.core.ruler.before("inline", "report", _labelled)
    parser.inline.ruler.before("link", "citation", _citation)
    parser.inline.ruler.before("backticks", "role", _role)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


# -- what is found in the tokens of blocks -----------------------------------------------------------------------------


def _labelled(state: StateCore) -> None:
    """Callouts, captions of tables, and the labels of headings, figures and tables."""
    tokens, waiting = state.tokens, ""
    for at, token in enumerate(tokens):
        if token.type != "inline" or at == 0:
            continue
        before = tokens[at - 1]
        if before.type == "paragraph_open" and (label := _MYST_LABEL.fullmatch(token.content.strip())):
            waiting, token.content, token.children = label[1], "", []
        elif before.type == "heading_open":
            waiting = _label_heading(before, token, state.env["labels"], waiting)
        elif at > 1 and tokens[at - 2].type == "blockquote_open" and (found := _GITHUB_CALLOUT.match(token.content)):
            _callout(tokens[at - 2], tokens, token, found)
        elif at > 1 and tokens[at - 2].type == "table_close" and (caption := _CAPTION.fullmatch(token.content)):
            number, anchor = state.env["labels"].number("tbl", caption[2] or waiting)
            token.content, waiting = f"Table {number}: {caption[1]}", ""
            before.attrSet("class", "caption")
            if anchor:
                before.attrSet("id", anchor.removeprefix("n-"))


def _label_heading(heading: Token, words: Token, references: References, waiting: str) -> str:
    """Give a heading its id, as Jupyter makes it of its words or its author wrote it."""
    given = _HEADING_LABEL.search(words.content)
    label = waiting
    if given and re.match(r"[#.\-]", given[1].strip()):
        words.content = words.content[: given.start()]
        label = next(iter(re.findall(r"#([\w:.-]+)", given[1])), label)
    name = label or re.sub(r"\s+", "-", re.sub(r"[<>&\"'`*]", "", words.content.strip()))[:120]
    if name:
        heading.attrSet("id", name)
    if label:
        references.place(label, words.content.strip(), f"n-{label}")
    return ""


def _callout(quote: Token, tokens: Sequence[Token], words: Token, found: re.Match[str]) -> None:
    """A quote that is a callout of GitHub's."""
    kind = CALLOUTS.get(found[1].lower())
    if kind is None:
        return
    quote.meta["callout"] = (kind, found[2].strip() or found[1].capitalize())
    words.content = words.content[found.end() :]
    behind = tokens[next(place for place, token in enumerate(tokens) if token is quote) :]
    close = next(token for token in behind if token.type == "blockquote_close" and token.level == quote.level)
    close.meta["callout"] = True


# -- what is found in text ---------------------------------------------------------------------------------------------


def _citation(state: StateInline, silent: bool) -> bool:
    """``[@knuth84, p. 3; @fig-x]``: a citation in brackets, or a reference."""
    references: References = state.env["labels"]
    found = _CITATION.match(state.src, state.pos)
    keys = tuple(key[1] for key in _KEY.finditer(found[2])) if found else ()
    if found is None or not keys:
        return False
    if all(is_label(key) for key in keys):
        how = "ref"
    elif any(references.known(key) for key in keys):
        how = "cite"
    else:
        return False
    if not silent:
        marks = [references.mark("ref", (key,), f"@{key}") for key in keys] if how == "ref" else []
        pages = tuple(_pages(part) for part in found[2].split(";"))
        marked = references.mark(how, keys, found[0], pages if len(pages) == len(keys) else ())
        state.push("text", "", 0).content = ", ".join(marks) if marks else marked
    state.pos = found.end()
    return True


def _pages(part: str) -> str:
    """What stands behind the key of a citation: ``, p. 3``."""
    return _KEY.sub("", part, count=1).strip().rstrip(".")[:60]


def _role(state: StateInline, silent: bool) -> bool:
    """A role of MyST: ``{ref}`label```, ``{eq}`label```, ``{cite}`key```; of others the text alone."""
    found = _ROLE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        references: References = state.env["labels"]
        words = re.fullmatch(r"(.*?)\s*<([^<>]+)>", found[2])
        target = words[2] if words else found[2]
        if found[1] in {"ref", "numref", "eq", "doc", "prf:ref"}:
            state.push("text", "", 0).content = references.mark("ref", (target,), words[1] if words else target)
        elif found[1].startswith("cite"):
            keys = tuple(key.strip() for key in target.split(","))
            how = "text" if found[1] in {"cite:t", "cite:text"} else "cite"
            state.push("text", "", 0).content = references.mark(how, keys, found[2])
        elif found[1] in {"sub", "sup"}:
            state.push("html_inline", "", 0).content = f"<{found[1]}>{escape(found[2])}</{found[1]}>"
        else:
            state.push("text", "", 0).content = words[1] if words else found[2]
    state.pos = found.end()
    return True


# -- how tokens become HTML --------------------------------------------------------------------------------------------

_Tokens = Sequence[Token]


def _heading_close(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    name = next((t.attrGet("id") for t in reversed(tokens[:at]) if t.type == "heading_open"), "")
    anchor = f'<a class="anchor-link" href="#{escape(str(name))}">¶</a>' if name else ""
    return f"{anchor}</{tokens[at].tag}>\n"


def _text(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    """Text, in which ``@key`` refers to a place or to what can be cited."""
    references: References = env["labels"]

    def mark(match: re.Match[str]) -> str:
        key = match[1]
        if match.start() and match.string[match.start() - 1].isalnum():
            return match[0]  # an address of mail
        if is_label(key):
            return references.mark("ref", (key,), match[0])
        return references.mark("text", (key,), match[0]) if references.known(key) else match[0]

    return str(escape(_KEY.sub(mark, tokens[at].content)))


def _image(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    words = self.renderInlineAsText(token.children or [], options, env)
    source = str(token.attrGet("src") or "")
    if source.startswith("attachment:"):
        source = _attached(source.removeprefix("attachment:"), env["attachments"])
    given = {side: token.attrGet(side) for side in ("width", "height")}
    sizes = "".join(f' {side}="{escape(str(value))}"' for side, value in given.items() if value)
    picture = f'<img src="{escape(source)}" alt="{escape(words)}"{sizes}>'
    label, kind = str(token.attrGet("id") or ""), str(token.attrGet("class") or "")
    if not label.startswith("fig") and "figure" not in kind.split():
        return picture
    number, anchor = env["labels"].number("fig", label)
    place = f' id="{escape(anchor.removeprefix("n-"))}"' if anchor else ""
    said = self.renderInline(token.children or [], options, env)
    return f"<figure{place}>{picture}<figcaption>Figure {number}{': ' if said else ''}{said}</figcaption></figure>"


def _attached(name: str, attachments: Mapping[str, Any]) -> str:
    bundle = attachments.get(name) or attachments.get(name.replace("%20", " "))
    if not isinstance(bundle, Mapping):
        return ""
    for mime in _PICTURES:
        if mime in bundle:
            return f"data:{mime};base64,{re.sub(chr(92) + 's', '', text_of(bundle[mime]))}"
    return ""


def _link_open(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    """A link; one without words, ``[](#fig-sales)``, is a reference of MyST's."""
    href = str(tokens[at].attrGet("href") or "")
    if tokens[at + 1].type == "link_close" and re.fullmatch(r"#[\w:.-]+", href):
        tokens[at + 1].meta["within"] = True
        return str(env["labels"].mark("ref", (href[1:],), href))
    return self.renderToken(tokens, at, options, env)


def _link_close(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return "" if tokens[at].meta.get("within") else self.renderToken(tokens, at, options, env)


def _fence(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    info = token.info.strip()
    language = re.match(r"\{?\.?([\w+#.-]+)\}?", info)
    name = language[1] if language else ""
    if name == "mermaid":
        return str(diagram_html(token.content))
    code = code_html(token.content, name) if name else escape(token.content)
    return f'<div class="highlight"><pre tabindex="0"><code>{code}</code></pre></div>\n'


def _quote(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    found = tokens[at].meta.get("callout")
    return _callout_open(found[0], _titled(found[1], env)) if found else "<blockquote>\n"


def _quote_close(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return "</div>\n" if tokens[at].meta.get("callout") else "</blockquote>\n"


def _callout_open(kind: str, title: str) -> str:
    return f'<div class="callout callout-{kind}"><p class="callout-title">{title}</p>\n'


def _titled(title: str, env: Any) -> str:
    """A title within a line of text, with its emphasis, code and references."""
    parser = _parser()
    alone = {"labels": env["labels"], "attachments": {}}
    return str(parser.renderer.render(parser.parseInline(title, alone), parser.options, alone))


def _division(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    spec = _spec(tokens[at].info)
    kind, title = spec.get("kind", ""), spec.get("title", "")
    if kind in {"listing", "theorem"}:
        return _counted(spec, env)
    if kind == "tab":
        if spec.get("first"):
            env["tabs"] = env.get("tabs", 0) + 1
        opened = " open" if spec.get("first") else ""
        return f'<details class="tab"{opened}><summary>{_titled(title, env)}</summary>\n'
    if kind:
        return _callout_open(kind, _titled(title, env))
    return f'<div id="{escape(spec["label"])}">\n' if spec.get("label") else "<div>\n"


def _counted(spec: Mapping[str, str], env: Any) -> str:
    """The beginning of a listing or a theorem, with its number and its title."""
    what = "lst" if spec["kind"] == "listing" else spec.get("what", "")
    is_counted = what == "lst" or bool(spec.get("counted"))
    number, anchor = env["labels"].number(what, spec.get("label", "")) if is_counted else ("", "")
    place = f' id="{escape(anchor.removeprefix("n-"))}"' if anchor else ""
    title = _titled(spec["title"], env) if spec.get("title") else ""
    if what == "lst":
        return f'<div{place}><p class="caption">Listing {number}{": " if title else ""}{title}</p>\n'
    words = " ".join(filter(None, [str(escape(what.capitalize())), number, f"({title})" if title else ""]))
    return f"<div{place}><p><strong>{words}.</strong></p>\n"


def _division_close(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    opened = next(
        t for t in reversed(tokens[:at]) if t.type == "container_division_open" and t.level == tokens[at].level
    )
    return "</details>\n" if _spec(opened.info).get("kind") == "tab" else "</div>\n"


def _spec(info: str) -> dict[str, str]:
    try:
        found = json.loads(info)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _checkbox(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    """HTML within a line; the boxes of a list of tasks become signs, which every format has."""
    text = tokens[at].content
    if text.startswith('<input class="task-list-item-checkbox"'):
        return "☑" if "checked" in text else "☐"
    return text


def _note_number(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return str(int(tokens[at].meta["id"]) + 1 + env["labels"].noted)


def _note_name(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return _note_number(self, tokens, at, options, env)


def _note_reference(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    number = _note_number(self, tokens, at, options, env)
    again = f"-{tokens[at].meta['subId']}" if tokens[at].meta.get("subId", 0) > 0 else ""
    return f'<sup><a href="#fn{number}" id="fnref{number}{again}">{number}</a></sup>'


def _notes_open(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return f'<div class="footnotes"><ol start="{env["labels"].noted + 1}">\n'


def _notes_close(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return "</ol></div>\n"


def _note_open(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return f'<li id="fn{_note_number(self, tokens, at, options, env)}">'


def _note_back(self: RendererHTML, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    return f' <a href="#fnref{_note_number(self, tokens, at, options, env)}">↩</a>'


_RULES = {
    "blockquote_close": _quote_close,
    "blockquote_open": _quote,
    "container_division_close": _division_close,
    "container_division_open": _division,
    "fence": _fence,
    "footnote_anchor": _note_back,
    "footnote_anchor_name": _note_name,
    "footnote_block_close": _notes_close,
    "footnote_block_open": _notes_open,
    "footnote_open": _note_open,
    "footnote_ref": _note_reference,
    "heading_close": _heading_close,
    "html_inline": _checkbox,
    "image": _image,
    "link_close": _link_close,
    "link_open": _link_open,
    "text": _text,
}


def diagram_html(source: str) -> Markup:
    """A Mermaid diagram: a sentence, and its source."""
    said = Markup('<p class="left-out">A Mermaid diagram stands here as its source, which a report does not run.</p>')
    return said + Markup("<pre><code>{}</code></pre>\n").format(source)


def code_html(source: str, language: str) -> Markup:
    """Code with its syntax in classes; plain where the language is unknown or the code very long."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer()
    if len(source) > _HIGHLIGHT_CAP:
        lexer = TextLexer()
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)).rstrip("\n"))  # noqa: S704 - Pygments escapes
