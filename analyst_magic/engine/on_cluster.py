"""Questions that are answered by the workers of a cluster, each in a sandbox of its own there.

A worker does what needs a sandbox and a model: it makes the draft of an answer. What becomes of that is done here as
always: documents are saved, answers are pinned, turns are recorded. So a worker that dies half-way leaves nothing, and
another one begins again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from .. import __version__
from ..cluster import Cluster, IsStopped
from ..credentials import has_credentials
from ..errors import AnalystError, ClusterError, InputError, MissingKey, SandboxError, Stopped
from ..history.lock import NAME as LOCK
from ..history.lock import LockFile
from ..models.connections import Connections
from ..models.model import Model
from ..models.providers import is_remote
from ..packages import Packages
from ..sandbox.provider import Handle, Mounts
from ..sandbox.session import Sandbox
from ..settings import AnalystSettings, load_settings
from ..sources.kinds import source_of
from ..turn import Context, Question, Reply, Stage, Turn
from .configure import make_sandbox, remove_orphans
from .engine import finished, solve
from .job import Clock, Job, Options, Request, unobserved
from .prepare import Desk
from .repair import Draft
from .session import Place, Session

MODEL_SETTINGS = ("base_url", "model_timeout", "first_timeout")
SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True)
class ClusterQuestion:
    """A question on its way to a worker. It holds no key: a worker has its own.

    Attributes:
        question, options, place: Those of its request, without what belongs to this machine.
        model: The settings that name the model.
        version: The version of Analyst Magic that asks.
    """

    question: Question
    options: Options
    place: Place
    model: Mapping[str, Any]
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Shared:
    """What all questions of a call have in common.

    Attributes:
        sources: What they are asked of, by name.
        lock: What the lock file holds; None where nothing is pinned.
    """

    sources: Mapping[str, object]
    lock: bytes | None = None


@dataclass(frozen=True, slots=True)
class WorkersDraft:
    """What a worker has made of a question.

    Attributes:
        draft: Its attempts, with what came through the firewall there.
        stages, seconds: What was measured there.
        image: What the sandbox was made from.
        starts: The starts of sandboxes.
    """

    draft: Draft
    stages: tuple[Stage, ...] = ()
    seconds: float = 0.0
    image: str = ""
    starts: tuple[Stage, ...] = ()


class WorkersModel(Model):
    """A model that the workers ask, and this process does not.

    Args:
        name: Its full name.
    """

    name, remote = "", True

    def __init__(self, name: str) -> None:
        self.name, self.remote = name, is_remote(name)

    async def reply(self, context: Context, on_text: Any = None) -> Reply:
        """Nothing.

        Raises:
            InputError: Always.
        """
        raise InputError(f"{self.name} is asked by the workers of the cluster alone.")


def answers_of(
    cluster: Cluster[int], requests: Sequence[Request], settings: AnalystSettings, at_once: int | None
) -> Generator[tuple[int, Request, WorkersDraft]]:
    """What the workers make of questions over the same sources, as it comes.

    Args:
        cluster: The workers.
        requests: The questions.
        settings: The settings of them all.
        at_once: How many are handed out at one time; None for all.

    Yields:
        The number of each request, the request, and what was made of it.

    Raises:
        InputError: A source, or a setting, cannot be sent, or the lock file cannot be read.
        ClusterError: The workers cannot be used, or are lost.
    """
    if not requests:
        return
    model = _model_settings(settings)
    _check_sources(requests[0].sources)
    cluster.check({})
    shared = cluster.share(Shared(requests[0].sources, _content(requests[0].options.lock)))
    calls = {number: (shared, _cluster_question(request, model)) for number, request in enumerate(requests)}
    with contextlib.closing(cluster.run(solve_on_worker, calls, at_once)) as outcomes:
        for number, outcome in outcomes:
            solved = WorkersDraft(Draft().failed(outcome)) if isinstance(outcome, AnalystError) else outcome
            yield number, requests[number], solved


async def turn_of(request: Request, solved: WorkersDraft) -> Turn:
    """The turn that a worker's draft becomes: what it made is saved, pinned and recorded here."""
    session = Session(Sandbox(_WorkersSandbox(solved.image), request.place.limits))
    clock = Clock.going_on(solved.stages, solved.seconds)
    job = replace(Job(request.question, request.sources, request.model, request.options, session), clock=clock)
    try:
        return await finished(job, solved.draft, solved.starts)
    except Stopped:
        raise
    except AnalystError as error:
        return Turn(request.question, error=error)


def solve_on_worker(shared: Shared, asked: ClusterQuestion, is_stopped: IsStopped) -> WorkersDraft:
    """Make the draft of an answer; called in a worker.

    Args:
        shared: What the question is asked of.
        asked: The question.
        is_stopped: Whether it is not wanted any more; then its sandbox is ended.

    Returns:
        The draft; why it cannot be asked here, or was stopped, is its error.
    """
    if asked.version != __version__:
        reason = ClusterError(f"A worker has Analyst Magic {__version__}.", f"Install {asked.version} there.")
        return WorkersDraft(Draft().failed(reason))
    try:
        return asyncio.run(_unless_stopped(_solve(shared, asked), is_stopped))
    except asyncio.CancelledError:
        return WorkersDraft(Draft().failed(Stopped("Stopped.")))
    except AnalystError as error:
        return WorkersDraft(Draft().failed(error))


async def _unless_stopped(work: Coroutine[Any, Any, WorkersDraft], is_stopped: IsStopped) -> WorkersDraft:
    """Do some work, which is cancelled once it is not wanted any more, and then has time to clean up."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=SECONDS_BETWEEN_LOOKS)
        if is_stopped():
            task.cancel()
            await asyncio.wait({task})
    return task.result()


async def _solve(shared: Shared, asked: ClusterQuestion) -> WorkersDraft:
    with tempfile.TemporaryDirectory(prefix="analyst-lock-") as folder:
        lock = LockFile(Path(folder) / LOCK)
        if shared.lock:
            lock.path.write_bytes(shared.lock)
        desk = Desk(Connections(), lock)
        await asyncio.to_thread(_sweep, asked.place.sandbox)
        clock, session = Clock(), Session(make_sandbox(asked.place))
        try:
            model = _model(desk, asked)
            options = replace(asked.options, lock=lock if shared.lock is not None else None)
            job = replace(Job(asked.question, shared.sources, model, options, session), clock=clock)
            draft = await solve(job)
            provider, starts = session.sandbox.provider, tuple(session.sandbox.take_starts())
            return WorkersDraft(draft, tuple(clock.stages), clock.total, provider.image, starts)
        finally:
            await session.sandbox.close()
            await desk.connections.close()


def _model(desk: Desk, asked: ClusterQuestion) -> Model:
    try:
        settings = load_settings().with_options(asked.model)
        return desk.model_for(asked.question, settings, fresh=asked.options.fresh)
    except MissingKey as error:
        raise MissingKey(
            f"The worker on {socket.gethostname()} has no key for {asked.model['model']}.",
            "Keys are not sent: set it in the environment or the keyring of the workers.",
        ) from error


@cache
def _sweep(sandbox: str) -> None:
    """Remove what killed workers have left on this machine; once in a process."""
    with contextlib.suppress(SandboxError):  # the question meets it, and reports it
        remove_orphans(sandbox)


def _cluster_question(request: Request, model: Mapping[str, Any]) -> ClusterQuestion:
    options = replace(
        request.options, lock=None, history=None, observer=unobserved, tool_servers=None, confirm=False, asks_back=False
    )
    place = replace(request.place, spares=0)
    return ClusterQuestion(request.question, options, place, {**model, "model": request.model.name})


def _model_settings(settings: AnalystSettings) -> dict[str, Any]:
    """The settings of the model that travel.

    Raises:
        InputError: One holds a secret, or has no sense elsewhere.
    """
    if settings.mcp_servers:
        raise InputError("Tools of MCP servers are not offered on a cluster.", "Leave out the setting mcp_servers.")
    if has_credentials(settings.base_url):
        raise InputError(
            "The setting base_url holds a secret, which is not sent to workers.",
            "Set it where the workers run, as ANALYST_BASE_URL.",
        )
    plain = AnalystSettings(environ={}, locks={})
    return {name: value for name in MODEL_SETTINGS if (value := getattr(settings, name)) != getattr(plain, name)}


def _check_sources(sources: Mapping[str, object]) -> None:
    for name, value in sources.items():
        if not source_of(name, value).travels:
            raise InputError(
                f"{name} belongs to a connection, which stays here with its password.",
                "Read it into a frame first, or leave out cluster=.",
            )


def _content(lock: LockFile | None) -> bytes | None:
    """What a lock file holds.

    Raises:
        LockDamaged: It cannot be read.
    """
    if lock is None:
        return None
    lock.pins()
    return lock.path.read_bytes() if lock.path.exists() else b""


@dataclass(frozen=True)
class _WorkersSandbox:
    """The maker of a sandbox that has run in a worker and is gone."""

    image: str
    name: str = "cluster"
    packages: Packages = field(default_factory=Packages)
    notice: str = ""
    isolation: str = "as its worker's"

    def prepare(self) -> None:
        """Nothing."""

    async def launch(self, mounts: Mounts) -> Handle:
        """No sandbox.

        Raises:
            SandboxError: Always.
        """
        raise SandboxError("The sandbox was a worker's.", "Ask again.")
