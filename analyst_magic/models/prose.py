"""What a model says beside its code, or in place of it: of which kind it is, and what of it is only chat."""

from __future__ import annotations

import json
import re

from ..turn import AnswerKind

_MARKS: dict[str, AnswerKind] = {
    "refusal": "refusal",
    "cannot answer": "refusal",
    "can't answer": "refusal",
    "question": "question",
    "clarifying question": "question",
    "clarification": "question",
    "explanation": "explanation",
}
_MARK = re.compile(
    rf"\A[\s>#\-]*(?P<markup>[*_`]*)(?P<mark>{'|'.join(_MARKS)})"
    r"(?P<closed>[*_`]*)[ \t]*(?:[:：][ \t]*(?P<after>[*_`]*)|(?=\n|\Z))\s*",
    re.I,
)
_ASKS = re.compile(r"[?？؟]['\"”’»)\]*_`\s]*\Z")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.S | re.M)
_PROGRAM = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,})[ \t]*\{?(?:py\w*|sql|duckdb|r|julia|javascript|js|typescript|java|scala|c\+\+|cpp|bash|sh|"
    r"shell|powershell|matlab|stata|sas|vba|dax)\b|^(?:import [\w.]+(?: as \w+)?|from [\w.]+ import .+|def \w+\(.*)$",
    re.M | re.I,
)
"""A block in a language of programs, or a line that is surely Python: code was meant, and cannot be run."""
MAX_CHAT = 200
"""Characters of a sentence that can be only chat."""
_PROMISE = re.compile(r"(?:first,? )?(?:let me|let's|let us|i(?:'ll| will| am going to|'m going to| need to))\b", re.I)

_CODE = r"(?:code|query|script|solution|program|snippet|version|example|answer|sql|python|approach|way)"
_CHAT = re.compile(
    r"""(?:
    (?:sure(?:\ thing)?|certainly|of\ course|absolutely|definitely|great|good|okay|ok|no\ problem|got\ it|understood|
       alright|(?:great|good|excellent)\ question|thanks?(?:\ you)?(?:\ for\ [^.!?:]*)?|
       you(?:'re|\ are)\ welcome)[\ ,]*[.!]+
    |(?:i\ (?:sincerely\ )?apologi[sz]e|(?:my\ )?apologies|(?:i(?:'m|\ am)\ )?sorry)
       (?:\ (?:for|about)\ (?:the|my|any|that)(?:\ \w+){0,3})?[.!]+
    |(?:i\ )?hope\ (?:this|that|it)\ helps\b[^.!?:]*[.!]*
    |(?:please\ )?(?:let\ me\ know|feel\ free\ to\ (?:ask|reach\ out)|don't\ hesitate\ to\ ask)
       (?:\ if\ you\ (?:need|have|want|would\ like)\ (?:any|anything|more|further|help|other|questions|to\ know)\b
       |\ if\ there\ is\ anything|\ how\ it\ goes|[.!])[^.!?:,;]{0,60}[.!]*
    |if\ you\ (?:have|need)\ (?:any|anything|more|further|help|other)\b[^.!?:]*,\ (?:please\ |just\ )?
       (?:let\ me\ know|feel\ free|ask)\b[^.!?:]*[.!]+
    |(?:is\ there\ )?anything\ else\b[^.!?:]*\?|(?:does|did)\ (?:this|that|it)\ help\?
    |happy\ (?:to\ help|coding|analy[sz]ing)[.!]+|enjoy[.!]+
    )""",
    re.I | re.X,
)
_ANNOUNCED = re.compile(
    rf"""(?:
    (?:(?:sure|certainly|of\ course|okay|ok|absolutely)[,!]?\ )?
       (?:here(?:'s|\ is|\ are|\ you\ go)|below\ is|see\ below|this\ is)\b[^.!?:]*(?:\b{_CODE}\b[^.!?:]*)?:
    |(?:here(?:'s|\ is)|below\ is)\ (?:the|a|an|my|your)?\ ?(?:\w+\ ){{0,3}}{_CODE}[.!]
    |(?:then|next|now|finally|alternatively|alternative|or|first|second)\b[^.!?:]{{0,60}}:
    |(?:first|then|next),?\ (?:install|run|import|load)\b[^.!?:]*[:.]
    |(?:you\ can\ |please\ )?(?:try|use|run|install)\ (?:this|these|it|the)\b[^.!?:]{{0,60}}:
    |(?:the\ )?(?:corrected|updated|fixed|revised|complete|full|final)\ {_CODE}:
    |\W*(?:option|method|approach|variant|version|solution|alternative)\ (?:\d+|[a-d])\b[^.!?:]{{0,40}}[:.]?\W*
    )""",
    re.I | re.X,
)


def kind_of(text: str) -> tuple[AnswerKind, str]:
    """Of which kind an answer without code is, and its text without the mark that says so.

    >>> kind_of("**Refusal:** no frame holds prices. Ask for revenue instead.")
    ('refusal', 'no frame holds prices. Ask for revenue instead.')
    >>> kind_of("By mean delay, or by share of cancelled flights?")[0]
    'question'
    >>> kind_of("dep_time is a clock time, dep_delay is in minutes.")[0]
    'explanation'

    Args:
        text: The answer.

    Returns:
        The kind, and the prose. Of what only announces or attempts code, which did not come, the kind is ``result``:
        such an answer has failed.
    """
    marked = _marked(text)
    kind, prose = marked or ("explanation", text)
    prose = without_chat(prose)
    if not prose or (marked is None and _lacks_code(prose)):
        return "result", prose
    if marked is None and _ASKS.search(prose):
        kind = "question"
    return kind, prose


def is_refusal(text: str) -> bool:
    """Whether a text is marked as a refusal: then code in it is no answer, but an example at most."""
    marked = _marked(text)
    return marked is not None and marked[0] == "refusal" and bool(marked[1])


def without_chat(text: str, *, code: bool = False) -> str:
    """Prose without sentences that are only chat.

    >>> without_chat("Sure! Counts the rows. I hope this helps!")
    'Counts the rows.'
    >>> without_chat("I apologize for the error. Here is the corrected code:", code=True)
    ''

    Args:
        text: The prose.
        code: Whether code stood in it, so that sentences may announce what is no longer there.
    """
    parts, done = list[str](), 0
    for fence in _FENCE.finditer(text):
        parts += [_cleaned(text[done : fence.start()], code), fence[0]]
        done = fence.end()
    parts.append(_cleaned(text[done:], code))
    return "".join(parts).strip()


def _marked(text: str) -> tuple[AnswerKind, str] | None:
    match = _MARK.match(text.replace("’", "'"))
    if match is None:
        return None
    rest, markup = text[match.end() :].strip(), match["markup"]
    if markup and not match["closed"] and not match["after"]:
        rest = rest.replace(markup[::-1], "", 1)  # **Refusal: all of it in bold**
    return _MARKS[match["mark"].lower()], rest


def _lacks_code(prose: str) -> bool:
    """Whether prose announces or attempts code, or is no prose at all."""
    if prose.endswith((":", "：", "...", "…")) or _PROGRAM.search(prose):
        return True
    if _PROMISE.match(_sentences(prose)[-1].strip()) and not _ASKS.search(prose):
        return True
    try:
        return isinstance(json.loads(prose), dict | list)
    except (ValueError, RecursionError):
        return prose.startswith(("{", "["))


def _cleaned(text: str, code: bool) -> str:
    lines = []
    for line in text.split("\n"):
        sentences = [s for s in _sentences(line) if not _is_chat(s.strip(), code)]
        lines.append(line if len(sentences) == len(_sentences(line)) else " ".join(s.strip() for s in sentences))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?:])\s+", text)


def _is_chat(sentence: str, code: bool) -> bool:
    plain = sentence.strip("*_ ").replace("’", "'")
    return len(plain) <= MAX_CHAT and bool(_CHAT.fullmatch(plain) or (code and _ANNOUNCED.fullmatch(plain)))
