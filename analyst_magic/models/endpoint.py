"""A model's endpoint, and its failures as our errors: each names the endpoint and the next step, never the key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import openai

from ..credentials import without_cut_keys
from ..errors import EndpointUnreachable, ModelError, ModelRefused, ModelTimeout, RateLimited, ReplyCut
from ..language import message
from .provider import Provider

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TRANSIENT = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked.

    Attributes:
        provider: Its row of the table of providers.
        model: The model's name there.
        base_url: The address; a user and password in it never show.
        key: The API key, or an empty text.
    """

    provider: Provider
    model: str
    base_url: str
    key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """``PROVIDER:MODEL``."""
        return f"{self.provider.name}:{self.model}"

    @property
    def host(self) -> str:
        """Host and port, without a user name or password."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def local(self) -> bool:
        """Whether it is on this machine, so that no proxy may be used."""
        return (urlsplit(self.base_url).hostname or "") in LOOPBACK

    def explain(self, error: Exception) -> ModelError:
        """Our error for one that the SDK raised before any text arrived."""
        if isinstance(error, openai.APIConnectionError):  # a time-out too: only connecting has one in the SDK
            return self._unreachable()
        status = status_of(error)
        if status == 429:
            return self._limited(error)
        if status:
            return self._refused(status, self._reason(error))
        if isinstance(error, openai.APIError) and not isinstance(error, openai.APIResponseValidationError):
            return ModelRefused(
                message("{name} answered with an error{reason}.", name=self.name, reason=self._reason(error)),
                message("Ask again later."),
            )
        return self.unreadable_reply()

    def is_transient(self, error: Exception) -> bool:
        """Whether the same request may succeed when it is sent again."""
        if isinstance(error, openai.APITimeoutError):
            return False
        if isinstance(error, openai.APIConnectionError):  # a server on this machine does not start by itself
            return not (self.local and type(error.__cause__).__name__ == "ConnectError")
        return status_of(error) in _TRANSIENT and _code(error) != "insufficient_quota"

    def unreadable_reply(self) -> ReplyCut:
        """The error for an answer that does not follow the API."""
        return ReplyCut(
            message("{name} at {host} sent an answer that cannot be read.", name=self.name, host=self.host),
            message("Ask again; if it stays so, check that base_url is an OpenAI-compatible endpoint."),
        )

    def timed_out(self, seconds: float) -> ModelTimeout:
        """The error for an endpoint that accepted the request and then sent nothing."""
        return ModelTimeout(
            message(
                "{name} at {host} sent nothing for {seconds:g} s.", name=self.name, host=self.host, seconds=seconds
            ),
            message("Ask again, or use a faster model."),
        )

    def _unreachable(self) -> EndpointUnreachable:
        if self.provider.start:
            step = message("Start it: `{start}`.", start=self.provider.start)
        elif self.local:
            step = message("Start the server there, or correct the setting base_url.")
        else:
            step = message("Check the network, and the setting base_url.")
        return EndpointUnreachable(
            message("{model} cannot be reached at {host}.", model=self.name, host=self.host), step
        )

    def _limited(self, error: Exception) -> RateLimited:
        if _code(error) == "insufficient_quota":
            return RateLimited(
                message("The quota of the key for {model} is used up.", model=self.name),
                message("Check the plan and the billing."),
            )
        wait = retry_after(error)
        return RateLimited(
            message("{name} takes no more requests for now{reason}.", name=self.name, reason=self._reason(error)),
            message("Ask again in {seconds} s.", seconds=str(math.ceil(wait)))
            if wait
            else message("Wait a minute, or check your quota."),
        )

    def _refused(self, status: int, reason: str) -> ModelRefused:
        if status in {401, 403}:
            variable = self.provider.keys[0] if self.provider.keys else "the API key"
            return ModelRefused(
                message("{host} does not accept the API key for {name}.", host=self.host, name=self.name),
                message("Check {variable}.", variable=variable),
                status=status,
            )
        if status == 404:
            return ModelRefused(
                message("{host} has no model {model}.", host=self.host, model=self.model),
                message("`%analyst models` lists those that it has."),
                status=status,
            )
        step = (
            message("Ask again later.")
            if status in _TRANSIENT
            else message("Use another model, or check the setting base_url.")
        )
        return ModelRefused(
            message(
                "{name} answered with HTTP status {status}{reason}.", name=self.name, status=str(status), reason=reason
            ),
            step,
            status=status,
        )

    def _reason(self, error: Exception) -> str:
        """What the endpoint reason, on one short line, without the key that some of them repeat."""
        body = getattr(error, "body", None)
        text = str(body.get("message") or "") if isinstance(body, Mapping) else ""
        text = "".join(character if character.isprintable() else " " for character in self._without_key(text))
        text = " ".join(text.split())[:200].rstrip(".")
        return f": {text}" if text else ""

    def _without_key(self, text: str) -> str:
        """The text without the key, also where it is shortened or has stars in its middle."""
        if self.key:
            text = text.replace(self.key, "…")
        if len(self.key) >= 12:
            text = re.sub(rf"{re.escape(self.key[:6])}\S*|\S*{re.escape(self.key[-6:])}", "…", text)
        return without_cut_keys(text)


def status_of(error: Exception) -> int:
    """The HTTP status of an error, also of one that was sent inside a stream; 0 if it has none."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    code = _code(error)
    return int(code) if re.fullmatch(r"[45]\d\d", code) else 0


def retry_after(error: Exception) -> float | None:
    """Seconds to wait before the next try as the endpoint's ``Retry-After`` header asks, or None."""
    headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return None


def rejects_option(error: Exception, option: str) -> bool:
    """Whether an endpoint rejected a request because of one of its options."""
    if status_of(error) not in {400, 422}:
        return False
    return option in json.dumps(getattr(error, "body", None), default=str) or option in str(error)


def _code(error: Exception) -> str:
    """The error's code in the body: a word, or an HTTP status."""
    body = getattr(error, "body", None)
    return str(body.get("code") or body.get("type") or "") if isinstance(body, Mapping) else ""
