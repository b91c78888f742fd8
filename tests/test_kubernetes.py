"""Sandboxes as pods: through the wire of a test server whose pods are real containers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cluster_tools
import numpy as np
import pandas as pd
import pytest
import pytest_asyncio
from conftest import engine_address, folders, until

pytest.importorskip("kubernetes")
from kubernetes_server import CHANNEL, NAMESPACE, TestCluster, serving

from analyst_magic.errors import (
    CodeFailed,
    EngineUnavailable,
    ImageMissing,
    NotIsolated,
    OutOfMemory,
    OutputFlood,
    RunTimeout,
    SandboxError,
    SandboxLost,
)
from analyst_magic.packages import source_directory
from analyst_magic.sandbox import docker, packing
from analyst_magic.sandbox.choose import choose
from analyst_magic.sandbox.kinds import Check, SandboxOptions
from analyst_magic.sandbox.kubernetes import account
from analyst_magic.sandbox.kubernetes import cluster as analyst_cluster
from analyst_magic.sandbox.kubernetes.kind import KubernetesKind
from analyst_magic.sandbox.kubernetes.pod import HOST, LABELS, OWNER
from analyst_magic.sandbox.kubernetes.provider import KubernetesProvider, host_label
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.files import DataFile
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution

pytestmark = pytest.mark.docker
DEPLOY = Path(__file__).resolve().parent.parent / "deploy" / "kubernetes"
REAL = {name: os.environ.get(name, "") for name in ("ANALYST_TEST_CLUSTER", "ANALYST_KUBERNETES_NAMESPACE")}
"""What ``deploy/kubernetes/try.sh`` sets, to run the tests of the sandbox itself in the cluster of kubectl."""
LIMITS = Limits(
    memory=700_000_000, timeout=20.0, disk=50_000_000, max_frame_bytes=50_000_000, start_timeout=20.0, pids=64
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    with serving(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def cluster(server: TestCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestCluster]:
    """An empty namespace; after the test there is no pod left."""
    server.clear()
    monkeypatch.setenv("KUBECONFIG", str(server.kubeconfig))
    shared = folders()
    yield server
    assert not server.objects["pods"], "a pod was left behind"
    assert not server.containers, "a container was left behind"
    assert folders() <= shared, "frames were left behind"


@contextlib.asynccontextmanager
async def sandbox_of(limits: Limits = LIMITS, image: str = "", spares: int = 0) -> AsyncIterator[Sandbox]:
    made = Sandbox(KubernetesProvider(limits, image), limits, spares)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own cluster, or the real one that is asked for."""
    if REAL["ANALYST_TEST_CLUSTER"]:
        monkeypatch.setenv("ANALYST_KUBERNETES_NAMESPACE", REAL["ANALYST_KUBERNETES_NAMESPACE"])
    else:
        request.getfixturevalue("cluster")


@pytest_asyncio.fixture
async def sandbox(place: None) -> AsyncIterator[Sandbox]:
    async with sandbox_of() as made:
        yield made


async def run(sandbox: Sandbox, code: str, **options: Any) -> Execution:
    return await sandbox.run(Code(code), **options)


async def error_of(limits: Limits = LIMITS, image: str = "") -> SandboxError:
    """What the user of a cluster that gives no sandbox is told."""
    async with sandbox_of(limits, image) as sandbox:
        error = (await run(sandbox, "1")).error
    assert isinstance(error, SandboxError), error
    assert error.next_step
    return error


async def test_state_lives_between_runs_until_reset_and_frames_come_by_the_stream(sandbox: Sandbox) -> None:
    frame = to_frame("sales", pd.DataFrame({"region": ["N", "S"], "revenue": [1.5, 2.0]}))
    first = await run(sandbox, "total = sales.revenue.sum()\ntotal", frames=[frame])
    assert first.error is None, first.error
    assert "3.5" in str(first.outputs[0].data)
    assert (await run(sandbox, "round(total * 2)", frames=[frame])).outputs[0].data == "7"
    await sandbox.reset()
    failure = (await run(sandbox, "total")).error
    assert isinstance(failure, CodeFailed)
    assert failure.name == "NameError"


async def test_a_frame_is_sent_compressed_where_that_is_faster_and_an_unchanged_one_not_again(
    cluster: TestCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text("n\n" + "1234567\n" * 250_000)
    monkeypatch.setattr(packing, "ASSUMED_RATE", 2e6)  # of a slow network, whatever else this machine does
    noise = np.frombuffer(np.random.default_rng(0).bytes(4_000_000), "i8")
    regular = to_frame("regular", pd.DataFrame({"units": np.arange(800_000) // 1000, "region": "North"}))
    random = to_frame("noise", pd.DataFrame({"x": noise}))
    progress: list[str] = []
    async with sandbox_of() as sandbox:
        await sandbox.start()
        for code, frame, shown, least, most in (
            ("int(regular.units.sum())", regular, "319600000", 0, regular.nbytes // 4),
            ("int(noise.x.iloc[-1])", random, str(noise[-1]), random.nbytes, random.nbytes * 1.05),
            ("regular.loc[0, 'units'] = 5\nint(regular.units.sum())", regular, "319600005", 0, 100_000),
            ("len(noise)", random, "500000", 0, 100_000),
        ):
            before = cluster.received
            done = await run(sandbox, code, frames=[frame], on_progress=progress.append)
            assert done.error is None, done.error
            assert done.outputs[0].data == shown
            assert least <= cluster.received - before <= most, code
        before = cluster.received
        for _ in range(2):
            counted = Code("SELECT count(*) AS n FROM orders", "sql")
            done = await sandbox.run(counted, data={"orders": DataFile(tmp_path / "orders.csv", "csv")})
            assert done.error is None, done.error
            assert done.outputs[0].data.to_pydict() == {"n": [250_000]}
        assert cluster.received - before < 100_000
    assert progress[0].startswith("sending data, ")


async def test_code_that_runs_too_long_is_interrupted_and_code_that_ignores_it_is_killed(sandbox: Sandbox) -> None:
    await run(sandbox, "total = 1")
    assert isinstance((await run(sandbox, "import time; time.sleep(60)", timeout=1.0)).error, RunTimeout)
    assert (await run(sandbox, "total")).outputs[0].data == "1"
    stopped = await run(sandbox, "sum(range(10**11))", timeout=1.0)
    assert isinstance(stopped.error, RunTimeout)
    assert "variables are gone" in str(stopped.error)
    assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"


async def test_memory_output_and_processes_have_limits(sandbox: Sandbox) -> None:
    assert isinstance((await run(sandbox, "b = bytearray(2_000_000_000); b[::4096] = b'x' * len(b[::4096])")).error,
                      (OutOfMemory, CodeFailed))  # fmt: skip
    assert isinstance((await run(sandbox, "while True: print('x' * 10_000)")).error, OutputFlood)
    forks = "import os, time\nfor number in range(500):\n    if os.fork() == 0:\n        time.sleep(60)"
    failed = (await run(sandbox, forks)).error
    assert isinstance(failed, CodeFailed)
    assert failed.name == "BlockingIOError"


ESCAPES = {
    "network": "import socket; socket.create_connection(('1.1.1.1', 443), timeout=2)",
    "token": "open('/var/run/secrets/kubernetes.io/serviceaccount/token').read()",
    "root": "open('/opt/guest/x', 'w')",
    "user": "import os; os.setuid(0)",
    "mount": "import ctypes, os\nif ctypes.CDLL(None, use_errno=True).mount(b'/tmp', b'/work', None, 4096, None):\n"
    "    raise PermissionError",
    "namespace": "import ctypes\nif ctypes.CDLL(None, use_errno=True).unshare(0x10000000): raise PermissionError",
    "relay": "import os; open('/proc/1/mem', 'rb').read(1)",
}


async def test_code_gets_out_by_none_of_these_ways(sandbox: Sandbox) -> None:
    for name, code in ESCAPES.items():
        failed = (await run(sandbox, code)).error
        assert isinstance(failed, CodeFailed), (name, failed)
        assert failed.name in {"OSError", "PermissionError", "FileNotFoundError"}, (name, failed)


def _sidecar(pod: dict[str, Any]) -> None:
    pod["spec"]["containers"].append(pod["spec"]["containers"][0] | {"name": "proxy"})


def _privileged(pod: dict[str, Any]) -> None:
    pod["spec"]["containers"][0]["securityContext"]["privileged"] = True


def _host_network(pod: dict[str, Any]) -> None:
    pod["spec"]["hostNetwork"] = True


def _token(pod: dict[str, Any]) -> None:
    pod["spec"]["volumes"].append({"name": "token", "projected": {"sources": []}})


def _label(pod: dict[str, Any]) -> None:
    del pod["metadata"]["labels"]["app.kubernetes.io/name"]


def _more_memory(pod: dict[str, Any]) -> None:
    pod["spec"]["containers"][0]["resources"]["limits"]["memory"] = "64Gi"


def _host_users(pod: dict[str, Any]) -> None:
    pod["spec"]["hostUsers"] = True


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_sidecar, "spec.containers"),
        (_privileged, "spec.containers.securityContext.privileged"),
        (_host_network, "spec.hostNetwork"),
        (_token, "spec.volumes"),
        (_label, "label app.kubernetes.io/name"),
        (_more_memory, "spec.containers.resources.limits.memory"),
        (_host_users, "spec.hostUsers"),
    ],
)
async def test_a_pod_that_was_changed_on_its_way_is_refused(cluster: TestCluster, change: Any, named: str) -> None:
    cluster.faults.changes.append(change)
    del cluster.objects["namespaces"][NAMESPACE]["metadata"]["labels"]  # else the server itself refuses some of these
    error = await error_of()
    assert isinstance(error, NotIsolated), error
    assert named in error.message


async def test_a_pod_that_reaches_anything_is_thrown_away(cluster: TestCluster) -> None:
    cluster.faults.policies_enforced = False
    with listening(cluster) as address:
        error = await error_of()
    assert isinstance(error, NotIsolated), error
    assert address in error.message


@contextlib.contextmanager
def listening(cluster: TestCluster) -> Iterator[str]:
    """Something that a pod with a network can reach: where it finds the API server."""
    gateway = engine_address(docker.connect())
    with socket.create_server((gateway, 0)) as server:
        cluster.node.service = server.getsockname()[:2]
        yield f"{gateway}:{server.getsockname()[1]}"


async def test_a_pod_that_is_against_the_restricted_standard_is_refused_by_the_cluster(cluster: TestCluster) -> None:
    cluster.faults.changes.append(_privileged)
    message = (await error_of()).message
    assert "refused to create pods" in message
    assert 'violates PodSecurity "restricted:latest": privileged of sandbox' in message


async def test_a_node_without_user_namespaces_is_told_and_one_that_passes_over_the_wish_is_noticed(
    cluster: TestCluster,
) -> None:
    cluster.faults.user_namespaces = True
    assert "user namespaces are not supported" in (await error_of()).message
    cluster.faults.node_ignores_users = True
    error = await error_of()
    assert isinstance(error, NotIsolated)
    assert "(user namespace)" in error.message
    assert 'hostUsers: "true"' in error.next_step
    cluster.put("configmaps", "analyst-magic-sandbox", data={"hostUsers": "true"})
    async with sandbox_of() as sandbox:
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"


async def test_a_policy_is_made_where_there_is_none_and_one_that_opens_the_network_is_refused(
    cluster: TestCluster,
) -> None:
    async with sandbox_of() as sandbox:
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"
    assert list(cluster.objects["networkpolicies"]) == ["analyst-magic-sandbox"]
    cluster.put("networkpolicies", "open", spec={"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]})
    error = await error_of()
    assert isinstance(error, NotIsolated)
    assert "open lets sandboxes" in error.message


async def test_without_a_policy_and_without_the_right_to_make_one_nothing_runs(cluster: TestCluster) -> None:
    cluster.faults.denied.add(("create", "networkpolicies"))
    error = await error_of()
    assert isinstance(error, NotIsolated)
    assert "may not create networkpolicies" in error.message


@pytest.mark.parametrize("right", [("create", "pods"), ("create", "pods/attach"), ("list", "networkpolicies")])
async def test_a_missing_right_is_named(cluster: TestCluster, right: tuple[str, str]) -> None:
    cluster.faults.denied.add(right)
    assert f"You may not {right[0]} {right[1]} in the namespace analyst" in (await error_of()).message


async def test_each_thing_that_a_cluster_refuses_is_told_with_its_next_step(
    cluster: TestCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = await error_of(image="registry.example/analyst:1")
    assert isinstance(missing, ImageMissing)
    assert "registry.example/analyst:1 (ErrImagePull)" in missing.message
    cluster.faults.max_pods = 0
    assert "has no room for another sandbox: pods" in (await error_of()).message
    cluster.faults.max_pods, cluster.faults.node_memory = 20, 1_000
    assert "Insufficient memory" in (await error_of(replace(LIMITS, start_timeout=1.0))).message
    cluster.faults.node_memory = 64_000_000_000
    cluster.put("configmaps", "analyst-magic-sandbox", data={"seccompProfile": "nowhere.json"})
    assert "cannot load seccomp profile nowhere.json" in (await error_of()).message
    monkeypatch.setenv("ANALYST_KUBERNETES_NAMESPACE", "elsewhere")
    assert "The namespace elsewhere is not there." in (await error_of()).message


async def test_a_runtime_class_is_used_and_one_that_is_not_there_is_told(cluster: TestCluster) -> None:
    cluster.put("runtimeclasses", "plain", handler="runc")
    limited = replace(LIMITS, pids=32)
    sandbox = Sandbox(KubernetesProvider(limited, runtime="plain"), limited)
    try:
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"
        assert "its runtime is plain" in sandbox.provider.isolation
        (pod,) = cluster.objects["pods"].values()
        assert pod["spec"]["runtimeClassName"] == "plain"
    finally:
        await sandbox.close()
    cluster.put("configmaps", "analyst-magic-sandbox", data={"runtimeClassName": "gvisor"})
    assert 'RuntimeClass "gvisor" not found' in (await error_of()).message


async def test_no_configuration_and_no_server_are_each_told(
    cluster: TestCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = cluster.kubeconfig.read_text()
    (tmp_path / "away").write_text(text.replace(str(cluster.port), "1"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "away"))
    assert "The API server https://127.0.0.1:1 does not answer" in (await error_of()).message
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    error = await error_of()
    assert isinstance(error, EngineUnavailable)
    assert "Set KUBECONFIG" in error.next_step


async def test_an_api_server_that_a_network_policy_hides_is_given_up_soon(
    cluster: TestCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyst_cluster, "CONNECT_SECONDS", 0.5)
    with contextlib.ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # more than it holds: what comes after these gets no answer at all
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())
        text = cluster.kubeconfig.read_text().replace(str(cluster.port), str(silent.getsockname()[1]))
        (tmp_path / "hidden").write_text(text)
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "hidden"))
        began = time.monotonic()
        assert "does not answer" in (await error_of(replace(LIMITS, engine_timeout=60.0))).message
        assert time.monotonic() - began < 30


async def test_the_runtimes_own_filter_is_told_of_and_the_stream_is_that_of_version_5(cluster: TestCluster) -> None:
    async with sandbox_of() as sandbox:
        assert "the runtime's own system-call filter" in (await run(sandbox, "1")).notes[0]
    assert cluster.protocols[-1] == CHANNEL


async def test_our_own_filter_is_used_where_the_administrator_has_installed_it(cluster: TestCluster) -> None:
    cluster.node.seccomp.joinpath("ours.json").write_text((source_directory() / "seccomp.json").read_text())
    cluster.put("configmaps", "analyst-magic-sandbox", data={"seccompProfile": "ours.json", "image": docker.IMAGE})
    async with sandbox_of() as sandbox:
        done = await run(sandbox, "40 + 2")
        assert done.outputs[0].data == "42"
        assert not done.notes
        (pod,) = cluster.objects["pods"].values()
        assert pod["spec"]["securityContext"]["seccompProfile"]["localhostProfile"] == "ours.json"


async def test_an_eviction_and_a_server_that_goes_away_in_mid_run_are_told_and_the_next_question_works(
    sandbox: Sandbox, cluster: TestCluster
) -> None:
    await sandbox.start()
    running = asyncio.ensure_future(run(sandbox, "import time; time.sleep(60)"))
    await asyncio.to_thread(cluster.evict, sandbox.id, "The node was low on resource: memory.")
    evicted = (await running).error
    assert isinstance(evicted, SandboxLost)
    assert "The cluster evicted the sandbox" in evicted.message
    await sandbox.start()
    running = asyncio.ensure_future(run(sandbox, "import time; time.sleep(60)"))
    await asyncio.to_thread(cluster.drop_streams)
    assert isinstance((await running).error, SandboxLost)
    assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"


async def test_an_api_server_that_goes_away_is_told_and_its_pod_is_removed_once_it_is_back(
    cluster: TestCluster,
) -> None:
    async with sandbox_of() as sandbox:
        await sandbox.start()
        first = sandbox.id
        running = asyncio.ensure_future(run(sandbox, "import time; time.sleep(60)"))
        cluster.faults.away = True
        await asyncio.to_thread(cluster.drop_streams)
        error = (await running).error
        assert isinstance(error, SandboxLost)
        assert "API server went away while the code ran" in error.message
        error = (await run(sandbox, "1")).error
        assert isinstance(error, EngineUnavailable)
        assert "does not answer" in error.message
        cluster.faults.away = False
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"
        assert set(cluster.objects["pods"]) == {sandbox.id} != {first}


@pytest.fixture
def inside(cluster: TestCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestCluster]:
    """As in a pod of the cluster that has a service account, and no other configuration."""
    monkeypatch.delenv("KUBECONFIG")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(cluster.port))
    monkeypatch.setenv("HOSTNAME", "notebook")
    monkeypatch.setattr(account, "FOLDER", cluster.account())
    cluster.put("pods", "notebook", spec={}, status={"phase": "Running"})
    cluster.objects["pods"]["notebook"]["metadata"]["uid"] = "the-notebook's"
    yield cluster
    del cluster.objects["pods"]["notebook"]


async def test_inside_a_cluster_that_allows_it_auto_takes_pods_that_go_with_the_notebooks_and_nothing_weaker_follows(
    inside: TestCluster,
) -> None:
    sandbox = Sandbox(choose("auto", LIMITS), LIMITS)
    try:
        done = await run(sandbox, "40 + 2")
        assert done.outputs[0].data == "42"
        assert sandbox.provider.name == "kubernetes"
        assert inside.objects["pods"][sandbox.id]["metadata"]["ownerReferences"] == [
            {"apiVersion": "v1", "kind": "Pod", "name": "notebook", "uid": "the-notebook's"}
        ]
        await sandbox.reset()
        inside.faults.denied.add(("create", "pods"))
        assert "You may not create pods" in str((await run(sandbox, "1")).error)
        assert sandbox.provider.name == "kubernetes"
    finally:
        await sandbox.close()


async def test_inside_a_cluster_that_does_not_allow_it_auto_says_so_and_takes_the_next(inside: TestCluster) -> None:
    inside.faults.denied |= {("create", "pods/attach"), ("list", "networkpolicies")}
    sandbox = Sandbox(choose("auto", LIMITS), LIMITS)
    try:
        done = await run(sandbox, "40 + 2")
        assert (done.outputs[0].data, done.sandbox) == ("42", "docker")
        assert "You may not create pods/attach, list networkpolicies in the namespace analyst." in done.notes[0]
    finally:
        await sandbox.close()
    rights = [check for check in KubernetesKind().checks(SandboxOptions(), automatic=True) if check.name == "rights"]
    assert rights[0].state == "warn"
    assert "another sandbox takes its place" in rights[0].found


async def test_a_spare_takes_over_after_a_reset(cluster: TestCluster) -> None:
    async with sandbox_of(spares=1) as sandbox:
        await run(sandbox, "1")
        await until(lambda: sandbox.spares == 1, 30, "no spare came up")
        first = sandbox.id
        await sandbox.reset()
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"
        assert sandbox.id != first


async def test_what_kubectl_applies_of_ours_gives_all_the_rights_that_sandboxes_need(
    cluster: TestCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kubectl judges the server of these tests as well: it lists, applies and deletes there."""
    environment = {"KUBECONFIG": str(cluster.kubeconfig)}

    def kubectl(*arguments: str) -> str:
        done = cluster_tools.run("kubectl", *arguments, environment=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    apply = ("apply", "--validate=false", "--kustomize", str(DEPLOY))
    assert "networkpolicy.networking.k8s.io/analyst-magic-sandbox created" in kubectl(*apply)
    assert "role.rbac.authorization.k8s.io/analyst-magic-sandbox unchanged" in kubectl(*apply)
    monkeypatch.setenv("ANALYST_KUBERNETES_NAMESPACE", "analyst-magic")
    cluster.faults.role = "analyst-magic-sandbox"
    async with sandbox_of(image=docker.IMAGE) as sandbox:
        sandbox.provider.prepare()
        assert (await run(sandbox, "40 + 2")).outputs[0].data == "42"
        pods = await asyncio.to_thread(kubectl, "get", "pods", "--namespace=analyst-magic", "--output=name")
        assert pods == f"pod/{sandbox.id}\n"
        await asyncio.to_thread(kubectl, "delete", "--namespace=analyst-magic", "--wait=false", pods.strip())
        await until(lambda: not sandbox.running, 20, "the deleted pod's stream did not end")
        again = await run(sandbox, "40 + 2")
        assert again.outputs[0].data == "42"
        assert "The sandbox had ended since the last run" in again.notes[0]


async def test_pods_whose_process_is_gone_are_removed_and_those_of_other_machines_are_not(
    sandbox: Sandbox, cluster: TestCluster
) -> None:
    await sandbox.start()
    labels = {**LABELS, OWNER: f"999999999.1.{docker.owner.boot()}"}
    for name, host in (("gone", host_label()), ("elsewhere", "another-pod-of-the-same-node")):
        cluster.put("pods", name, spec={}, status={"phase": "Running"})
        cluster.objects["pods"][name]["metadata"]["labels"] = labels | {HOST: host}
    kind = KubernetesKind()
    assert {found.id for found in kind.running() if found.orphan} == {"gone"}
    assert kind.remove_orphans() == 1
    assert set(cluster.objects["pods"]) == {sandbox.id, "elsewhere"}
    del cluster.objects["pods"]["elsewhere"]


def test_the_doctor_says_which_rights_policies_and_runtime_classes_there_are(cluster: TestCluster) -> None:
    cluster.faults.denied |= {("delete", "pods"), ("create", "networkpolicies")}
    cluster.put("runtimeclasses", "gvisor", handler="runsc")
    checks = {check.name: check for check in KubernetesKind().checks(SandboxOptions(), automatic=False)}
    assert checks["cluster"].state == "pass"
    assert "you may not delete pods" in checks["rights"].found
    assert "none closes the network" in checks["network policy"].found
    assert checks["system-call filter"].state == "warn"
    assert checks["runtime classes"].found == "gvisor"


def test_the_doctor_says_what_the_api_server_makes_of_a_pod_and_whether_it_has_user_namespaces(
    cluster: TestCluster,
) -> None:
    def checks() -> dict[str, Check]:
        return {check.name: check for check in KubernetesKind().checks(SandboxOptions(), automatic=False)}

    found = checks()
    assert found["pod"].state == "pass"
    assert "v1.37.0-test has none" in found["user namespaces"].found
    cluster.faults.user_namespaces = True
    assert checks()["user namespaces"].state == "pass"
    cluster.put("configmaps", "analyst-magic-sandbox", data={"hostUsers": "true"})
    assert "as the config map says" in checks()["user namespaces"].found
    cluster.faults.changes.append(_sidecar)
    assert "spec.containers" in checks()["pod"].found
