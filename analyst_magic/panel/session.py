"""Takes the panel's messages. On the subshell nothing is done but to hand them to threads: it has to stay free."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from ..analyst import Analyst
from ..commands import snippets
from ..engine.background import BackgroundJob
from ..engine.job import Event
from ..errors import AnalystError, EmptyQuestion, InputError, UnknownOption
from ..history.snippets import Snippets
from ..models.prompt import messages as model_messages
from ..models.prompt import readable
from ..notebook.cell import read_question
from ..results.table import Table
from ..sandbox_names import sandbox_names
from ..settings import PRIVACY_LEVELS
from ..turn import FORMS, Question
from ..turn.tokens import describe_tokens
from .channel import Channel, Message
from .conversation import Conversation, Entry
from .messages import VERSION, cut_off, ended, failure, progress, results
from .scope import Scope

OPTIONS = ("model", "privacy")
"""Settings that a question of the panel may bring for itself alone."""
SETTABLE = ("model", "privacy", "sandbox")
MAX_WORDS = 100_000


class PanelSession:
    """The panel of one kernel.

    Args:
        namespace: The notebook's.
        analyst: Who answers, for the magics as for the panel.
    """

    def __init__(self, namespace: MutableMapping[str, Any], analyst: Analyst) -> None:
        self._namespace, self._analyst = namespace, analyst
        self._scope = Scope(namespace, analyst.settings)
        self._conversation = Conversation()
        self._asking = ThreadPoolExecutor(1, "analyst-panel-ask")  # one, so that questions keep their order
        self._looking = ThreadPoolExecutor(2, "analyst-panel")

    def opened(self, comm: Any, message: Message) -> None:
        """Called by the comm manager when a page opens the comm."""
        channel = Channel(comm)
        comm.on_msg(lambda received: self._received(channel, received["content"]["data"]))
        comm.on_close(lambda _: self._conversation.leave(channel))
        self._received(channel, {"known": [], **message["content"]["data"], "type": "sync"})

    def _received(self, channel: Channel, message: Message) -> None:
        """Hand a message to a thread. What fails is told: a comm's own log of it is seen by nobody."""
        handlers: dict[str, tuple[ThreadPoolExecutor, Callable[[Channel, Message], None]]] = {
            "sync": (self._looking, self._sync),
            "ask": (self._asking, self._ask),
            "frames": (self._looking, self._frames),
            "hide": (self._looking, self._hide),
            "pin": (self._looking, self._pin),
            "drop": (self._looking, self._drop),
            "set": (self._looking, self._set),
            "context": (self._looking, self._context),
            "models": (self._looking, self._models),
            "export": (self._looking, self._export),
            "save": (self._looking, self._save),
        }
        kind = message.get("type")
        if kind == "stop":
            self._stop(str(message.get("id", "")))
        elif kind in handlers:
            pool, handler = handlers[kind]
            pool.submit(self._guarded, handler, channel, message)
        else:
            error = UnknownOption(f"The kernel does not know the message {kind}.", "Restart the kernel.")
            self._refuse(channel, message, error)

    def _guarded(self, handler: Callable[[Channel, Message], None], channel: Channel, message: Message) -> None:
        try:
            handler(channel, message)
        except Exception as error:  # noqa: BLE001 - told to the page, which else would wait for ever
            self._refuse(channel, message, error)

    @staticmethod
    def _refuse(channel: Channel, message: Message, error: BaseException) -> None:
        channel.send({"type": "refused", "request": str(message.get("request", "")), "error": failure(error)})

    def _sync(self, channel: Channel, message: Message) -> None:
        """A page opened the comm, or was cut off for a while: it gets what it does not know."""
        self._conversation.join(channel, {"type": "welcome", "version": VERSION}, list(message.get("known", [])))
        channel.send(self._settings_message())
        self._frames(channel, message)

    def _ask(self, channel: Channel, message: Message) -> None:
        name, words = str(message["id"]), str(message["text"])[:MAX_WORDS]
        entry = self._conversation.begin(name, words)
        if entry is None:
            return
        try:
            frames, pinned = self._scope.frames(), self._scope.pinned
            entry.question = replace(self._question(message, words), frames=tuple(pinned))
            options = {key: message[key] for key in OPTIONS if message.get(key)}
            listen = functools.partial(self._heard, entry)
            job = self._analyst.submit(
                entry.question, frames, fresh=bool(message.get("fresh")), listen=listen, **options
            )
        except Exception as error:  # noqa: BLE001 - told as this question's end
            self._conversation.say(entry, cut_off(error))
            return
        entry.job = job
        if entry.stopped:
            job.cancel()
        job.when_over(lambda job: self._hand_over(entry, job, pinned))

    def _question(self, message: Message, words: str) -> Question:
        wants = message.get("wants") or None
        if wants is not None and wants not in FORMS:
            raise UnknownOption(f"There is no form {wants}.", f"Forms: {', '.join(FORMS)}.")
        refined = self._conversation.find(str(message.get("refine") or ""))
        question = read_question(words, wants)
        if not question.text:
            raise EmptyQuestion("The question is empty.", "Write what you want to know.")
        if refined is not None and refined.question is not None and question.code is None:
            return replace(refined.question, text=question.text, code=None)
        return question

    def _heard(self, entry: Entry, event: Event) -> None:
        message = progress(event, entry.elapsed)
        if message is not None:
            self._conversation.say(entry, message)

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
            for message, buffers in results(turn):
                self._conversation.say(entry, message, buffers)
            self._conversation.say(entry, ended(turn, entry.words, pinned, list(self._scope.frames())))
        except Exception as error:  # noqa: BLE001 - told as this question's end
            self._conversation.say(entry, cut_off(error))

    def _stop(self, name: str) -> None:
        entry = self._conversation.find(name)
        if entry is None:
            return
        entry.stopped = True
        if entry.job is not None:
            entry.job.cancel()

    def _frames(self, channel: Channel, message: Message) -> None:
        channel.send({"type": "frames", "frames": self._scope.described()})

    def _hide(self, channel: Channel, message: Message) -> None:
        self._scope.hide(str(message["frame"]), str(message["column"]), bool(message["hidden"]))
        self._tell_frames()

    def _pin(self, channel: Channel, message: Message) -> None:
        self._scope.pin(str(message["frame"]), bool(message["pinned"]))
        self._tell_frames()

    def _drop(self, channel: Channel, message: Message) -> None:
        self._scope.drop(str(message["frame"]), bool(message["dropped"]))
        self._tell_frames()

    def _tell_frames(self) -> None:
        self._conversation.tell({"type": "frames", "frames": self._scope.described()})

    def _set(self, channel: Channel, message: Message) -> None:
        name, value = str(message["name"]), message["value"]
        if name not in SETTABLE:
            raise UnknownOption(f"The panel does not set {name}.", f"It sets {', '.join(SETTABLE)}.")
        try:
            self._analyst.settings.set_option(name, value)
        finally:
            self._conversation.tell(self._settings_message())

    def _settings_message(self) -> Message:
        settings = self._analyst.settings
        values = {"model": self._analyst.model_name(), "privacy": settings.privacy, "sandbox": settings.sandbox}
        return {
            "type": "settings",
            **values,
            "privacy_levels": list(PRIVACY_LEVELS),
            "sandboxes": list(sandbox_names()),
        }

    def _context(self, channel: Channel, message: Message) -> None:
        """What a model would be told of a question; nothing is sent to it."""
        question = read_question(str(message.get("text") or "(your question)"))
        payload = readable(model_messages(self._analyst.context(question, self._scope.frames())))
        value = {"text": payload, "size": describe_tokens(payload), "model": self._analyst.model_name()}
        self._reply(channel, message, value)

    def _models(self, channel: Channel, message: Message) -> None:
        names: list[str] = []
        with contextlib.suppress(AnalystError):  # an endpoint that does not list them: any name can be typed
            prefix = self._analyst.model_name().partition(":")[0]
            names = [f"{prefix}:{name}" for name in self._analyst.list_models()]
        self._reply(channel, message, {"models": names})

    def _export(self, channel: Channel, message: Message) -> None:
        """A table's rows, all of them, as a Parquet file."""
        entry = self._conversation.find(str(message["id"]))
        turn, index = entry.turn if entry is not None else None, int(message["index"])
        if turn is None or not 0 <= index < len(turn.results) or not isinstance(turn.results[index], Table):
            raise InputError("That table is not in the kernel any more.", "Ask again.")
        sink = io.BytesIO()
        parquet.write_table(turn.results[index].to_arrow(), sink)
        self._reply(channel, message, {"name": "table.parquet"}, [sink.getvalue()])

    def _save(self, channel: Channel, message: Message) -> None:
        """Keep an answer's code as a snippet."""
        entry = self._conversation.find(str(message["id"]))
        if entry is None or entry.turn is None:
            raise InputError("That answer is not in the kernel any more.", "Ask again.")
        saved = Snippets(Path.cwd())
        saved.save(str(message["name"]), snippets.of_turn(entry.turn))
        self._reply(channel, message, {"file": saved.path.name})

    @staticmethod
    def _reply(channel: Channel, message: Message, value: Message, buffers: Sequence[bytes] = ()) -> None:
        channel.send({"type": "reply", "request": str(message["request"]), "value": value}, buffers)
