"""How a turn looks in a notebook: the answer in words, the results, and what they were made of folded away.

All HTML here is static and escaped, so that it survives a reload without trust, nbconvert and GitHub. Beside it is the
text that a terminal shows; what has none shows nothing there. A dollar in an answer starts no formula: the page's
MathJax leaves these parts alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeGuard

from IPython.display import display

from ..cleaning.markdown import markdown, plain
from ..errors import Abstained, AnalystError, CodeFailed, Stopped
from ..evidence.provenance import FOOTER, OFFER, SUGGEST, AnswerRecord, EarlierAttempt, record_of
from ..language import ENGLISH, language, localize, message
from ..results.figure import Figure
from ..results.number import number_of
from ..results.shown_figures import FIGURES
from ..results.shown_tables import SHOWN
from ..results.table import Table
from ..results.text import is_warning
from ..turn import Result, Turn
from .asks import BESIDE_BUTTONS, listed, with_asks
from .next_questions import instead, ways_on

_PRE = "margin:4px 0;padding:8px;overflow-x:auto;border:1px solid rgba(128,128,128,.35);border-radius:4px"
_SMALL = "font-size:90%;opacity:.85"
_LARGE = "font-size:1.35em;line-height:1.4;font-weight:500;margin:4px 0"
_WORDS = "margin:4px 0;line-height:1.5;max-width:50em"
_QUIET = "margin:4px 0;padding:2px 0 2px 12px;line-height:1.5;max-width:50em;border-left:3px solid rgba(128,128,128,.5)"
_MARK = "background:rgba(255,200,0,.3);color:inherit;border-radius:2px;padding:0 2px"
NEXT = message("Next:")
INSTEAD = message("Try one of these:")
ASK_BACK = message("Answer in the next cell: %%analyst and your words.")


class Shown(NamedTuple):
    """One output of a turn: what is displayed, and the metadata of the output."""

    data: Result | dict[str, Any]
    metadata: dict[str, Any]

    @property
    def display_arguments(self) -> dict[str, Any]:
        """What ``display`` and a handle's ``update`` get beside the data."""
        return {"raw": isinstance(self.data, dict), "metadata": self.metadata}


def shown(turn: Turn) -> list[Shown]:
    """A turn's outputs in their order, at least one: the answer, results, what there is to note, how it was made.

    Where nothing is said in words, as of the user's own code, the first result takes the first place, and the record
    is that of the footer: no output is empty.
    """
    answer, record = answer_bundle(turn), record_of(turn).metadata()
    if is_quiet(turn.error):
        answer = quiet_bundle(turn.error)
    silent = not answer["text/html"]
    outputs = [] if silent else [Shown(answer, record)]
    outputs += [Shown(bundle, {}) for bundle in result_bundles(turn)]
    outputs += [Shown(words(note), {}) for note in turn.notes]
    return [*outputs, Shown(footer_bundle(turn), record if silent else FOOTER)]


def is_quiet(error: Exception | None) -> TypeGuard[AnalystError]:
    """Whether a question ended without an answer in a way that is no failure: it was not understood, or was stopped."""
    return isinstance(error, Abstained | Stopped)


def quiet_bundle(error: AnalystError) -> dict[str, Any]:
    """What is said in place of an answer, as HTML and as text; words that were not understood are marked."""
    step = (
        localize(error.next_step).partition(localize("You can ask:"))[0].strip()
    )  # these stand below, each with its button
    text = html.escape(localize(error.message))
    head, sign, question = text.partition(localize("Not understood:"))
    marked = re.sub(r"\[([^\[\]]{1,200})\]", rf'<mark style="{_MARK}">\1</mark>', question.strip())
    said = f"{head}<br>{sign.strip()} {marked}" if sign else text
    aside = f'<div style="{_SMALL};margin-top:4px">{html.escape(step)}</div>' if step else ""
    page = _card([f'<div class="analyst-answer" dir="auto" style="{_QUIET}">{said}{aside}</div>'])
    return {"text/html": page, "text/plain": error.localized}


def show(turn: Turn) -> None:
    """Display what follows the first output of a turn, which took the place of the progress line."""
    for output in shown(turn)[1:]:
        display(output.data, **output.display_arguments)


def show_note(text: str) -> None:
    """Display a message below an answer."""
    display(words(text), raw=True)


def result_bundles(turn: Turn) -> Iterator[Result | dict[str, Any]]:
    """The results as they are displayed: a number alone as a card, warnings last."""
    for place in sorted(range(len(turn.results)), key=lambda place: is_warning(turn.results[place])):
        result = turn.results[place]
        number = number_of(result, turn.code, turn.language or "", turn.answer)
        if number is not None:
            yield {"text/html": number.to_html(large=not turn.answer), "text/plain": result.to_text()}
        elif isinstance(result, Figure | Table) and turn.uid:
            if isinstance(result, Table) and not result.fits_page:
                SHOWN.add(f"{turn.uid}:{place}", result)
            yield FIGURES.bundle(turn, place)
        else:
            yield result


def answer_bundle(turn: Turn) -> dict[str, Any]:
    """What is read first of a turn, as HTML and as text, to be displayed as it is."""
    record = record_of(turn)
    aside = [localize(OFFER), *(f"  {localize(offer)}" for offer in record.offers)] if record.offers else []
    refused = record.kind == "refusal" and record.questions
    aside += [localize(SUGGEST), *(f"  {question}" for question in record.questions)] if refused else []
    aside += [localize(ASK_BACK)] if record.kind == "question" else []
    parts = [plain(record.answer), "\n".join(aside), plain(record.reading)]
    bundle = {"text/html": answer_html(record), "text/plain": "\n\n".join(filter(None, parts))}
    return with_asks(bundle, record.questions, localize(SUGGEST))


def footer_bundle(turn: Turn) -> dict[str, Any]:
    """How a turn was made and what can be asked next, as HTML and as text, to be displayed as it is."""
    record = record_of(turn)
    words_before, next_questions = (INSTEAD, instead(turn)) if turn.error is not None else (NEXT, ways_on(turn))
    lead = localize(words_before)
    parts = [plain(record.method), record.code, _joined(record.evidence), _joined(record.details)]
    parts += ["\n  ".join([lead, *next_questions])] if next_questions else []
    page = footer_html(record, turn.error) + listed(next_questions, lead)
    bundle = {"text/html": page, "text/plain": "\n\n".join(filter(None, parts))}
    if not turn.ok:
        return with_asks(bundle, next_questions, lead)
    answer = plain(record.answer)
    return with_asks(bundle, next_questions, lead, history=turn.id, answer=answer, code=record.code)


def words(text: str) -> dict[str, str]:
    """A message as HTML and as text, to be displayed as it is."""
    text = localize(text)
    return {"text/html": line(text), "text/plain": text}


def _joined(facts: Iterable[str]) -> str:
    return " · ".join(map(localize, facts))


def answer_html(record: AnswerRecord) -> str:
    """The answer in words, in the look of its kind, and how the question was understood."""
    answer = prose(record.answer)
    parts = []
    if record.kind == "result" and answer:
        parts.append(
            f'<div class="analyst-answer" dir="auto" style="{_LARGE if record.brief else _WORDS}">{answer}</div>'
        )
    elif answer:
        aside = (
            _offers(record)
            if record.kind == "refusal"
            else line(localize(ASK_BACK))
            if record.kind == "question"
            else ""
        )
        look = _QUIET if record.kind != "explanation" else _WORDS
        parts.append(f'<div class="analyst-answer" dir="auto" style="{look}">{answer}{aside}</div>')
    if record.reading:
        parts.append(f'<div dir="auto" style="margin:2px 0;max-width:60em;{_SMALL}">{prose(record.reading)}</div>')
    return _card(parts)


def footer_html(record: AnswerRecord, error: Exception | None = None) -> str:
    """The line of evidence, which unfolds to how the answer was made: the code, what it does, earlier attempts."""
    head = _joined(record.evidence or record.facts)
    attempts = "".join(_folded(attempt, number) for number, attempt in enumerate(record.attempts, 1))
    if not record.code:
        return _card(([line(head)] if head else []) + ([attempts] if attempts else []))
    said = f'<div style="{_WORDS}">{prose(record.method)}</div>' if record.method else ""
    facts = line(_joined(record.details)) if record.evidence else ""
    return _card([folded(head, said + facts + source(record.code) + attempts + _traceback(error))])


def prose(text: str) -> str:
    """Markdown as HTML whose paragraphs stand close together."""
    page = markdown(text)  # where "<p>" was written, it is escaped
    first, *others = page.split("<p>")
    return first + "".join(
        f'<p dir="auto" style="margin:{".5em" if n else "0"} 0 0">{other}' for n, other in enumerate(others)
    )


def _card(parts: list[str]) -> str:
    """Parts of a card, with its language where that is not English: Chinese letters are drawn by it."""
    spoken = "" if language() == ENGLISH else f' lang="{language()}"'
    return f'<div class="analyst-turn mathjax_ignore tex2jax_ignore"{spoken}>{"".join(parts)}</div>' if parts else ""


def _offers(record: AnswerRecord) -> str:
    """What can be asked instead: the data, and questions that can be copied as they are."""
    asked = [f"<code>{html.escape(question)}</code>" for question in record.questions]
    offers = [html.escape(localize(offer)) for offer in record.offers]
    lists = [(localize(OFFER), offers, ""), (localize(SUGGEST), asked, BESIDE_BUTTONS)]
    return "".join(
        f'<div class="{kind}" style="{_SMALL};margin-top:6px">{title}<ul style="margin:2px 0">'
        f"{''.join(f'<li>{text}</li>' for text in texts)}</ul></div>"
        for title, texts, kind in lists
        if texts
    )


def _folded(attempt: EarlierAttempt, number: int) -> str:
    code = source(attempt.code) if attempt.code else ""
    return folded(localize(attempt.title(number)), f"<div>{html.escape(attempt.error)}</div>{code}")


def _traceback(error: Exception | None) -> str:
    if not isinstance(error, CodeFailed) or not error.traceback:
        return ""
    return folded(localize("Traceback"), f'<pre style="{_PRE}">{html.escape(error.traceback)}</pre>')


def folded(title: str, body: str) -> str:
    """HTML behind a line that unfolds it."""
    return f'<details><summary style="{_SMALL}">{html.escape(title)}</summary>{body}</details>'


def source(code: str) -> str:
    """Code as HTML."""
    return f'<pre style="{_PRE}"><code>{html.escape(code)}</code></pre>'


def line(text: str, aside: str = "") -> str:
    """A message as HTML in small letters; JupyterLab hides the aside where a button does the same."""
    more = f'<span class="analyst-aside"> {html.escape(aside)}</span>' if aside else ""
    return f'<div class="mathjax_ignore tex2jax_ignore" style="{_SMALL}">{html.escape(text)}{more}</div>'
