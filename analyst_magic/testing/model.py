"""A scripted model: a real HTTP server on loopback that speaks the OpenAI-compatible chat API.

Replies form a queue: one for each request to ``/chat/completions``, in order, whatever it asks. Each is sent as the
client wants it, streamed or whole. An empty queue answers 500 and says that the script is empty.
"""

from __future__ import annotations

import itertools
import json
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request as it arrived.

    Example:
        >>> Request("/v1/chat/completions", {}, '{"model": "m"}').body
        {'model': 'm'}
    """

    path: str
    headers: Mapping[str, str]
    raw: str

    @property
    def body(self) -> Any:
        """The JSON body."""
        return json.loads(self.raw) if self.raw else None


@dataclass(frozen=True)
class Step:
    """One reply of the script: an error status, or the chunks of a stream and how it ends."""

    chunks: tuple[Any, ...] = ()
    status: int = 200
    error: str = ""
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: str = "done"
    """``done``, ``open`` (no end until the client leaves or ``release`` is set), ``lost`` (the connection breaks)."""


class ScriptedModel:
    """A model that gives the replies of a script. Use it as a context manager.

    Args:
        replies: The first replies, in order; ``say``, ``call`` and ``fail`` add more.
        models: Names that ``/models`` lists.
        facts: What it says of them beside their names.

    Example:
        >>> with ScriptedModel(["It is 1."]) as model:
        ...     sorted(model.settings)
        ['api_key', 'base_url', 'model']
        >>> model.base_url.startswith("http://127.0.0.1:"), model.received  # the texts of all requests
        (True, '')

    Attributes:
        requests: All requests so far, oldest first.
        models: Names that ``/models`` lists.
        left: Set once a client closed its connection before the reply's end.
        release: Set it to let a stalled reply end.
    """

    def __init__(
        self,
        replies: Iterable[str] = (),
        *,
        models: tuple[str, ...] = ("scripted-small", "scripted-large"),
        facts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.models = models
        self.facts = facts or {}
        self.left = threading.Event()
        self.release = threading.Event()
        self._script: deque[Step] = deque()
        for reply in replies:
            self.say(reply)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def settings(self) -> dict[str, str]:
        """What an ``Analyst`` needs to ask it: ``Analyst(**model.settings)``."""
        return {"model": f"openai:{self.models[0]}", "base_url": self.base_url, "api_key": "scripted"}

    @property
    def received(self) -> str:
        """All bodies that arrived, as one text, with JSON's escapes undone."""
        return "\n".join(json.dumps(request.body, ensure_ascii=False) for request in self.requests)

    def __enter__(self) -> ScriptedModel:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def say(
        self,
        text: str | None,
        *,
        pieces: int = 3,
        reasoning: str = "",
        usage: tuple[int, int] | None = None,
        cost: float | None = None,
        finish: str | None = "stop",
        ending: str = "done",
        thinks: float = 0.0,
        meanwhile: str = "",
    ) -> None:
        """Answer with a text in some pieces, after some reasoning.

        Args:
            text: The answer.
            pieces: In how many pieces it comes.
            reasoning: What the model thinks before.
            usage: Tokens of the request and of the reply.
            cost: What they cost.
            finish: Why the reply ends.
            ending: How the stream ends, as in ``Step``.
            thinks: How many seconds pass before the text.
            meanwhile: What the server sends ten times a second while they pass: ``comment`` or ``reasoning``.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(**model.settings) as analyst:
            ...     model.say("Question: in dollars or in euros?", usage=(100, 9))
            ...     turn = analyst.ask("revenue?")
            >>> turn.kind, turn.answer, turn.tokens.prompt
            ('question', 'in dollars or in euros?', 100)
        """
        chunks: list[Any] = [*_thinking(thinks, meanwhile), _delta({"role": "assistant"})]
        chunks += [_delta({"reasoning_content": reasoning})] if reasoning else []
        chunks += [_delta({"content": piece}) for piece in _cut(text or "", pieces)]
        chunks += [_delta({}, finish)] if finish else []
        if usage is not None:
            counted: dict[str, Any] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
            counted |= {"total_tokens": sum(usage)} | ({} if cost is None else {"cost": cost})
            chunks.append({"choices": [], "usage": counted})
        self._script.append(Step(tuple(chunks), ending=ending))

    def clear(self) -> None:
        """Forget what has not been said yet.

        Example:
            >>> with ScriptedModel(["It is 1."]) as model:
            ...     model.clear()
            ...     model.next_step().error
            'The script is empty.'
        """
        self._script.clear()

    def call(
        self,
        *arguments: str,
        name: str | Sequence[str] = "run_code",
        text: str = "",
        pieces: int = 5,
        index: bool = True,
    ) -> None:
        """Answer with a text and calls of tools, all of them in one reply, their arguments in pieces by turns.

        Args:
            arguments: The arguments of each call, as JSON.
            name: The tool, or one for each call.
            text: What stands before the calls.
            pieces: In how many pieces each comes.
            index: Whether each call has an index of its own; else they follow each other, told apart by their ids.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> sandbox = FakeSandbox({"1 + 1": "2"})
            >>> with ScriptedModel() as model, Analyst(sandbox=sandbox, **model.settings) as analyst:
            ...     model.call('{"language": "python", "code": "1 + 1"}')
            ...     analyst.ask("one and one?").results[0].to_text()
            '2'
        """
        names = [name] * len(arguments) if isinstance(name, str) else list(name)
        cut = [
            [_call_piece(number if index else 0, number, piece, names[number] if not at else None)
             for at, piece in enumerate(_cut(text, pieces))]
            for number, text in enumerate(arguments)
        ]  # fmt: skip
        in_turn = itertools.zip_longest(*cut) if index else [itertools.chain(*cut)]
        chunks = [_delta({"role": "assistant", "content": text})]
        chunks += [piece for row in in_turn for piece in row if piece is not None]
        self._script.append(Step((*chunks, _delta({}, "tool_calls"))))

    def fail(self, status: int, message: str = "scripted failure", code: str = "scripted", **headers: str) -> None:
        """Answer with an error status; ``retry_after="1"`` becomes the header ``retry-after``.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(**model.settings) as analyst:
            ...     model.fail(404, "no such model")
            ...     analyst.ask("how many?").error.kind
            'ModelRefused'
        """
        self._script.append(
            Step(
                status=status,
                error=message,
                code=code,
                headers={name.replace("_", "-"): value for name, value in headers.items()},
            )
        )

    def stall(self, text: str = "") -> None:
        """Send a text, if any, and then nothing until the client leaves or ``release`` is set.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(**model.settings) as analyst:
            ...     model.stall("It is")
            ...     job = analyst.submit("How many?")
            ...     job.cancel()
            >>> job.status
            'cancelled'
        """
        self.say(text, finish=None, ending="open")

    def disconnect(self, text: str = "") -> None:
        """Send a text, if any, and break the connection.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(timeout=5, max_repairs=0, **model.settings) as analyst:
            ...     model.disconnect("It is")
            ...     turn = analyst.ask("How many?")
            >>> turn.ok
            False
        """
        self.say(text, finish=None, ending="lost")

    def truncate(self, text: str) -> None:
        """Send a text and end the stream in good order, but without a reason to finish.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(timeout=5, max_repairs=0, **model.settings) as analyst:
            ...     model.truncate("It is")
            ...     turn = analyst.ask("How many?")
            >>> turn.ok
            False
        """
        self.say(text, finish=None)

    def garble(self, text: str, chunk: str = '{"choices": [{"delta": {"content": "half') -> None:
        """Send a text and then a chunk that is not what the API promises.

        Example:
            >>> from analyst_magic import Analyst
            >>> with ScriptedModel() as model, Analyst(timeout=5, max_repairs=0, **model.settings) as analyst:
            ...     model.garble("It is")
            ...     turn = analyst.ask("How many?")
            >>> turn.ok
            False
        """
        self._script.append(Step((_delta({"content": text}), chunk)))

    def next_step(self) -> Step:
        """Called by the handler: the reply that is due."""
        return (
            self._script.popleft() if self._script else Step(status=500, error="The script is empty.", code="scripted")
        )


def _thinking(seconds: float, meanwhile: str) -> list[Any]:
    """Pauses of a tenth of a second, as numbers, with what is sent between them."""
    signs = {"comment": ": still thinking", "reasoning": _delta({"reasoning_content": "hm"})}
    sign = [signs[meanwhile]] if meanwhile in signs else []
    return [0.1, *sign] * round(seconds * 10)


def _delta(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish}]}


def _call_piece(index: int, number: int, arguments: str, name: str | None) -> dict[str, Any]:
    """A piece of a tool call; the first one of a call names the tool."""
    first = {"id": f"call_{number + 1}", "type": "function"} if name is not None else {}
    function = {"arguments": arguments} | ({"name": name} if name is not None else {})
    return _delta({"tool_calls": [{"index": index, "function": function, **first}]})


def _cut(text: str, pieces: int) -> list[str]:
    size = max(1, -(-len(text) // max(pieces, 1)))
    return [text[i : i + size] for i in range(0, len(text), size)]


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection as the script says."""

    script: ScriptedModel
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.script.requests.append(Request(self.path, dict(self.headers), ""))
        listed = [{"id": name, "object": "model", **self.script.facts.get(name, {})} for name in self.script.models]
        self._whole(200, {"object": "list", "data": listed})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
        self.script.requests.append(request)
        step = self.script.next_step()
        if step.status != 200:
            self._whole(step.status, {"error": {"message": step.error, "code": step.code}}, step.headers)
        elif request.body.get("stream"):
            self._stream(step, str(request.body.get("model")))
        else:
            self._whole(200, _completion(step, str(request.body.get("model"))))

    def _whole(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "content-type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, step: Step, model: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for chunk in step.chunks:
                self._chunk(chunk, model)
            if step.ending == "open":
                self._wait()
            if step.ending == "lost":
                self._break()
                return
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.script.left.set()
            self.close_connection = True

    def _chunk(self, chunk: Any, model: str) -> None:
        """A chunk of the script: an object, a text as it stands, or seconds to wait."""
        if isinstance(chunk, float):
            time.sleep(chunk)
        elif isinstance(chunk, str) and chunk.startswith(":"):
            self._line(chunk)
        else:
            self._event(chunk if isinstance(chunk, str) else json.dumps(_head(model) | chunk))

    def _event(self, data: str) -> None:
        self._line(f"data: {data}")

    def _line(self, line: str) -> None:
        event = f"{line}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.flush()

    def _wait(self) -> None:
        """Until the test lets go, or the client does."""
        while not self.script.release.wait(0.01):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def _break(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read ``requests``, not a log."""


def _handler(script: ScriptedModel) -> type[_Handler]:
    """The class of a server's connections, which all follow one script."""
    return type("Handler", (_Handler,), {"script": script})


def _head(model: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0, "model": model}


def _completion(step: Step, model: str) -> dict[str, Any]:
    """The same reply for a client that does not stream."""
    choices = [chunk["choices"][0] for chunk in step.chunks if isinstance(chunk, dict) and chunk["choices"]]
    text = "".join(choice["delta"].get("content", "") for choice in choices)
    usage = next((chunk["usage"] for chunk in step.chunks if isinstance(chunk, dict) and "usage" in chunk), None)
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": choices[-1]["finish_reason"] if choices else None}
    return _head(model) | {"object": "chat.completion", "choices": [choice], "usage": usage}
