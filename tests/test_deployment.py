"""What administrators apply to a cluster, judged by kubectl, helm and the official schemas."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster_tools import run

kubernetes_validate = pytest.importorskip("kubernetes_validate")
pytest.importorskip("kubernetes")

from jupyter_server.serverapp import ServerApp  # noqa: E402
from kubernetes_pods import unrestricted  # noqa: E402

from analyst_magic.packages import source_directory  # noqa: E402
from analyst_magic.sandbox.kubernetes.pod import LABELS, NAME  # noqa: E402
from analyst_magic.sandbox.kubernetes.policy import closed, loosening  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
KUSTOMIZE, CHART = ROOT / "deploy" / "kubernetes", ROOT / "deploy" / "helm" / "analyst-magic"
Objects = dict[tuple[str, str], dict[str, Any]]
VALUES = {
    "plain": {"image": "r.example/sandbox:1"},
    "all": {
        "image": "r.example/sandbox:1", "imagePullSecrets": ["one", "two"], "runtimeClassName": "gvisor",
        "hostUsers": True, "subjects": [{"name": "a"}, {"name": "hub", "namespace": "jupyter"}], "quota": {},
        "createServiceAccount": False, "seccomp": {"profile": "analyst-magic.json"},
    },
    "installer": {"image": "r.example/sandbox:1", "seccomp": {"install": True, "namespace": "nodes"}},
    "server": {
        "image": "r.example/sandbox:1", "imagePullSecrets": ["one"],
        "server": {"enabled": True, "image": "r.example/lab:1", "tokenSecret": "token", "keysSecret": "keys"},
    },
}  # fmt: skip


def objects(text: str) -> Objects:
    """The objects of a rendered text, each held against the official schema."""
    found: Objects = {}
    for item in filter(None, yaml.safe_load_all(text)):
        kubernetes_validate.validate(item, "1.37", strict=True)
        found[item["kind"], item["metadata"]["name"]] = item
    return found


def rendered(folder: Path, *options: str) -> Objects:
    done = run("kubectl", "kustomize", *options, str(folder))
    assert done.returncode == 0, done.stderr
    return objects(done.stdout)


def chart(tmp_path: Path, values: dict[str, Any]) -> Any:
    path = tmp_path / "values.json"
    path.write_text(json.dumps(values))
    return run("helm", "template", "r", str(CHART), "--namespace", "analyst-magic", "--values", str(path))


def test_the_manifests_are_valid_and_close_the_network_and_give_the_least_rights() -> None:
    found = rendered(KUSTOMIZE)
    policies = [item for (kind, _), item in found.items() if kind == "NetworkPolicy"]
    assert closed(policies, LABELS) == {"Ingress", "Egress"}
    assert not loosening(policies, LABELS)
    granted = {
        (verb, resource)
        for rule in found["Role", NAME]["rules"]
        for verb in rule["verbs"]
        for resource in rule["resources"]
    }
    from analyst_magic.sandbox.kubernetes.cluster import RIGHTS

    assert granted == set(RIGHTS)
    assert "ClusterRole" not in {kind for kind, _ in found}
    labels = found["Namespace", "analyst-magic"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_installer_puts_our_own_filter_on_the_nodes() -> None:
    found = rendered(KUSTOMIZE / "seccomp", "--load-restrictor", "LoadRestrictionsNone")
    (profile,) = (item["data"] for (kind, _), item in found.items() if kind == "ConfigMap")
    assert json.loads(profile["analyst-magic.json"]) == json.loads((source_directory() / "seccomp.json").read_text())


def test_the_chart_installs_the_same_filter_in_the_same_way_and_sandboxes_then_use_it(tmp_path: Path) -> None:
    found = objects(chart(tmp_path, VALUES["installer"]).stdout)
    assert found["ConfigMap", NAME]["data"]["seccompProfile"] == "analyst-magic.json"
    assert found["Namespace", "nodes"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"
    profile = found["ConfigMap", "analyst-magic-seccomp"]
    assert profile["metadata"]["namespace"] == "nodes"
    ours = (source_directory() / "seccomp.json").read_text()
    assert json.loads(profile["data"]["analyst-magic.json"]) == json.loads(ours)
    base = rendered(KUSTOMIZE / "seccomp", "--load-restrictor", "LoadRestrictionsNone")
    pods = [of["DaemonSet", "analyst-magic-seccomp"]["spec"]["template"]["spec"] for of in (found, base)]
    for pod in pods:
        del pod["volumes"][0]["configMap"]["name"]  # kustomize puts a digest into it
    assert pods[0] == pods[1]
    text = json.dumps(pods[0]["initContainers"][0]["command"])
    for folder in ("profile", "seccomp"):
        (tmp_path / folder).mkdir()
        text = text.replace(f"/{folder}/", f"{tmp_path}/{folder}/")
    (tmp_path / "profile" / "analyst-magic.json").write_text(ours)
    subprocess.run(json.loads(text), check=True)
    assert [path.name for path in (tmp_path / "seccomp").iterdir()] == ["analyst-magic.json"]


def test_the_charts_server_keeps_to_the_restricted_standard_and_the_quota(tmp_path: Path) -> None:
    found = objects(chart(tmp_path, VALUES["server"]).stdout)
    template = found["Deployment", "analyst-magic-server"]["spec"]["template"]
    pod, (container,) = template["spec"], template["spec"]["containers"]
    assert not unrestricted(pod)
    assert pod["serviceAccountName"] == found["RoleBinding", NAME]["subjects"][0]["name"]
    quota = {name.partition(".")[2] for name in found["ResourceQuota", NAME]["spec"]["hard"] if "." in name}
    assert quota <= {*container["resources"]["limits"]}, "the quota would refuse the server"
    assert found["Service", "analyst-magic-server"]["spec"]["selector"] == template["metadata"]["labels"]
    assert {pair["name"] for pair in container["env"]} == {"JUPYTER_TOKEN", "HOME", "ANALYST_SANDBOX"}
    for argument in container["args"]:
        owner, _, trait = argument.removeprefix("--").partition("=")[0].partition(".")
        assert owner == "ServerApp"
        assert trait in ServerApp.class_trait_names(config=True)


def test_a_server_without_an_image_or_a_token_is_refused(tmp_path: Path) -> None:
    for given, missing in (({}, "server.image"), ({"image": "i"}, "server.tokenSecret")):
        done = chart(tmp_path, {"image": "i", "server": {"enabled": True, **given}})
        assert done.returncode == 1
        assert f"{missing} is needed" in done.stderr


@pytest.mark.parametrize("name", VALUES)
def test_the_chart_renders_what_the_manifests_say(tmp_path: Path, name: str) -> None:
    done = chart(tmp_path, VALUES[name])
    assert done.returncode == 0, done.stderr
    found, base = objects(done.stdout), rendered(KUSTOMIZE)
    assert found["Role", NAME]["rules"] == base["Role", NAME]["rules"]
    assert found["NetworkPolicy", NAME]["spec"] == base["NetworkPolicy", NAME]["spec"]
    data = found["ConfigMap", NAME]["data"]
    assert data["image"] == "r.example/sandbox:1"
    if name == "all":
        assert data == {
            "image": "r.example/sandbox:1", "imagePullSecrets": "one,two", "runtimeClassName": "gvisor",
            "hostUsers": "true", "seccompProfile": "analyst-magic.json",
        }  # fmt: skip
        assert {subject["namespace"] for subject in found["RoleBinding", NAME]["subjects"]} == {
            "analyst-magic", "jupyter"
        }  # fmt: skip


def test_the_chart_holds_to_the_rules_of_helm_and_refuses_values_that_nobody_reads(tmp_path: Path) -> None:
    done = run("helm", "lint", "--strict", str(CHART), "--set", "image=r.example/sandbox:1")
    assert done.returncode == 0, done.stdout
    for wrong in ({}, {"image": "i", "imagepullsecrets": ["one"]}, {"image": "i", "hostUsers": "yes"}):
        assert chart(tmp_path, wrong).returncode == 1
