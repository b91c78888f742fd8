"""A model behind an OpenAI-compatible endpoint: one streamed request for each reply."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import openai

from ..errors import ModelError, ModelRefused, ModelTimeout, NoCode, ReplyCut
from ..turn import Context, Reply, Tokens
from .endpoint import Endpoint, asked_pause, refuses
from .model import Model
from .parse import parse, step_in
from .prompt import messages
from .provider import Provider
from .structured import compile_answer
from .toolcall import STEPS, TOOL, Calls

MAX_REPLY_CHARS = 400_000
_MAX_PAUSE = 30.0
_USAGE_WAIT = 2.0
"""Seconds to wait for the usage chunk that some servers send after ``finish_reason``."""

_RAISED = (openai.OpenAIError, ValueError, OSError, AttributeError, TypeError)
"""What the SDK raises while it sends and reads; a chunk that is no JSON is a bare ``ValueError``."""


class ChatModel(Model):
    """Asks a model over HTTP.

    Args:
        provider: A row of the table of providers.
        model: The model's name there.
        base_url: The endpoint's address.
        api_key: The key, or an empty text where none is needed.
        total_timeout: Seconds for one reply, retries included.
        connect_timeout: Seconds to connect.
        first_timeout: Seconds without a piece of the reply: until the first one, and from each to the next.
        max_retries: Further tries when the endpoint is busy, broken or out of reach, before any text has come.
        backoff: Seconds before the first retry where the endpoint does not say; twice as long each time.
    """

    name = ""

    def __init__(
        self,
        provider: Provider,
        model: str,
        *,
        base_url: str,
        api_key: str = "",
        total_timeout: float = 120.0,
        connect_timeout: float = 10.0,
        first_timeout: float = 60.0,
        max_retries: int = 3,
        backoff: float = 0.5,
    ) -> None:
        self._endpoint = Endpoint(provider, model, base_url, api_key)
        self.name = self._endpoint.name
        self._total, self._connect, self._silence = total_timeout, min(connect_timeout, total_timeout), first_timeout
        self._retries, self._backoff = max_retries, backoff
        self._client = _client(self._endpoint, self._connect)
        self._extras: dict[str, Any] = {"stream_options": {"include_usage": True}}
        if provider.tools:
            self._extras["tools"] = [TOOL, *STEPS]

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Ask, and wait for the whole answer. Cancelling closes the connection.

        Args:
            context: What the model is told.
            on_text: Given each piece of the answer as it arrives.

        Raises:
            ModelError: One of its kinds, each with the next step. No error holds the key.
        """
        try:
            async with asyncio.timeout(self._total) as clock:
                answer = await self._with_retries(messages(context), on_text or _ignore, clock)
        except TimeoutError:
            raise ModelTimeout(
                f"{self.name} did not finish its answer within {self._total:g} s.",
                "Ask again, raise the setting model_timeout, or use a faster model.",
            ) from None
        step = step_in(answer.whole())
        if step is not None:
            return Reply(*step, self.name, answer.tokens, answer.cost, step=True)
        prose, code = parse(answer.whole(), context.question.wants)
        problem: NoCode | None = None
        if code is None:
            try:
                code = compile_answer(answer.whole(), context)
                prose = prose if code is None else ""
            except NoCode as error:
                problem = error
        return Reply(prose, code, self.name, answer.tokens, answer.cost, problem)

    async def list_models(self) -> list[str]:
        """Names of the models that the endpoint offers.

        Raises:
            ModelError: It does not tell.
        """
        try:
            async with asyncio.timeout(self._connect + self._silence):
                return sorted([str(model.id) async for model in self._client.models.list()])
        except TimeoutError:
            failure: ModelError = self._endpoint.silent(self._connect + self._silence)
        except openai.NotFoundError:
            failure = ModelRefused(f"{self._endpoint.host} does not list its models.", "Name one.", status=404)
        except _RAISED as error:
            failure = self._endpoint.explain(error)
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _with_retries(
        self, parts: list[dict[str, str]], on_text: Callable[[str], None], clock: asyncio.Timeout
    ) -> _Answer:
        """One answer. A failure is tried again only while nothing of it has been shown."""
        tries = 0
        while True:
            answer = _Answer()
            try:
                await self._request(parts, answer, on_text)
                return answer
            except _Broken as broken:
                error = broken.error
            # Outside of the handler: what the SDK raised holds the request with its key, and must not be chained.
            if answer.begun:
                raise self._cut(error)
            if self._drops_extras(error):
                continue
            pause = self._pause(error, tries)
            left = (clock.when() or 0.0) - asyncio.get_running_loop().time()
            if tries >= self._retries or not self._endpoint.passing(error) or pause >= min(left, _MAX_PAUSE):
                raise self._endpoint.explain(error)
            tries += 1
            await asyncio.sleep(pause)

    async def _request(self, parts: list[dict[str, str]], answer: _Answer, on_text: Callable[[str], None]) -> None:
        """Fill an answer from one request. Silence and a broken connection do no harm once it is finished."""
        loop, shown = asyncio.get_running_loop(), 0
        try:
            async with (
                asyncio.timeout(self._connect + self._silence) as patience,
                aclosing(self._chunks(parts)) as chunks,
            ):
                async for chunk in chunks:
                    piece = self._take(answer, chunk)
                    if piece:
                        on_text(piece)
                    shown += len(piece)
                    if shown > MAX_REPLY_CHARS:
                        raise ReplyCut(f"The answer of {self.name} does not end.", "Ask again, or use another model.")
                    patience.reschedule(loop.time() + (_USAGE_WAIT if answer.finish else self._silence))
        except TimeoutError:
            if not answer.finish:
                raise self._endpoint.silent(self._silence) from None
        except _Broken:
            if not answer.finish:
                raise
        self._check_end(answer)

    async def _chunks(self, parts: list[dict[str, str]]) -> AsyncGenerator[Any, None]:
        create: Any = self._client.chat.completions.create
        try:
            stream = await create(model=self._endpoint.model, messages=parts, stream=True, **self._extras)
            async with stream:
                async for chunk in stream:
                    yield chunk
        except TimeoutError:
            raise
        except _RAISED as error:
            raise _Broken(error) from None

    def _take(self, answer: _Answer, chunk: Any) -> str:
        try:
            return answer.take(chunk)
        except (AttributeError, TypeError, ValueError, KeyError):
            raise self._endpoint.unreadable() from None

    def _check_end(self, answer: _Answer) -> None:
        """The SDK says nothing of a stream that ends too early; only the reason to finish tells."""
        if answer.refusal or answer.finish == "content_filter":
            raise ModelRefused(f"{self.name} refused to answer.", "Ask in other words.")
        if answer.finish == "length":
            after = f" of {answer.tokens.completion:,} tokens" if answer.tokens and answer.tokens.completion else ""
            raise ReplyCut(
                f"The answer of {self.name} was cut at the limit of its length{after}.",
                "Ask for less, or use another model.",
            )
        if answer.finish in {None, "error"}:
            raise self._cut()

    def _cut(self, error: Exception | None = None) -> ModelError:
        why = ": the connection was lost" if isinstance(error, openai.APIConnectionError) else " before its end"
        return ReplyCut(f"The answer of {self.name} broke off{why}.", "Ask again.")

    def _drops_extras(self, error: Exception) -> bool:
        """Some endpoints refuse options that others need; then the request is made once more without them."""
        refused = [option for option in self._extras if refuses(error, option)]
        for option in refused:
            del self._extras[option]
        return bool(refused)

    def _pause(self, error: Exception, tries: int) -> float:
        """Seconds until the next try: what the endpoint asks for, else twice as long each time, with jitter."""
        asked = asked_pause(error)
        if asked is not None:
            return asked
        return float(min(self._backoff * 2**tries, _MAX_PAUSE)) * random.uniform(0.75, 1.25)  # noqa: S311


class _Broken(Exception):
    """Carries what the SDK raised past the listener, whose own errors are none of ours."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class _Answer:
    """What has come of an answer so far. Reasoning is neither shown nor kept."""

    def __init__(self) -> None:
        self.text = ""
        self.begun = False
        self._calls = Calls()
        self.finish: str | None = None
        self.refusal = False
        self.tokens: Tokens | None = None
        self.cost: float | None = None

    def take(self, chunk: Any) -> str:
        """Add a chunk; returns the text in it."""
        piece = ""
        for choice in (chunk.choices or ())[:1]:
            if choice.delta is not None:
                piece = _text(choice.delta.content)
                self.text += piece
                piece += self._calls.take(getattr(choice.delta, "tool_calls", None))
                self.refusal = self.refusal or bool(getattr(choice.delta, "refusal", None))
            self.finish = choice.finish_reason or self.finish
        self.begun = self.begun or bool(piece)
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.tokens = Tokens(int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0))
            cost = getattr(usage, "cost", None)
            self.cost = float(cost) if isinstance(cost, int | float) else None
        return piece

    def whole(self) -> str:
        """The text, with the calls of tools as the fenced blocks that they stand for."""
        return f"{self.text}\n\n{self._calls.fences()}".strip()


def _text(content: Any) -> str:
    """A delta's text. Some models send a list of parts, of which those that are no text are reasoning."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _ignore(piece: str) -> None:
    """Nobody listens."""


def _client(endpoint: Endpoint, connect_timeout: float) -> openai.AsyncOpenAI:
    """The SDK's client. It retries nothing and waits for ever: both are ours, for they must know what was shown."""
    timeout = openai.Timeout(None, connect=connect_timeout)
    client = openai.AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=timeout,
        # A proxy of the environment must not be asked for a server on this machine.
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False, timeout=timeout) if endpoint.local else None,
    )
    if "OPENAI_API_KEY" not in endpoint.provider.keys:  # else the SDK takes these from the environment, for anybody
        client.organization = client.project = None
    return client
