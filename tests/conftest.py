"""What all tests share: a Docker engine or a named skip, and no key of the machine in the tests' environment."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from forked_kernels import forked_kernels
from installed_package import install
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from unsandboxed import UnsandboxedKernel

from analyst_magic import writers
from analyst_magic.errors import SandboxError
from analyst_magic.models.providers import providers
from analyst_magic.sandbox import docker, image, owner, transfer
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local.provider import LocalProvider
from analyst_magic.sandbox.provider import SandboxProvider

TESTS = Path(__file__).parent
# These take longest. They begin first (`--no-loadscope-reorder`), so that at the end no worker waits for another.
LONGEST = (
    "test_local.py", "test_panel.py", "test_docs_pages.py", "test_faults.py", "test_connection_answers.py",
    "test_report_files.py", "test_gallery.py", "test_recorded.py", "test_notebook.py", "test_sandbox.py",
    "test_watching.py", "test_scheduler.py", "test_sql_policy.py", "test_broker.py", "test_cli.py", "test_mcp.py",
    "test_cells.py", "test_lock.py", "test_tasks.py", "test_exact.py", "test_report_run.py", "test_datafiles.py",
)  # fmt: skip
pytest_plugins = ["shop_engines", "spark_cluster"]
# Programs that make documents import the package by the name that it has in the sandbox; some tests run one here.
sys.modules.setdefault("analyst_documents", writers)


def pytest_configure(config: pytest.Config) -> None:
    """The mark of what takes long for its kernel, which the daily loop leaves out."""
    os.environ["LANGUAGE"] = "en"  # whatever the language of who runs the tests
    config.addinivalue_line("markers", "kernel: runs a notebook in a kernel of its own")


def _missing() -> str:
    """Why sandboxes cannot be tested here, or an empty text."""
    try:
        client = docker.connect()
    except SandboxError as error:
        return str(error)
    try:
        found = client.inspect_image(image.IMAGE)["Config"]["Labels"].get(image.SOURCES_LABEL)
    except (docker.ImageNotFound, AttributeError):
        return f"the image {image.IMAGE} is missing: `analyst image build`"
    return "" if found == image.sources_digest() else f"the image {image.IMAGE} is out of date: `analyst image build`"


@pytest.hookimpl(tryfirst=True)  # before the marks are used to select
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Longest files first. Skip Docker tests by name where there is no engine; in CI they fail instead."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))  # of one file in their order
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "sandboxes" in fixtures:
            item.add_marker("docker")
        if "notebook_environment" in fixtures:
            item.add_marker("kernel")
    marked = [item for item in items if item.get_closest_marker("docker")]
    reason = _missing() if marked else ""
    if reason and not os.environ.get("CI"):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"no sandbox: {reason}"))


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys and settings of the machine must not change what a test does, nor a test the history of the machine."""
    for name in [n for n in os.environ if n.startswith("ANALYST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ANALYST_HISTORY_PATH", str(tmp_path / "kept" / "history.sqlite3"))
    monkeypatch.setenv("ANALYST_SPARES", "0")  # a warm spare is seconds of work; tests of spares ask for one
    for provider in providers():
        for name in (*provider.keys, provider.url_variable):
            monkeypatch.delenv(name, raising=False)


def containers(client: Any) -> set[str]:
    """The sandboxes on the engine, but for those of programs that have nothing to do with these tests."""
    return set(_owners(client))


def _owners(client: Any) -> dict[str, str]:
    """The same with the mark of who owns each."""
    marks = {c["Id"]: (c.get("Labels") or {}).get(f"{docker.LABEL}.owner", "") for c in docker.containers(client)}
    return {name: mark for name, mark in marks.items() if not _of_a_stranger(mark)}


def left_behind(client: Any, before: Collection[str]) -> set[str]:
    """The sandboxes that were not there before. Those whose process has ended go by themselves, and are waited for;
    they may be those of tests that run beside these."""
    deadline = time.monotonic() + 20
    while True:
        left = {name: mark for name, mark in _owners(client).items() if name not in before}
        if time.monotonic() > deadline or not any(not owner.alive(mark) for mark in left.values()):
            return set(left)
        time.sleep(0.1)  # an engine tells of an end only to who asked before


def _of_a_stranger(mark: str) -> bool:
    """Whether a sandbox's owner runs, and is neither this process nor one that it started."""
    if not mark or not owner.alive(mark):
        return False
    pid = int(mark.partition(".")[0])
    while pid > 1 and pid != os.getpid():
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return pid != os.getpid()


def engine_address(client: Any) -> str:
    """This machine's address as containers with a network see it."""
    found = client.inspect_network("bridge")["IPAM"]["Config"][0]
    return str(found.get("Gateway") or next(ipaddress.ip_network(found["Subnet"]).hosts()))  # some engines leave it out


@pytest.fixture
def sandboxes() -> Iterator[set[str]]:
    """The sandboxes that were there before; afterwards there are no more of them."""
    client = docker.connect()
    before = containers(client)
    yield before
    assert not left_behind(client, before), "a sandbox was left behind"


def make_provider(name: str, limits: Limits) -> SandboxProvider:
    """A provider by the name that the tests give it; ``landlock`` is the local one without namespaces."""
    if name == "docker":
        return docker.DockerProvider(limits)
    return LocalProvider(limits, tier="landlock") if name == "landlock" else LocalProvider(limits)


def fork_servers(host: int = os.getpid()) -> set[int]:
    """Processes that start the local sandboxes of a process."""
    return children(b"fork_server.py", host)


def launchers(host: int = os.getpid()) -> set[int]:
    """Processes that watch a local sandbox of a process, as long as what started them is there."""
    forked = (children(b"fork_server.py", server) for server in fork_servers(host))
    return children(b"launcher.py", host).union(*forked)


def kernels() -> set[int]:
    """Kernels that this process runs without a sandbox."""
    return children(b"analyst_guest.relay", os.getpid())


def children(command: bytes, parent: int) -> set[int]:
    """Processes that another one has started, with that in their command."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            of = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if of == parent and command in (path / "cmdline").read_bytes():
                found.add(int(path.name))
    return found


async def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for what nothing tells of.

    Raises:
        AssertionError: It does not come; ``what`` says what is wrong then.
    """
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.01)


def running(provider: str) -> set[str]:
    """What a provider calls the sandboxes of this process that are there, spares among them."""
    if provider != "docker":
        return set(map(str, launchers()))
    return {name for name, mark in _owners(docker.connect()).items() if mark == owner.process_token()}


def folders() -> set[Path]:
    """What this process shares with its sandboxes."""
    return {
        path for folder in transfer.frame_folders() for path in Path(folder).glob(f"{transfer.PREFIX}{os.getpid()}.*")
    }


SANDBOX_KINDS = [pytest.param("docker", marks=pytest.mark.docker), "local"]
"""Every kind of sandbox that the setting names."""
PROVIDERS = [*SANDBOX_KINDS, "landlock"]
"""Every way that code is isolated."""


@pytest.fixture(scope="session", params=SANDBOX_KINDS)
def sandbox_kind(request: pytest.FixtureRequest) -> str:
    """The name of a sandbox, for tests of what comes out of every one of them; they may share it."""
    return str(request.param)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a provider, for tests of the sandbox itself; after the test nothing that it made is left."""
    if request.param == "landlock" and os.getuid() == 0:
        pytest.skip("as root it needs a Python that other users may read; test_local runs these tests as such a user")
    client = docker.connect() if request.param == "docker" else None
    before = containers(client) if client else set()
    processes, shared = launchers(), folders()
    yield request.param
    assert launchers() <= processes, "a local sandbox was left behind"
    assert folders() <= shared, "frames were left behind"
    if client:
        assert not left_behind(client, before), "a container was left behind"


@pytest.fixture
def unsandboxed(quick_kernels: None) -> Iterator[UnsandboxedKernel]:
    """For tests whose subject is not the sandbox: its kernel as a plain process, which ends with the test."""
    before = kernels()
    yield UnsandboxedKernel()
    assert kernels() <= before, "a kernel was left behind"


@pytest.fixture
def notebook_environment(tmp_path_factory: pytest.TempPathFactory, quick_kernels: None) -> Callable[[], dict[str, str]]:
    """The environment of a user's kernel whose sandbox is not the subject: it runs code as ``unsandboxed`` does."""
    package = install(tmp_path_factory.mktemp("package"), "sandboxes", unsandboxed="unsandboxed:UnsandboxedKind")
    path = os.pathsep.join(filter(None, [str(package), str(TESTS), os.environ.get("PYTHONPATH")]))
    return lambda: {"ANALYST_SANDBOX": "unsandboxed", **os.environ, "PYTHONPATH": path}


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of programs whose kernels start quickly, as the start of a kernel is not the subject."""
    with forked_kernels(tmp_path_factory.mktemp("forks")) as environment:
        yield environment


@pytest.fixture
def quick_kernels(forks: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels that this test starts start quickly."""
    for name, value in forks.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def execute(tmp_path: Path, notebook_environment: Callable[[], dict[str, str]]) -> Callable[..., Any]:
    """Runs cells in a fresh kernel whose working directory is ``tmp_path``, and whose sandbox is not the subject."""

    def run(*cells: str, allow_errors: bool = False) -> Any:
        notebook = new_notebook(cells=[new_code_cell(source) for source in ("%load_ext analyst_magic", *cells)])
        client = NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=allow_errors,
                                resources={"metadata": {"path": str(tmp_path)}})  # fmt: skip
        client.execute(env=notebook_environment())
        return notebook

    return run
