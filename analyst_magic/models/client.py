"""A model behind an OpenAI-compatible endpoint: one streamed request for each reply."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import openai

from ..errors import EndpointUnreachable, ModelError, ModelRefused, ModelTimeout, RateLimited, ReplyCut
from ..turn import Context, Reply, Tokens
from .parse import parse
from .prompt import messages
from .providers import Provider

MOST_REPLY = 400_000
_LONGEST_WAIT = 30.0
_RETRIED = {408, 409, 429, 500, 502, 503, 504, 529}


class ChatModel:
    """Asks a model over HTTP.

    Args:
        provider: A row of the table of providers.
        model: The model's name there.
        base_url: The endpoint's address.
        api_key: The key, or an empty text where none is needed.
        total_timeout: Seconds for one reply, retries included.
        connect_timeout: Seconds to connect.
        first_timeout: Seconds until the first piece of the reply.
        max_retries: Further tries when the endpoint is busy, broken or out of reach, before any text has come.
    """

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
    ) -> None:
        self.name = f"{provider.name}:{model}"
        self._provider, self._model, self._key = provider, model, api_key
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._total, self._first, self._retries = total_timeout, first_timeout, max_retries
        self._connect = connect_timeout
        # The retries are ours: they must stop once text has been shown.
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none", base_url=base_url, max_retries=0, timeout=max(total_timeout, connect_timeout)
        )
        self._extras: dict[str, Any] = {"stream_options": {"include_usage": True}}

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Ask, and wait for the whole answer.

        Args:
            context: What the model is told.
            on_text: Given each piece of the answer as it arrives.

        Raises:
            ModelError: One of its kinds, each with the next step. No error holds the key.
        """
        answer = _Answer(on_text or (lambda text: None))
        try:
            async with asyncio.timeout(self._total):
                await self._with_retries(messages(context), answer)
        except TimeoutError:
            raise ModelTimeout(
                f"{self.name} did not finish its answer within {self._total:g} s.",
                "Ask again, raise the setting model_timeout, or use a faster model.",
            ) from None
        prose, code = parse(answer.text, context.question.wants)
        return Reply(prose, code, self.name, answer.tokens, answer.cost)

    async def list_models(self) -> list[str]:
        """Names of the models that the endpoint offers.

        Raises:
            ModelError: It does not tell.
        """
        try:
            async with asyncio.timeout(self._connect + self._first):
                return sorted([model.id async for model in self._client.models.list()])
        except (openai.OpenAIError, TimeoutError, ValueError) as error:
            raise self._error(error) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _with_retries(self, parts: list[dict[str, str]], answer: _Answer) -> None:
        for left in range(self._retries, -1, -1):
            try:
                return await self._request(parts, answer)
            except (openai.OpenAIError, TimeoutError, ValueError, OSError) as error:
                if answer.text:
                    raise ReplyCut(
                        f"The answer of {self.name} broke off: the connection was lost.", "Ask again."
                    ) from None
                if self._drops_extras(error):
                    continue
                if not left or not _passing(error):
                    raise self._error(error) from None
                await asyncio.sleep(_pause(error, self._retries - left))
        raise self._error(TimeoutError())

    async def _request(self, parts: list[dict[str, str]], answer: _Answer) -> None:
        create: Any = self._client.chat.completions.create
        async with asyncio.timeout(self._connect + self._first) as patience:
            stream = await create(model=self._model, messages=parts, stream=True, **self._extras)
            try:
                async for chunk in stream:
                    answer.take(chunk)
                    if answer.text:
                        patience.reschedule(None)
            finally:
                await stream.close()
        self._check_end(answer)

    def _check_end(self, answer: _Answer) -> None:
        """The SDK says nothing of a stream that ends too early; only the reason to finish tells."""
        if answer.refusal or answer.finish == "content_filter":
            raise ModelRefused(f"{self.name} refused to answer.", "Ask in other words.")
        if answer.finish == "length":
            raise ReplyCut(
                f"The answer of {self.name} was cut at its limit of length.", "Ask for less, or use another model."
            )
        if answer.finish is None:
            raise ReplyCut(f"The answer of {self.name} broke off before its end.", "Ask again.")
        if len(answer.text) > MOST_REPLY:
            raise ReplyCut(f"The answer of {self.name} does not end.", "Ask again, or use another model.")

    def _drops_extras(self, error: Exception) -> bool:
        """Some endpoints refuse options that others need; then the request is made once more without them."""
        if self._extras and isinstance(error, openai.BadRequestError) and "stream_options" in str(error):
            self._extras = {}
            return True
        return False

    def _error(self, error: Exception) -> ModelError:
        if isinstance(error, openai.APITimeoutError | TimeoutError):
            return ModelTimeout(
                f"{self.name} at {self._host} did not answer in time.", "Ask again, or use another model."
            )
        if isinstance(error, openai.APIStatusError):
            return self._refusal(error)
        if isinstance(error, json.JSONDecodeError | openai.APIResponseValidationError | ValueError):
            return ReplyCut(f"{self.name} at {self._host} sent an answer that cannot be read.", "Ask again.")
        start = f"Start it: `{self._provider.start}`." if self._provider.start else "Check the network and base_url."
        return EndpointUnreachable(f"{self.name} cannot be reached at {self._host}.", start)

    def _refusal(self, error: openai.APIStatusError) -> ModelError:
        status, said = error.status_code, self._said(error)
        if status == 429:
            return RateLimited(
                f"{self.name} takes no more requests for now{said}.", "Wait a minute, or check your quota."
            )
        if status in {401, 403}:
            variable = self._provider.keys[0] if self._provider.keys else "the API key"
            return ModelRefused(
                f"{self._host} does not accept the API key for {self.name}.", f"Check {variable}.", status=status
            )
        if status == 404:
            return ModelRefused(
                f"{self._host} has no model {self._model}.", "`%analyst models` lists those that it has.", status=status
            )
        return ModelRefused(f"{self.name} answered with HTTP status {status}{said}.", "Ask again later.", status=status)

    def _said(self, error: openai.APIStatusError) -> str:
        """What the endpoint said, on one line, without the key that some of them repeat."""
        body = error.body if isinstance(error.body, dict) else {}
        text = " ".join(str(body.get("message") or "").split())[:200]
        return f": {text.replace(self._key, '…') if self._key else text}".rstrip(".") if text else ""


class _Answer:
    """What has come of an answer so far. Reasoning is neither shown nor kept."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.text = ""
        self.finish: str | None = None
        self.refusal = False
        self.tokens: Tokens | None = None
        self.cost: float | None = None
        self._on_text = on_text

    def take(self, chunk: Any) -> None:
        for choice in chunk.choices[:1]:
            if choice.delta is not None and choice.delta.content and len(self.text) <= MOST_REPLY:
                self.text += choice.delta.content
                self._on_text(choice.delta.content)
            self.refusal = self.refusal or bool(choice.delta is not None and choice.delta.refusal)
            self.finish = choice.finish_reason or self.finish
        if chunk.usage is not None:
            self.tokens = Tokens(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
            cost = getattr(chunk.usage, "cost", None)
            self.cost = float(cost) if isinstance(cost, int | float) else None


def _passing(error: Exception) -> bool:
    """Whether the same request may work in a moment."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code in _RETRIED
    return isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)


def _pause(error: Exception, tries: int) -> float:
    """Seconds until the next try: what the endpoint asks for, else twice as long each time, with jitter."""
    wanted = error.response.headers.get("retry-after", "") if isinstance(error, openai.APIStatusError) else ""
    try:
        return min(max(float(wanted), 0.0), _LONGEST_WAIT)
    except ValueError:
        return float(min(0.5 * 2**tries, _LONGEST_WAIT)) * random.uniform(0.75, 1.25)  # noqa: S311
