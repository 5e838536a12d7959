"""The image: what the Dockerfile says, and, where LINKAGE_IMAGE names an image, what it does when it runs.

Building takes a container engine, a base image and the package index, so that it is not done here.
`LINKAGE_IMAGE=linkage .venv/bin/pytest tests/deploy/test_image.py` tries one that is there, with `docker` or
what CONTAINER_ENGINE names.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from server.settings.config import settings_from
from tests.deploy.conftest import Ran, ran, tool
from tests.server.waiting import SECONDS

HARDENED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]  # noqa: S108


@pytest.fixture(scope="module")
def dockerfile(repo_root: Path) -> str:
    """Its lines, continued ones joined, without comments."""
    lines = (repo_root / "deploy/Dockerfile").read_text().splitlines()
    kept = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return kept.replace("\\\n", " ")


def test_hadolint_finds_nothing(repo_root: Path) -> None:
    assert ran(tool("hadolint"), "deploy/Dockerfile", folder=repo_root).stdout == ""


def test_what_is_copied_is_there_and_not_ignored(repo_root: Path, dockerfile: str) -> None:
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    named = {name for line in sources for name in line.split()}
    assert [name for name in named if not (repo_root / name).exists()] == []
    kept = (repo_root / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in kept if line.startswith("!")}
    assert {name if "requirements" not in name else "requirements/*.txt" for name in named} == let_in


def test_both_stages_begin_with_the_image_that_is_asked_for(dockerfile: str) -> None:
    assert re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11-slim$", dockerfile, re.MULTILINE)
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


def test_its_settings_are_settings(repo_root: Path) -> None:
    settings = settings_from(repo_root / "deploy/linkage.yaml")
    assert (settings.address, settings.rules) == ("0.0.0.0:50051", "/etc/linkage/rules")


# ---- an image that was built


@pytest.fixture(scope="module")
def image() -> str:
    """The image to try."""
    name = os.environ.get("LINKAGE_IMAGE")
    if not name:
        pytest.skip("LINKAGE_IMAGE names no image to try")
    return name


def engine(*words: str) -> Ran:
    """Runs the container engine; its outcome, whatever it is."""
    program = str(tool(os.environ.get("CONTAINER_ENGINE", "docker")))
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


@pytest.fixture
def container(image: str) -> Iterator[str]:
    """The name of a container that serves, read-only and without any capability."""
    name = f"linkage-test-{uuid.uuid4().hex[:8]}"
    started = engine("run", "--detach", "--name", name, *HARDENED, "-e", "LINKAGE_INSECURE=true", image)
    assert started.returncode == 0, started.stderr
    try:
        yield name
    finally:
        engine("rm", "--force", "--volumes", name)


def wait_until_it_serves(container: str) -> None:
    end = time.monotonic() + SECONDS
    while engine("exec", container, "linkage", "health").returncode != 0:
        assert time.monotonic() < end, engine("logs", container).stderr


def test_it_does_not_serve_others_unprotected(image: str) -> None:
    refused = engine("run", "--rm", *HARDENED, image, "serve", "--lang", "en")
    assert refused.returncode == 2
    assert "LNK945" in refused.stderr


def test_it_serves_read_only_and_drains(container: str) -> None:
    wait_until_it_serves(container)
    assert engine("exec", container, "id", "--user").stdout.strip() == "10001"
    assert engine("exec", container, "linkage", "health", "--readyz").returncode == 0
    assert engine("exec", container, "touch", "/etc/linkage/new").returncode != 0
    assert engine("stop", "--time", "60", container).returncode == 0
    assert engine("inspect", "--format", "{{.State.ExitCode}}", container).stdout.strip() == "0"
    assert '"event":"stopped"' in "".join(engine("logs", container).stderr.split())


@pytest.mark.parametrize("program", ["pip", "pip3", "gcc", "cc", "make"])
def test_nothing_is_there_to_install_or_compile_with(image: str, program: str) -> None:
    words = ["run", "--rm", "--entrypoint", "/bin/sh", image, "-c", f"command -v {program}"]
    assert engine(*words).stdout == ""


def test_python_has_no_installer(image: str) -> None:
    for module in ("pip", "ensurepip", "setuptools"):
        words = ["run", "--rm", "--entrypoint", "python", image, "-c", f"import {module}"]
        assert "ModuleNotFoundError" in engine(*words).stderr


def test_labels_say_what_it_is(image: str) -> None:
    labels = yaml.safe_load(engine("inspect", "--format", "{{json .Config.Labels}}", image).stdout)
    assert labels["org.opencontainers.image.title"] == "Linkage"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
