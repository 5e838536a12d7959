"""A bundle: the same rules give the same bytes; what is not to the byte what it says is none."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from policy.bundle import BundleError, build, opened, rebuilt
from policy.bundle.archive import packed, unpacked
from policy.bundle.manifest import NAME
from policy.text.diagnostics import PackError
from tests.server.publishing.office import HEAD, SMALL, bundle_of

FILES = {"rules/a.yaml": "甲".encode(), "rules/b/c.yaml": b"", NAME: b"{}"}


def test_the_form_of_the_archive_is_fixed() -> None:
    """Whatever changes this digest changes the digest of every bundle."""
    import hashlib

    data = packed(FILES)
    assert hashlib.sha256(data).hexdigest() == (
        "1d9e394c64e94bb7e8222d4f7e09a71f48c668efd902c5e60b1d3dd68d7f4d1a"
    )
    assert unpacked(data) == FILES


def test_the_same_rules_give_the_same_bytes(tmp_path: Path, editions: Path) -> None:
    """Elsewhere, with line ends of another system, in a process of another seed."""
    first = bundle_of(editions, 1)
    folder = tmp_path / "elsewhere"
    shutil.copytree(editions / "edition-1", folder)
    for path in folder.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    code = "import sys, pathlib, policy.bundle as b; print(b.build(pathlib.Path(sys.argv[1])).digest)"
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ".:proto/gen", "PYTHONHASHSEED": "7"},
    )
    assert run.stdout.strip() == first.digest
    found = opened(first.data)
    assert found.manifest == first.manifest
    assert rebuilt(found).data == first.data
    assert found.manifest.programs == ("qiaonan",)
    assert {name for name in found.texts if name not in found.served} == {"qiaonan/tests/notify.yaml"}


@pytest.mark.parametrize(
    "name", ["../up.yaml", "/top.yaml", "a//b", "a\\b", "", "dir/", ".hidden", "a/.b", "C:x"]
)
def test_a_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        packed({name: b""})


def altered(data: bytes, name: str, text: bytes | None) -> bytes:
    """A bundle with another file of a name, none for None."""
    files = unpacked(data) | ({} if text is None else {name: text})
    if text is None:
        del files[name]
    return packed(files)


@pytest.mark.parametrize("name", [f"rules/{HEAD}", "program/qiaonan.binpb", "rules/vocabulary.yaml"])
@pytest.mark.parametrize("text", [b"altered", None])
def test_a_file_that_the_manifest_does_not_name_is_refused(
    name: str, text: bytes | None, editions: Path
) -> None:
    with pytest.raises(BundleError) as caught:
        opened(altered(bundle_of(editions, 1).data, name, text))
    assert (caught.value.code, caught.value.details["name"]) == ("LNK452", name)


def test_a_program_of_other_rules_is_refused(editions: Path) -> None:
    """Put together with care: each file is named rightly, and the program is not that of these rules."""
    first = bundle_of(editions, 1)
    files = unpacked(first.data)
    files["program/qiaonan.binpb"] += b"\x00"
    manifest = first.manifest
    names = {name: data for name, data in files.items() if name != NAME}
    from dataclasses import replace
    from hashlib import sha256

    digests = {name: sha256(data).hexdigest() for name, data in names.items()}
    forged = packed(names | {NAME: replace(manifest, files=digests).text()})
    with pytest.raises(BundleError) as caught:
        rebuilt(opened(forged))
    assert (caught.value.code, caught.value.details["name"]) == ("LNK453", "program/qiaonan.binpb")


def compressed(files: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        packed(FILES) + b"\x00",
        b"#!" + packed(FILES),
        packed(FILES)[:-1],
        compressed(FILES),
        compressed({"bomb": b"\x00" * 1_000_000}),
        packed({"rules/a.yaml": b""}),
        packed(FILES),
        packed({NAME: b"[" * 100_000}),
    ],
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError) as caught:
        opened(data)
    assert caught.value.code == "LNK451"


def test_a_later_form_asks_for_an_upgrade() -> None:
    with pytest.raises(BundleError) as caught:
        opened(packed({NAME: b'{"format": 2}'}))
    assert caught.value.code == "LNK479"


def test_rules_with_errors_and_drafts_are_in_no_bundle(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(SMALL, folder)
    (folder / "draft").mkdir()
    (folder / "draft" / "pack.yaml").write_text("status: draft\ndistrict: qiaobei\n")
    made = build(folder)
    assert [one.folder for one in made.drafts] == ["draft"]
    assert not [name for name in made.manifest.files if "draft" in name]
    (folder / HEAD).write_text("format: 1\n")
    with pytest.raises(PackError):
        build(folder)
