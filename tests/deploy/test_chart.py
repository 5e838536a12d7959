"""The chart: what it renders is right by Kubernetes' schemas, shut in, and taken by the service."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.text.diagnostics import render
from server.identity.caller import CallerLimits
from server.identity.callers import read_callers
from server.identity.watched import FileError
from server.settings.config import SettingsError, settings_from
from tests.deploy.conftest import ran, tool

VERSIONS = ("1.27", "1.33")
"""The oldest that the chart takes, and a newer one."""

EXAMPLES = ("sqlite", "postgresql", "everything")

Docs = list[dict[str, Any]]


@pytest.fixture(scope="module")
def chart(repo_root: Path) -> Path:
    """Its folder."""
    return repo_root / "deploy/helm/linkage"


def helm(chart: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `helm template` makes of it; its outcome, whatever it is."""
    command = [str(tool("helm")), "template", "court", str(chart), "--kube-version", "1.33.0", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(params=EXAMPLES)
def rendered(request: pytest.FixtureRequest, chart: Path) -> Docs:
    """The objects of each example of the chart."""
    done = helm(chart, "--values", str(chart / f"ci/{request.param}-values.yaml"))
    assert done.returncode == 0, done.stderr
    return [item for item in yaml.safe_load_all(done.stdout) if item]


@pytest.mark.parametrize("example", EXAMPLES)
def test_helm_finds_nothing(chart: Path, example: str) -> None:
    ran(tool("helm"), "lint", "--strict", "--values", f"ci/{example}-values.yaml", ".", folder=chart)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_would_take_it(rendered: Docs, version: str) -> None:
    validate: Any = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    for item in rendered:
        if item["apiVersion"].startswith("monitoring.coreos.com/"):
            continue  # of the operator's own kinds
        validate.validate(item, version, strict=True)


def pods(rendered: Docs) -> Iterator[dict[str, Any]]:
    """The pod specs of what was rendered."""
    for item in rendered:
        if item["kind"] == "Deployment":
            yield item["spec"]["template"]["spec"]
        elif item["kind"] == "Pod":
            yield item["spec"]


def test_pods_are_restricted(rendered: Docs) -> None:
    """By the restricted profile of the Pod Security Standards, and a file system that is read only."""
    found = list(pods(rendered))
    assert len(found) == 2
    for pod in found:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["resources"]["limits"]["memory"]
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
        kinds = {kind for volume in pod.get("volumes", ()) for kind in volume if kind != "name"}
        assert kinds <= {"configMap", "secret", "emptyDir", "persistentVolumeClaim"}


def test_every_mount_has_its_volume_and_every_port_its_container(rendered: Docs) -> None:
    pod = next(pods(rendered))
    (container,) = pod["containers"]
    mounted = [mount["name"] for mount in container["volumeMounts"]]
    assert sorted(mounted) == sorted(volume["name"] for volume in pod["volumes"])
    named = {port["name"] for port in container["ports"]}
    for item in rendered:
        if item["kind"] == "Service":
            assert {port["targetPort"] for port in item["spec"]["ports"]} <= named


def test_its_files_are_taken_by_the_service(rendered: Docs, tmp_path: Path) -> None:
    data = next(item["data"] for item in rendered if item["kind"] == "ConfigMap")
    for name, text in data.items():
        (tmp_path / name).write_text(text)
    try:
        settings = settings_from(tmp_path / "linkage.yaml")
        if "callers.yaml" in data:
            assert read_callers(tmp_path / "callers.yaml", CallerLimits(1, 1, 1, 1)).callers
    except (SettingsError, FileError) as error:
        pytest.fail("\n".join(render(item, "en") for item in error.faults))
    pod = next(pods(rendered))
    assert pod["terminationGracePeriodSeconds"] > settings.notice_seconds + settings.grace_seconds + 10
    mounts = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]]
    files = [
        settings.tls.certificate,
        settings.tls.client_ca,
        settings.identity.keys,
        settings.identity.callers,
    ]
    files += [settings.log.keys, *re.findall(r"password_file=(.*)", settings.database)]
    for file in files:
        assert file in ("", "auto") or str(Path(file).parent) in mounts, file


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "set database.url (PostgreSQL), or replicas: 1"),
        (["replicas=1"], "set tls.secretName"),
        (["replicas=1", "tls.secretName=x"], "set identity.callers"),
        (["database.url=postgresql://u@h/d", "insecure=true"], "linkage log new-keys"),
        (["database.url=postgresql://u:secret@h/d"], "does not match pattern"),
        (["replicas=1", "insecure=true", "autoscaling.enabled=true"], "set database.url"),
        (["replicas=0"], "/replicas"),
        (["replica=1"], "'replica' not allowed"),
        (["image.digest=sha256:1"], "/image/digest"),
        (["replicas=1", "insecure=true", "rules.files.a\\.yml=x"], "a.yml"),
    ],
    ids=lambda value: " ".join(value) or "defaults" if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_with_what_to_do(chart: Path, words: list[str], said: str) -> None:
    done = helm(chart, *(part for word in words for part in ("--set", word)))
    assert done.returncode != 0
    assert said in done.stderr


def test_a_value_is_in_the_schema_and_has_a_default(chart: Path) -> None:
    schema = json.loads((chart / "values.schema.json").read_text())
    values = yaml.safe_load((chart / "values.yaml").read_text())

    def names(schema: dict[str, Any], values: Any, place: str = "") -> Iterator[str]:
        known = schema.get("properties", {})
        if known and isinstance(values, dict):
            yield from (f"{place}.{name}" for name in set(known) ^ set(values))
            for name in set(known) & set(values):
                yield from names(known[name], values[name], f"{place}.{name}")

    assert list(names(schema, values)) == [".global"]


def test_the_chart_is_of_the_release(repo_root: Path, chart: Path) -> None:
    version = re.search(r'^version = "(.+)"$', (repo_root / "pyproject.toml").read_text(), re.MULTILINE)
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    assert version is not None
    assert about["appVersion"] == version[1]
