"""Takes the panel's messages. On the subshell nothing is done but to hand them to threads: it has to stay free."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import re
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from ..analyst import Analyst
from ..commands import snippets
from ..commands.definitions import define, defined
from ..engine.background import BackgroundJob
from ..engine.in_cells import TurnsInCells
from ..engine.job import Event
from ..errors import AnalystError, EmptyQuestion, InputError, UnknownOption
from ..history.lock import follows
from ..history.snippets import Snippets
from ..language import AUTO, message, shown_in, tr
from ..models.prompt import preview
from ..notebook.cell import read_question
from ..planner.offers import askable
from ..results.shown_figures import FIGURES
from ..results.table import Table
from ..semantics.files import read_definitions
from ..settings import load_settings
from ..settings_schema import TITLES, form_value
from ..sources.files import frame_name, register, registered
from ..sources.kinds import source_of
from ..turn import FORMS, FrameCard, Question, Turn
from ..turn.tokens import describe_tokens
from .channel import Channel, Message
from .conversation import Conversation, Entry
from .investigations import Investigations
from .messages import VERSION, bundle, cell_outputs, cut_off, ended, failure, progress, prose_so_far, results, ways_on
from .metric import metric_of
from .own_cells import documented, explained, fixed, profiled
from .past import earlier_turns
from .scope import Scope
from .served import Served

OPTIONS = ("model", "privacy")
"""Settings that a question of the panel may bring for itself alone."""
MAX_WORDS = 100_000
ANY_QUESTION = "(your question)"
PROSE_SECONDS = 0.15
MAX_STREAMED = 100_000
MAX_DEFINITIONS = 200

Handler = Callable[[Channel, Message], None]
"""Does what a message asks, and replies on its channel."""


class PanelSession:
    """The panel of one kernel.

    Args:
        namespace: The notebook's.
        analyst: Who answers, for the magics as for the panel.
        in_cells: The turns that cells ask, which belong to the conversation.
    """

    def __init__(self, namespace: MutableMapping[str, Any], analyst: Analyst, in_cells: TurnsInCells) -> None:
        self._namespace, self._analyst = namespace, analyst
        self._scope = Scope(namespace, analyst.settings)
        self._conversation, self._served = Conversation(), Served(analyst)
        self._described: tuple[object, tuple[FrameCard, ...]] = (None, ())
        self._offered: tuple[object, list[str]] = (None, [])
        self._asking = ThreadPoolExecutor(1, "analyst-panel-ask")  # one, so that questions keep their order
        self._looking = ThreadPoolExecutor(2, "analyst-panel")
        self._listing = ThreadPoolExecutor(2, "analyst-panel-models")  # endpoints may take their time
        self._investigations = Investigations(
            analyst, self._conversation, self._heard, self._tell_step, self._namespace.__setitem__
        )
        self._language = ""  # of the page that connected last
        in_cells.watch(self._hear_of_cell)
        FIGURES.watch(self._figure_changed)

    def opened(self, comm: Any, received: Message) -> None:
        """Called by the comm manager when a page opens the comm."""
        channel = Channel(comm)
        comm.on_msg(lambda received: self._received(channel, received["content"]["data"]))
        comm.on_close(lambda _: self._conversation.leave(channel))
        self._received(channel, {"known": [], **received["content"]["data"], "type": "sync"})

    def _received(self, channel: Channel, received: Message) -> None:
        """Hand a message to a thread. What fails is told: a comm's own log of it is seen by nobody."""
        handlers: dict[str, tuple[ThreadPoolExecutor, Handler]] = {
            "sync": (self._looking, self._sync),
            "ask": (self._asking, self._ask),
            "investigate": (self._asking, self._investigate),
            "approve": (self._looking, self._approve),
            "frames": (self._looking, self._frames),
            "hide": (self._looking, self._hide),
            "pin": (self._looking, self._pin),
            "drop": (self._looking, self._drop),
            "set": (self._looking, self._set),
            "reload": (self._looking, self._reload),
            "context": (self._looking, self._context),
            "models": (self._listing, self._models),
            "try": (self._listing, self._try),
            "key": (self._looking, self._key),
            "mark": (self._looking, self._mark),
            "open": (self._looking, self._open),
            "outputs": (self._looking, self._outputs),
            "forget": (self._looking, self._forget),
            "export": (self._looking, self._export),
            "save": (self._looking, self._save),
            "tables": (self._looking, self._tables),
            "define": (self._looking, self._define),
            "explain": (self._asking, self._about_cells(explained)),
            "fix": (self._asking, self._about_cells(fixed)),
            "document": (self._asking, self._about_cells(documented)),
            "profile": (self._asking, self._about_cells(profiled)),
        }
        kind = received.get("type")
        if kind == "stop":
            self._stop(str(received.get("id", "")))
        elif kind in handlers:
            pool, handler = handlers[kind]
            pool.submit(self._guarded, handler, channel, received)
        else:
            error = UnknownOption(
                message("The kernel does not know the message {kind}.", kind=kind), message("Restart the kernel.")
            )
            self._refuse(channel, received, error)

    def _guarded(self, handler: Callable[[Channel, Message], None], channel: Channel, received: Message) -> None:
        try:
            with self._in_language():
                handler(channel, received)
        except Exception as error:  # noqa: BLE001 - told to the page, which else would wait for ever
            self._refuse(channel, received, error)

    def _in_language(self) -> contextlib.AbstractContextManager[None]:
        """What is told within is in the language of the setting, or where that is ``auto``, of the page."""
        chosen: str = self._analyst.settings.language
        return shown_in(self._language if chosen == AUTO else chosen)

    def _refuse(self, channel: Channel, received: Message, error: BaseException) -> None:
        with self._in_language():
            channel.send({"type": "refused", "request": str(received.get("request", "")), "error": failure(error)})

    def _sync(self, channel: Channel, received: Message) -> None:
        """A page opened the comm, or was cut off for a while: it gets what it does not know."""
        self._language = str(received.get("language") or "")[:20]
        self._conversation.join(channel, {"type": "welcome", "version": VERSION}, list(received.get("known", [])))
        channel.send(self._settings_message())
        past = earlier_turns(self._analyst.history, self._conversation.in_history())
        channel.send({"type": "past", "turns": past})
        self._frames(channel, received)

    def _ask(self, channel: Channel, received: Message) -> None:
        name, words = str(received["id"]), str(received["text"])[:MAX_WORDS]
        entry = self._conversation.begin(name, words)
        if entry is None:
            return
        try:
            frames, pinned = self._scope.frames(), self._scope.pinned
            entry.question = replace(self._question(received, words), frames=tuple(pinned))
            options = {key: received[key] for key in OPTIONS if received.get(key)}
            listen = functools.partial(self._heard, entry)
            again = self._conversation.find(str(received.get("again") or ""))
            if again is not None and again.before is not None and follows(words, "any question"):
                more: dict[str, Any] = {"after": again.before, "lock": False}
            else:
                more = {"fresh": bool(received.get("fresh"))}
            entry.before = more.get("after") or self._analyst.conversation()
            job = self._analyst.submit(entry.question, frames, listen=listen, **more, **options)
        except Exception as error:  # noqa: BLE001 - told as this question's end
            with self._in_language():
                self._conversation.say(entry, cut_off(error))
            return
        entry.job = job
        if entry.stopped:
            job.cancel()
        job.when_over(lambda job: self._hand_over(entry, job, pinned))

    def _investigate(self, channel: Channel, received: Message) -> None:
        name, words = str(received["id"]), str(received["text"])[:MAX_WORDS]
        entry = self._conversation.begin(name, words)
        if entry is None:
            return
        try:
            question = replace(self._question(received, words), frames=tuple(self._scope.pinned))
            self._investigations.begin(entry, question, self._scope.frames())
        except Exception as error:  # noqa: BLE001 - told as this question's end
            with self._in_language():
                self._conversation.say(entry, cut_off(error))

    def _approve(self, channel: Channel, received: Message) -> None:
        self._investigations.approve(str(received["id"]), received["steps"])

    def _tell_step(self, entry: Entry, turn: Turn) -> None:
        self._tell_turn(entry, turn, turn.question.frames)

    def _question(self, received: Message, words: str) -> Question:
        wants = received.get("wants") or None
        if wants is not None and wants not in FORMS:
            raise UnknownOption(
                message("There is no form {wants}.", wants=wants), message("Forms: {forms}.", forms=", ".join(FORMS))
            )
        refined = self._conversation.find(str(received.get("refine") or ""))
        question = read_question(words, wants)
        if not question.text:
            raise EmptyQuestion(message("The question is empty."), message("Write what you want to know."))
        if refined is not None and refined.question is not None and question.code is None:
            return replace(refined.question, text=question.text, code=None)
        return question

    def _heard(self, entry: Entry, event: Event) -> None:
        with self._in_language():
            update = progress(event, entry.elapsed)
        if update is not None:
            self._conversation.say(entry, update)
        if event.stage == "model":
            entry.text = ""
        elif event.stage == "text":
            entry.text += event.text
        if event.stage in {"text", "tick"}:  # a tick brings what came too soon after what was shown last
            self._show_prose(entry)

    def _show_prose(self, entry: Entry) -> None:
        """The prose so far, as often as it can be read."""
        is_due = entry.elapsed - entry.rendered >= PROSE_SECONDS and entry.shown != entry.text
        if is_due and len(entry.text) < MAX_STREAMED:
            entry.rendered, entry.shown = entry.elapsed, entry.text
            self._conversation.say(entry, {"type": "prose", "html": prose_so_far(entry.text)})

    def _hand_over(self, entry: Entry, job: BackgroundJob, pinned: Sequence[str]) -> None:
        """The results are packed in a thread of ours: the engine's is not to be held up."""
        if entry.stopped:
            self._finish(entry, job, pinned)
        else:
            self._looking.submit(self._finish, entry, job, pinned)

    def _finish(self, entry: Entry, job: BackgroundJob, pinned: Sequence[str]) -> None:
        try:
            turn = entry.turn = job.wait(0)
            self._namespace["_analyst"] = turn
            self._tell_turn(entry, turn, pinned)
        except Exception as error:  # noqa: BLE001 - told as this question's end
            if entry.text:
                self._conversation.say(entry, {"type": "prose", "html": prose_so_far(entry.text)})
            with self._in_language():
                self._conversation.say(entry, cut_off(error))

    def _tell_turn(self, entry: Entry, turn: Turn, pinned: Sequence[str]) -> None:
        with self._in_language():
            self._tell_in_language(entry, turn, pinned)

    def _tell_in_language(self, entry: Entry, turn: Turn, pinned: Sequence[str]) -> None:
        for result, buffers in results(turn):
            self._conversation.say(entry, result, buffers)
        before = entry.before.exchanges if entry.before is not None else ()
        ending = ended(turn, entry.words, pinned, list(self._scope.frames()))
        out = [
            tr("{name} was left out: its chip above takes it in again.", name=name)
            for name in self._scope.left_out(entry.words)
        ]
        ending["notes"] = [*out, *ending["notes"]]
        self._conversation.say(entry, {**ending, **ways_on(turn, before, self._cards)})

    def _hear_of_cell(self, cell: str, turn: Turn) -> None:
        self._looking.submit(self._asked_in_cell, cell, turn)

    def _asked_in_cell(self, cell: str, turn: Turn) -> None:
        words = turn.question.text
        if turn.question.code is not None:
            words = f"{turn.question.code.language.upper()}: {turn.question.code.text}"
        entry = self._conversation.begin(f"turn-{turn.uid}", words, cell)
        if entry is None:
            return
        entry.question, entry.turn = turn.question, turn
        try:
            self._tell_turn(entry, turn, turn.question.frames)
        except Exception as error:  # noqa: BLE001 - told as this question's end
            with self._in_language():
                self._conversation.say(entry, cut_off(error))

    def _figure_changed(self, turn: Turn, place: int) -> None:
        """A figure is shown in another way: here, on other pages, and when this one comes back."""
        if getattr(self._namespace.get("_analyst"), "uid", "") == turn.uid:
            self._namespace["_analyst"] = turn
        with self._in_language():
            self._conversation.redraw(turn, place, bundle(turn, place))

    def _stop(self, name: str) -> None:
        entry = self._conversation.find(name)
        if entry is None or self._investigations.stop(name):
            return
        entry.stopped = True
        if entry.job is not None:
            entry.job.cancel()

    def _frames(self, channel: Channel, received: Message) -> None:
        channel.send({"type": "frames", "frames": self._scope.described()})
        channel.send(self._definitions())
        channel.send({"type": "suggestions", "questions": self._suggestions()})

    def _cards(self) -> tuple[FrameCard, ...]:
        """What the planner may know of the frames in scope; read anew when these change."""
        frames = self._scope.frames()
        known = [(name, id(value), source_of(name, value).row_count) for name, value in frames.items()]
        key = (known, list(self._analyst.settings.hidden))
        if self._described[0] != key:
            cards: tuple[FrameCard, ...] = ()
            with contextlib.suppress(AnalystError):
                cards = self._analyst.context(Question(ANY_QUESTION), frames, model="offline").frames if frames else ()
            self._described = key, cards
        return self._described[1]

    def _suggestions(self) -> list[str]:
        """Questions that the planner answers over the frames in scope."""
        cards = self._cards()
        if self._offered[0] is not cards:
            self._offered = cards, list(askable(cards)) if cards else []
        return self._offered[1]

    def _hide(self, channel: Channel, received: Message) -> None:
        self._scope.hide(str(received["frame"]), str(received["column"]), bool(received["hidden"]))
        self._tell_frames()

    def _pin(self, channel: Channel, received: Message) -> None:
        self._scope.pin(str(received["frame"]), bool(received["pinned"]))
        self._tell_frames()

    def _drop(self, channel: Channel, received: Message) -> None:
        self._scope.drop(str(received["frame"]), bool(received["dropped"]))
        self._tell_frames()

    def _tell_frames(self) -> None:
        self._conversation.tell({"type": "frames", "frames": self._scope.described()})

    def _set(self, channel: Channel, received: Message) -> None:
        name, value = str(received["name"]), received["value"]
        if name not in TITLES:
            raise UnknownOption(
                message("The panel does not set {name}.", name=name),
                message("It sets {titles}.", titles=", ".join(TITLES)),
            )
        try:
            self._analyst.settings.set_option(name, value)
        finally:
            self._conversation.tell(self._settings_message())

    def _settings_message(self) -> Message:
        settings = self._analyst.settings
        model = self._analyst.model_name()
        values = {"model": model, "remote": not self._served.stays_here(model)}
        listed = [
            {"name": name, "value": form_value(settings, name), "origin": settings.origin(name),
             "locked": settings.is_locked(name), "fixed": settings.fixed(name)}
            for name in TITLES
        ]  # fmt: skip
        return {
            "type": "settings",
            **values,
            "privacy": settings.privacy,
            "sandbox": settings.sandbox,
            "values": listed,
        }

    def _reload(self, channel: Channel, received: Message) -> None:
        """The user's settings of JupyterLab have changed."""
        try:
            self._analyst.settings.refresh(load_settings())
        finally:
            self._conversation.tell(self._settings_message())

    def _context(self, channel: Channel, received: Message) -> None:
        """What a model would be told of a question; nothing is sent to it."""
        question = read_question(str(received.get("text") or ANY_QUESTION))
        payload = preview(self._analyst.context(question, self._scope.frames()))
        model = self._analyst.model_name()
        remote = not self._served.stays_here(model)
        value = {"text": payload, "size": describe_tokens(payload), "model": model, "remote": remote}
        self._reply(channel, received, value)

    def _models(self, channel: Channel, received: Message) -> None:
        self._reply(channel, received, {"providers": self._served.listed(anew=bool(received.get("anew")))})

    def _try(self, channel: Channel, received: Message) -> None:
        self._reply(channel, received, self._served.tried(str(received["model"])))

    def _key(self, channel: Channel, received: Message) -> None:
        said = self._served.keep_key(str(received["provider"]), str(received["key"]))
        self._reply(channel, received, {"message": said})

    def _mark(self, channel: Channel, received: Message) -> None:
        """Keep whether an answer is right: one that is becomes an example for later questions."""
        entry, history = self._conversation.find(str(received["id"])), self._analyst.history
        if entry is None or entry.turn is None or not entry.turn.id or history is None:
            raise InputError(message("That answer is not in the history."), message("Ask again."))
        good = received["good"]
        history.mark(entry.turn.id, good)
        self._conversation.mark(entry, good)
        self._reply(channel, received, {"good": good})

    def _open(self, channel: Channel, received: Message) -> None:
        """Make a data file beside the notebook known to all its questions."""
        file = str(received["file"])
        name = frame_name(file)
        for number in itertools.count(2):
            if registered().get(name, {}).get("path", file) == file:
                break
            name = f"{frame_name(file)}_{number}"
        register(name, file)
        self._tell_frames()
        self._reply(channel, received, {"name": name})

    def _tables(self, channel: Channel, received: Message) -> None:
        """The tables of a connection, or those with some words."""
        found = self._scope.tables(str(received["connection"]), str(received.get("words", "")))
        self._reply(channel, received, found)

    def _about_cells(self, answer: Callable[[Analyst, Message, dict[str, object]], Message]) -> Handler:
        """Replies with what is found out about the user's own cells and data."""
        return lambda channel, received: self._reply(
            channel, received, answer(self._analyst, received, self._scope.frames())
        )

    def _definitions(self) -> Message:
        """What is defined here, and how many problems there are."""
        found = read_definitions(Path.cwd(), self._analyst.settings.definitions)
        return {"type": "definitions", "definitions": defined(found)[:MAX_DEFINITIONS], "problems": len(found.problems)}

    def _define(self, channel: Channel, received: Message) -> None:
        """Save the figure of an answer as a metric."""
        entry = self._conversation.find(str(received["id"]))
        metric = metric_of(entry.turn) if entry is not None and entry.turn is not None else None
        if metric is None:
            raise InputError(
                message("That answer is no figure that can be a metric."), message("Ask for one total, mean or count.")
            )
        name = re.sub(r"\W+", "_", str(received["name"])).strip("_")
        text = f"{name} = {metric['formula']}"
        said = define(text, Path.cwd(), self._analyst.settings.definitions, self._scope.frames())
        self._conversation.tell(self._definitions())
        self._reply(channel, received, {"message": said})

    def _outputs(self, channel: Channel, received: Message) -> None:
        """An answer as the outputs of a notebook's cell."""
        entry = self._conversation.find(str(received["id"]))
        if entry is None or entry.turn is None:
            raise InputError(message("That answer is not in the kernel any more."), message("Ask again."))
        self._reply(channel, received, {"outputs": list(cell_outputs(entry.turn))})

    def _forget(self, channel: Channel, received: Message) -> None:
        """Begin anew: later questions go on from none of those before."""
        self._conversation.forget()
        self._analyst.drop_thread(self._analyst.thread)

    def _export(self, channel: Channel, received: Message) -> None:
        """A table's rows, all of them, as a Parquet file."""
        entry = self._conversation.find(str(received["id"]))
        turn, index = entry.turn if entry is not None else None, int(received["index"])
        if turn is None or not 0 <= index < len(turn.results) or not isinstance(turn.results[index], Table):
            raise InputError(message("That table is not in the kernel any more."), message("Ask again."))
        sink = io.BytesIO()
        parquet.write_table(turn.results[index].to_arrow(), sink)
        self._reply(channel, received, {"name": "table.parquet"}, [sink.getvalue()])

    def _save(self, channel: Channel, received: Message) -> None:
        """Keep an answer's code as a snippet."""
        entry = self._conversation.find(str(received["id"]))
        if entry is None or entry.turn is None:
            raise InputError(message("That answer is not in the kernel any more."), message("Ask again."))
        saved = Snippets(Path.cwd())
        saved.save(str(received["name"]), snippets.of_turn(entry.turn))
        self._reply(channel, received, {"file": saved.path.name})

    @staticmethod
    def _reply(channel: Channel, received: Message, value: Message, buffers: Sequence[bytes] = ()) -> None:
        channel.send({"type": "reply", "request": str(received["request"]), "value": value}, buffers)
