"""A pinned answer: what its question is found by, and how it stands as a table of a TOML file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from ..credentials import without_credentials
from ..sources.files import guessed_frame_names, with_frame_names
from ..turn import DOCUMENT_FORMATS, PRIVACY_LEVELS, Code, Language, Privacy, Question
from .columns import families

FROM_LOCK = "Answered from analyst.lock, without a model;"
"""How the note on an answer from the lock file begins."""
UNCHANGED = "the result is unchanged."
"""How that note ends where the result is the one that was pinned."""
INVESTIGATION = "investigation"
"""What the pin of an investigation wants: its plan and its findings."""
_FOLLOWS = re.compile(
    r"^\s*(?:as|only|just|by|and|but|now|same|what about|how about|instead|split|break|make|turn|show (?:it|that|this)|"
    r"also|then|sort|without|exclude|do (?:it|that)|change)\b|\b(?:instead|it|that|them|those)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Pin:
    """The pinned answer of one question.

    Attributes:
        question: Its text.
        wants, language: The form and the language that were asked for; empty where none was.
        after: For a follow-up, the question before it; else empty.
        code: What answers it. Of an investigation, its plan and findings as JSON, in the language ``plan``.
        model: Who wrote that.
        text: What they wrote beside it.
        frames: The schema of each frame that the code uses, as ``column type, ...``.
        results: A digest of each result, as ``kind digest``.
        image: The sandbox's image at the time; told, never used.
        seal: A digest of question and code as they were pinned; an edited pin has another.
        privacy: The privacy level at which the code was written; empty where the file does not say.
        answer: The answer in words where a model wrote it about results that it had seen; else empty, as the code
            fills the answer in at each run.
        tools: The calls of tools of MCP servers that the code's writer learned from, each as a sentence.
        edits: What the reader changed of how a result is shown, by the result's place as a text, the first is "1".
    """

    question: str
    wants: str
    language: str
    after: str
    code: Code
    model: str
    text: str
    frames: Mapping[str, str]
    results: tuple[str, ...] = ()
    image: str = ""
    seal: str = ""
    privacy: Privacy | Literal[""] = ""
    answer: str = ""
    edits: Mapping[str, str] = field(default_factory=dict)
    tools: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the question is found by."""
        return key(self.question, self.wants, self.language, self.after)

    @property
    def variant(self) -> str:
        """A digest of its frames' columns and their families: tells it from other answers to the same question."""
        frames = {name: sorted(families(schema).items()) for name, schema in self.frames.items()}
        return hashlib.sha256(json.dumps(frames, sort_keys=True).encode()).hexdigest()[:8]

    @property
    def edited(self) -> bool:
        """Whether someone has changed it by hand since."""
        return self.seal != _seal(self)

    def sealed(self) -> Pin:
        """The pin as what stands in it now is accepted."""
        return replace(self, seal=_seal(self))

    def redacted(self) -> Pin:
        """The pin without the keys and passwords that a user typed into a question; its code stays as it runs."""
        question, after, text, answer = map(without_credentials, (self.question, self.after, self.text, self.answer))
        clean = replace(self, question=question, after=after, text=text, answer=answer)
        return clean if self.edited else clean.sealed()


def steps_of(pin: Pin) -> tuple[str, ...]:
    """The questions of an investigation's steps, which are pinned by themselves; none where it is another pin."""
    if pin.wants != INVESTIGATION:
        return ()
    try:
        steps = json.loads(pin.code.text)["steps"]
        with_method = [(s["question"], s["method"] if not s["code"] else "") for s in steps]
        return tuple(normalized(f"{text} Method: {method}" if method else text) for text, method in with_method)
    except (ValueError, KeyError, TypeError):
        return ()


def key(question: str, wants: str, language: str, after: str) -> str:
    """What a question is found by: its words and the options that shape the answer, never the model or the data."""
    parts = (normalized(question), wants, language, normalized(after))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def normalized(question: str) -> str:
    """The words of a question as its key has them: one blank between two, and no keys or passwords.

    >>> normalized("total  revenue\\nby region ")
    'total revenue by region'
    """
    return " ".join(without_credentials(question).split())


def keys(question: str, wants: str, language: str, before: str) -> tuple[str, ...]:
    """The keys that the pin of a question may have, the one that a new pin gets first.

    A question that names a data file has several: earlier versions pinned it with the name of the file's frame in
    place of the path.

    Args:
        question: Its text, as the user wrote it.
        wants, language: As in ``Pin``.
        before: The question before it in its thread.
    """
    texts = [(question, before), *zip(older_texts(question), older_texts(before), strict=True)]
    return tuple(dict.fromkeys(key(text, wants, language, follows(text, earlier)) for text, earlier in texts))


def question_keys(question: Question, before: str) -> tuple[str, ...]:
    """The keys that the pin of a question may have, as it is asked after another."""
    return keys(question.text, question.format_key, question.language or "", before)


def older_texts(question: str) -> list[str]:
    return [with_frame_names(question, guessed_frame_names(question, ending)) for ending in ("", "_file")]


def follows(question: str, before: str) -> str:
    """The question before, where this one cannot be understood without it."""
    return before if before and _FOLLOWS.search(question) else ""


def _seal(pin: Pin) -> str:
    parts = (pin.question, pin.wants, pin.language, pin.after, pin.code.text, pin.code.language, pin.code.format)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


_TEXTS = ("question", "wants", "asked_in", "after", "model", "text", "image", "seal", "privacy", "answer")


def read_pin(entry: Mapping[str, Any]) -> Pin:
    """A table of the file as a pin; anything that is not of the right kind is refused."""
    texts = {name: entry.get(name, "") for name in _TEXTS}
    language, form = entry.get("language"), entry.get("format", "")
    frames, edits = entry.get("frames", {}), entry.get("edits", {})
    results, tools = entry.get("results", []), entry.get("tools", [])
    values = (*texts.values(), entry["code"], *frames.values(), *results, *edits.values(), *tools)
    if not all(isinstance(text, str) for text in values):
        raise ValueError("a text is something else")
    if language not in {"python", "sql", "document", "plan"} or (
        language == "document" and form not in DOCUMENT_FORMATS
    ):
        raise ValueError(f"the language {str(language)[:30]} does not exist")
    if texts["privacy"] not in {"", *PRIVACY_LEVELS}:
        raise ValueError(f"the privacy level {texts['privacy'][:30]} does not exist")
    code = Code(entry["code"].removesuffix("\n"), cast(Language, language), form if language == "document" else "")
    return Pin(
        texts["question"], texts["wants"], texts["asked_in"], texts["after"], code, texts["model"], texts["text"],
        dict(frames), tuple(results), texts["image"], texts["seal"], cast(Privacy, texts["privacy"]), texts["answer"],
        dict(edits), tuple(tools),
    )  # fmt: skip


def written(name: str, pin: Pin, section: str = "pin") -> str:
    """A pin as a table of a TOML file."""
    lines = [f"[{section}.{name}]", f"question = {_text(pin.question)}"]
    for label, value in (("wants", pin.wants), ("asked_in", pin.language), ("after", pin.after)):
        lines += [f"{label} = {_text(value)}"] if value else []
    lines += [f"model = {_text(pin.model)}"] + ([f"text = {_text(pin.text)}"] if pin.text else [])
    lines += [f"answer = {_text(pin.answer)}"] if pin.answer else []
    lines += [f"language = {_text(pin.code.language)}"]
    lines += [f"format = {_text(pin.code.format)}"] if pin.code.format else []
    lines += [f"code = {_block(pin.code.text)}"]
    bare = {frame: frame if re.fullmatch(r"[A-Za-z0-9_]+", frame) else _text(frame) for frame in pin.frames}
    lines += [f"frames.{bare[frame]} = {_text(pin.frames[frame])}" for frame in sorted(pin.frames)]
    lines += ["results = [", *(f"  {_text(result)}," for result in pin.results), "]"] if pin.results else []
    lines += ["tools = [", *(f"  {_text(call)}," for call in pin.tools), "]"] if pin.tools else []
    lines += [f"edits.{place} = {_text(pin.edits[place])}" for place in sorted(pin.edits) if place.isdecimal()]
    lines += [f"image = {_text(pin.image)}"] if pin.image else []
    lines += [f"privacy = {_text(pin.privacy)}"] if pin.privacy else []
    return "\n".join([*lines, f"seal = {_text(pin.seal)}", ""])


def _text(value: str) -> str:
    """A TOML string on one line, which is JSON's, with the one sign that TOML wants escaped besides."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _block(text: str) -> str:
    """Code in full lines; where a literal block cannot hold it, with escapes."""
    plain = all(c.isprintable() or c in "\n\t" for c in text)
    if plain and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}\n'''"
    escaped = json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f").replace("\\n", "\n")
    return f'"""\n{escaped}\n"""'
