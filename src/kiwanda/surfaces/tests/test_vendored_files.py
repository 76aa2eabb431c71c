"""Every vendored front-end file is the one that was pinned, and nothing else lies in vendor/."""

from __future__ import annotations

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[4] / "vendor"
LICENCES = {"0BSD", "Apache-2.0", "ISC", "MIT", "OFL-1.1"}


def pinned() -> dict[str, tuple[str, str, str]]:
    rows = {}
    for line in (VENDOR / "HASHES.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            digest, name, package, licence = line.split("  ")
            rows[name] = (digest, package, licence)
    return rows


def test_every_hash_matches():
    wrong = [
        name
        for name, (digest, _, _) in pinned().items()
        if hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() != digest
    ]
    assert wrong == []


def test_nothing_unpinned_is_served():
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {"HASHES.txt"} == set(pinned())


def test_each_file_names_a_version_and_an_open_licence():
    for name, (_, package, licence) in pinned().items():
        assert package.rpartition("@")[2][0].isdigit(), name
        assert licence in LICENCES, name


def test_each_package_ships_its_licence_text():
    folders = {name.split("/")[0] for name in pinned()}
    for folder in folders:
        assert any(path.name.startswith(("LICENSE", "OFL")) for path in (VENDOR / folder).iterdir()), folder
