"""Why a run ended before its code did, as the error that the user reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import AnalystError, FirewallError, OutOfMemory, OutputFlood, RunTimeout, SandboxLost
from ..language import message
from .client import Outcome
from .limits import Limits

GONE = message("Its variables are gone; ask again, and a new sandbox starts by itself.")


def stopped(outcome: Outcome, limits: Limits, timeout: float) -> AnalystError:
    """The error of code that took too long or sent too much.

    Args:
        outcome: How the run ended: ``timeout`` or ``flood``.
        limits: The sandbox's.
        timeout: The seconds that the code had.
    """
    state = message("The sandbox and its variables are still there.") if outcome.alive else GONE
    if outcome.how == "timeout":
        return RunTimeout(
            message("The code ran longer than {seconds:g} s and was stopped.", seconds=timeout),
            message("{state} Ask for less, or raise the setting timeout.", state=state),
        )
    return OutputFlood(
        message(
            "The code printed more than {max_printed_bytes} MB, or sent more than {max_output_bytes} MB "
            "or {max_messages:,} messages, and was stopped; the output is truncated.",
            max_printed_bytes=limits.max_printed_bytes // 1000000,
            max_output_bytes=limits.max_output_bytes // 1000000,
            max_messages=limits.max_messages,
        ),
        message("{state} Print less.", state=state),
    )


def lost(outcome: Outcome, exit: Mapping[str, Any], reason: str, limits: Limits) -> AnalystError:
    """The error of a sandbox that ended while the code ran.

    Args:
        outcome: How the run ended.
        exit: What the guest itself said when it ended; empty where it said nothing.
        reason: What the provider says ended it, such as ``memory``; empty where it does not know.
        limits: The sandbox's.
    """
    if exit.get("oom") or reason == "memory":
        return OutOfMemory(
            message(
                "The code used more than the {memory:g} GB of memory that the sandbox has.", memory=limits.memory / 1e9
            ),
            message("{gone} Use fewer rows or columns, or raise the setting memory.", gone=GONE),
        )
    reasons = {
        "disk": message(
            "The code wrote more to disk than the {disk:g} MB or 20,000 files that it may.",
            disk=limits.disk / 1000000.0,
        ),
        "life": message(
            "The sandbox was {max_lifetime:g} hours old and ended.", max_lifetime=limits.max_lifetime / 3600
        ),
        "evicted": message("The cluster evicted the sandbox, as its node ran short or was shut down."),
        "unreachable": message("The cluster's API server went away while the code ran."),
    }
    reason = "life" if exit.get("life") else reason
    if reason in reasons:
        return SandboxLost(reasons[reason], GONE)
    if exit:
        return SandboxLost(message("The code ended the sandbox's kernel."), GONE)
    if isinstance(outcome.reason, FirewallError):
        return SandboxLost(message("{reason} The sandbox was thrown away.", reason=outcome.reason.message), GONE)
    return SandboxLost(message("The sandbox was killed while the code ran."), GONE)
