"""What administrators apply to a cluster, judged by kubectl, helm and the official schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster_tools import run

kubernetes_validate = pytest.importorskip("kubernetes_validate")

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
