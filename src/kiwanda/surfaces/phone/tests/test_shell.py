"""The app's files: small, cacheable, the same words in both languages, and a bundler that refuses what it cannot do."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kiwanda.surfaces.phone import shell
from kiwanda.surfaces.phone.bundling import Bundle, BundleError

KIB = 1024


def words(language: str) -> dict[str, str]:
    return json.loads((shell.APP / f"{language}.json").read_text(encoding="utf-8"))


def test_the_first_load_is_small():
    made = shell.shell()
    first = [made.page["sw"], made.manifest, *(made.assets[name] for name in ("app.js", "sw.json"))]
    assert sum(len(asset.packed) for asset in first) <= 35 * KIB


def test_both_languages_have_every_sentence():
    swahili, english = words("sw"), words("en")
    assert list(swahili) == list(english)
    for key in swahili:
        assert set(re.findall(r"{\w+}", swahili[key])) == set(re.findall(r"{\w+}", english[key])), key
    source = "".join(path.read_text(encoding="utf-8") for path in shell.APP.rglob("*.js"))
    assert set(re.findall(r'\bt\("([a-z_]+)"', source)) <= set(swahili)


@pytest.mark.django_db
def test_a_file_with_its_hash_is_kept_for_ever_and_the_page_is_asked_for_anew():
    client = Client()
    page = client.get(reverse("phone:app"))
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["X-Kiwanda"] == "1"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    again = client.get(reverse("phone:app"), headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    script = shell.shell().addresses["app.js"]
    packed = client.get(script, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in packed.headers["Cache-Control"]
    assert gzip.decompress(packed.content) == client.get(script).content
    assert client.get(script.replace(".js", "0.js")).status_code == 404


def test_the_service_worker_may_serve_the_page():
    worker = Client().get(reverse("phone:app_worker"))
    assert worker.headers["Service-Worker-Allowed"] == reverse("phone:app")
    for address in shell.shell().addresses.values():
        assert address.encode() in worker.content


def test_the_bundle_keeps_order_and_names(tmp_path: Path):
    (tmp_path / "a.js").write_text('import { two as b } from "./sub/b.js";\n// gone\nexport const one = b + 1;\n')
    (tmp_path / "sub").mkdir()
    other = ['import { base } from "pkg";', "export function twice(n) {", "  return 2 * n;", "}"]
    (tmp_path / "sub" / "b.js").write_text("\n".join([*other, "export const two = twice(base);\n"]))
    (tmp_path / "pkg.js").write_text("var x=1;export{x as base};\n")
    bundle = Bundle(tmp_path, {"pkg": tmp_path / "pkg.js"})
    bundle.add("a.js")
    assert bundle.order == ["pkg", "sub/b.js", "a.js"]
    text = bundle.text()
    assert 'const {two:b} = $["sub/b.js"];' in text
    assert "return {base:x};" in text
    assert "gone" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('import x from "./b.js";', "cannot bundle"),
        ('import { a } from "./a.js";', "import each other"),
        ('import { a } from "./nowhere.js";', "not there"),
    ],
)
def test_what_cannot_be_bundled_is_refused(tmp_path: Path, text: str, why: str):
    (tmp_path / "a.js").write_text(text)
    with pytest.raises(BundleError, match=why):
        Bundle(tmp_path, {}).add("a.js")
