"""A model behind an OpenAI-compatible endpoint: one streamed request for each reply."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import openai

from ..errors import ModelError, ModelRefused, ModelTimeout, NoCode, ReplyCut
from ..language import message
from ..turn import Context, Reply
from .answer import StreamedAnswer
from .endpoint import Endpoint, rejects_option, retry_after, status_of
from .http import hear, http_client
from .model import Model
from .parse import parse
from .prompt import Message, messages
from .prose import kind_of, without_chat
from .provider import Provider
from .served import ServedModel
from .structured import compile_answer
from .toolcall import TOOL, offered

MAX_REPLY_CHARS = 400_000
_MAX_PAUSE = 30.0
_LIST_WAIT = 60.0
_USAGE_WAIT = 2.0
"""Seconds to wait for the usage chunk that some servers send after ``finish_reason``."""

_OF_PICTURES = ("image", "vision", "multimodal", "multi-modal", "content must be a string")
"""Words of the errors of endpoints whose model takes no pictures."""
_RAISED = (openai.OpenAIError, ValueError, OSError, AttributeError, TypeError)
"""What the SDK raises while it sends and reads; a chunk that is no JSON is a bare ``ValueError``."""


class ChatModel(Model):
    """A model behind an OpenAI-compatible API.

    Args:
        provider: A row of the table of providers.
        model: The model's name there.
        base_url: The endpoint's address.
        api_key: The key, or an empty text where none is needed.
        total_timeout: Seconds for one reply, retries included.
        connect_timeout: Seconds to connect.
        first_timeout: Longest silence in seconds: before the first piece of the reply, and between two pieces. 0 to
            wait as long as ``total_timeout`` while the connection lives, as models may think long and send nothing.
        max_retries: How often a request is sent again when the endpoint is busy, broken or out of reach, as long as no
            text has arrived.
        backoff: Seconds before the first retry, doubled each time, unless the endpoint says how long to wait.
    """

    name = ""
    images = True
    """Taken to take images until its endpoint refuses one, as few endpoints say it of their models."""

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        base_url: str,
        api_key: str = "",
        total_timeout: float = 120.0,
        connect_timeout: float = 10.0,
        first_timeout: float = 0.0,
        max_retries: int = 3,
        backoff: float = 0.5,
    ) -> None:
        self._endpoint = Endpoint(provider, model, base_url, api_key)
        self.name = self._endpoint.name
        self._total, self._connect = total_timeout, min(connect_timeout, total_timeout)
        self._idle = first_timeout or total_timeout
        self._retries, self._backoff = max_retries, backoff
        self._client = _client(self._endpoint, self._connect)
        self._answers_calls = True
        self.images = True
        self._options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        if provider.tools:
            self._options["tools"] = [TOOL]

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Send one request and wait for the whole answer. Cancelling closes the connection.

        Args:
            context: What is sent to the model.
            on_text: Called with each piece of the answer as it arrives.

        Raises:
            ModelError: There is no usable answer. The error says what to do next and never contains the key.
        """
        try:
            async with asyncio.timeout(self._total) as clock:
                answer = await self._with_retries(context, on_text or _discard, clock)
        except TimeoutError:
            raise ModelTimeout(
                message(
                    "{model} did not finish its answer within {seconds:g} s.", model=self.name, seconds=self._total
                ),
                message("Ask again, raise the setting model_timeout, or use a faster model."),
            ) from None
        if context.task != "answer":
            return Reply(answer.full_text(), None, self.name, answer.tokens, answer.cost, kind="explanation")
        return self._read(context, answer)

    def _read(self, context: Context, answer: StreamedAnswer) -> Reply:
        """An answer as steps, code or prose. Of several steps and programs all are taken, in order."""
        text, asked = answer.full_text(), answer.asked_for(context)
        if asked.codes:
            prose = without_chat(asked.prose, code=True)
            first, *further = (Reply(prose, code, self.name, step=step, call=call) for code, step, call in asked.codes)
            return replace(first, tokens=answer.tokens, cost=answer.cost, further=tuple(further), notes=asked.notes)
        prose, _ = parse(text, context.question.wants)
        try:
            compiled = compile_answer(text, context)
        except NoCode as error:
            return Reply(prose, None, self.name, answer.tokens, answer.cost, error)
        if compiled is not None:
            return Reply("", compiled, self.name, answer.tokens, answer.cost)
        kind, prose = kind_of(prose)
        if answer.called or kind == "result":  # a call that cannot be read was to be the answer
            return Reply(prose, None, self.name, answer.tokens, answer.cost, self._no_code())
        return Reply(prose, None, self.name, answer.tokens, answer.cost, kind=kind)

    def _no_code(self) -> NoCode:
        return NoCode(
            message("{model} sent no code that can be run, and no answer in words.", model=self.name),
            message("Ask again, or name the table or chart that you want."),
        )

    async def list_models(self) -> list[str]:
        """Names of the models that the endpoint offers.

        Raises:
            ModelError: The endpoint does not list them, or cannot be reached.
        """
        return [model.name for model in await self.served_models()]

    async def served_models(self) -> list[ServedModel]:
        """The models that the endpoint offers, by name, with their size and price where it says them.

        Raises:
            ModelError: The endpoint does not list them, or cannot be reached.
        """
        try:
            async with asyncio.timeout(self._connect + min(self._idle, _LIST_WAIT)):
                listed = {str(m.id): m.model_extra or {} async for m in self._client.models.list()}
                return [ServedModel.of(name, facts) for name, facts in sorted(listed.items())]
        except TimeoutError:
            failure: ModelError = self._endpoint.timed_out(self._connect + min(self._idle, _LIST_WAIT))
        except openai.NotFoundError:
            failure = ModelRefused(
                message("{host} does not list its models.", host=self._endpoint.host), message("Name one."), status=404
            )
        except _RAISED as error:
            failure = self._endpoint.explain(error)
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _with_retries(
        self, context: Context, on_text: Callable[[str], None], clock: asyncio.Timeout
    ) -> StreamedAnswer:
        """One answer. A failed request is sent again only if none of its text has been shown."""
        tries = 0
        while True:
            answer = StreamedAnswer()
            parts = messages(context, calls=self._answers_calls and "tools" in self._options)
            try:
                await self._request(parts, answer, on_text, offered(context))
                return answer
            except _RequestFailed as failed:
                error = failed.error
            # Outside the handler: the SDK's error holds the request with its key, and must not be chained.
            if answer.started:
                raise self._incomplete(error)
            if context.pictures and self._rejects_pictures(error):
                raise ModelRefused(
                    message("{name} takes no images.", name=self.name),
                    message("Use a model that does, or unset look_at_figures."),
                )
            if self._rejects_results_of_calls(error, parts) or self._drop_rejected_options(error):
                continue
            pause = self._pause(error, tries)
            left = (clock.when() or 0.0) - asyncio.get_running_loop().time()
            if tries >= self._retries or not self._endpoint.is_transient(error) or pause >= min(left, _MAX_PAUSE):
                raise self._endpoint.explain(error)
            tries += 1
            await asyncio.sleep(pause)

    async def _request(
        self, parts: list[Message], answer: StreamedAnswer, on_text: Callable[[str], None], tools: list[dict[str, Any]]
    ) -> None:
        """Fill an answer from one request. Once it is complete, silence or a lost connection no longer matters."""
        loop, characters = asyncio.get_running_loop(), 0

        def heard() -> None:
            if not answer.finish:
                idle_clock.reschedule(loop.time() + self._idle)

        try:
            async with (
                asyncio.timeout(self._connect + self._idle) as idle_clock,
                aclosing(self._chunks(parts, heard, tools)) as chunks,
            ):
                async for chunk in chunks:
                    piece = self._add(answer, chunk)
                    if piece:
                        on_text(piece)
                    characters += len(piece)
                    if characters > MAX_REPLY_CHARS:
                        raise ReplyCut(
                            message("The answer of {name} does not end.", name=self.name),
                            message("Ask again, or use another model."),
                        )
                    idle_clock.reschedule(loop.time() + (_USAGE_WAIT if answer.finish else self._idle))
        except TimeoutError:
            if not answer.finish:
                raise self._endpoint.timed_out(self._idle) from None
        except _RequestFailed:
            if not answer.finish:
                raise
        self._check_end(answer)

    async def _chunks(
        self, parts: list[Message], heard: Callable[[], None], tools: list[dict[str, Any]]
    ) -> AsyncGenerator[Any, None]:
        create: Any = self._client.chat.completions.create
        options = {name: value for name, value in self._options.items() if name != "tools"}
        options |= {"tools": tools} if tools and "tools" in self._options else {}
        try:
            stream = await create(model=self._endpoint.model, messages=parts, stream=True, **options)
            hear(stream, heard)
            async with stream:
                async for chunk in stream:
                    yield chunk
        except TimeoutError:
            raise
        except _RAISED as error:
            raise _RequestFailed(error) from None

    def _add(self, answer: StreamedAnswer, chunk: Any) -> str:
        try:
            return answer.add(chunk)
        except (AttributeError, TypeError, ValueError, KeyError):
            raise self._endpoint.unreadable_reply() from None

    def _check_end(self, answer: StreamedAnswer) -> None:
        """Raise if the answer is incomplete; of a stream that ends early only ``finish_reason`` tells."""
        if answer.refusal or answer.finish == "content_filter":
            raise ModelRefused(message("{name} refused to answer.", name=self.name), message("Ask in other words."))
        if answer.finish == "length":
            after = f" of {answer.tokens.completion:,} tokens" if answer.tokens and answer.tokens.completion else ""
            raise ReplyCut(
                message("The answer of {name} was cut at the limit of its length{after}.", name=self.name, after=after),
                message("Ask for less, or use another model."),
            )
        if answer.finish in {None, "error"}:
            raise self._incomplete()

    def _incomplete(self, error: Exception | None = None) -> ModelError:
        why = ": the connection was lost" if isinstance(error, openai.APIConnectionError) else " before its end"
        return ReplyCut(message("The answer of {name} broke off{why}.", name=self.name, why=why), message("Ask again."))

    def _rejects_results_of_calls(self, error: Exception, parts: list[Message]) -> bool:
        """Whether an endpoint takes tools, but no messages with their results: these are text from then on."""
        tells_results = any(part["role"] == "tool" for part in parts)
        self._answers_calls = self._answers_calls and not (tells_results and rejects_option(error, "tool"))
        return tells_results and not self._answers_calls

    def _rejects_pictures(self, error: Exception) -> bool:
        """Whether an endpoint refused a request over its picture; it is sent none from then on."""
        text = f"{getattr(error, 'body', '')} {error}".lower()
        refused = status_of(error) in {400, 404, 415, 422} and any(word in text for word in _OF_PICTURES)
        self.images = self.images and not refused
        return refused

    def _drop_rejected_options(self, error: Exception) -> bool:
        """Drop the options that an endpoint rejects, as others need them; returns whether to send the request again."""
        refused = [option for option in self._options if rejects_option(error, option)]
        for option in refused:
            del self._options[option]
        return bool(refused)

    def _pause(self, error: Exception, tries: int) -> float:
        """Seconds until the next try: what the endpoint asks for, else exponential backoff with jitter."""
        wanted = retry_after(error)
        if wanted is not None:
            return wanted
        return float(min(self._backoff * 2**tries, _MAX_PAUSE)) * random.uniform(0.75, 1.25)  # noqa: S311


class _RequestFailed(Exception):
    """Wraps an error of the SDK, so that errors of ``on_text`` are not taken for one."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _discard(piece: str) -> None:
    """The default listener does nothing."""


def _client(endpoint: Endpoint, connect_timeout: float) -> openai.AsyncOpenAI:
    """The SDK's client, without retries and timeouts of its own: ours depend on what has been shown already."""
    timeout = openai.Timeout(None, connect=connect_timeout)
    client = openai.AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=timeout,
        http_client=http_client(timeout, local=endpoint.local),
    )
    if "OPENAI_API_KEY" not in endpoint.provider.keys:  # else the SDK takes these from the environment, for anybody
        client.organization = client.project = None
    return client
