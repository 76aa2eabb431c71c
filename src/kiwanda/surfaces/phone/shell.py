"""The artisan's app as files: a page, two scripts (the second comes later), words, a service worker, a manifest.

Nothing here knows who is asking: the page is the same for everybody and is kept on the phone. Whatever has its hash in
its address is kept for ever; the page and the service worker are asked for anew and answered with 304 where nothing
changed. Every answer carries ``X-Kiwanda``, by which the app knows it from a captive portal's.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from kiwanda.surfaces.middleware import LANGUAGE_COOKIE
from kiwanda.surfaces.phone.bundling import Bundle, BundleError

HERE = Path(__file__).resolve().parent / "static" / "phone"
APP = HERE / "app"
LANGUAGES = ("sw", "en")
JAVASCRIPT = "text/javascript; charset=utf-8"
#: Hash of everything the app is made of, at the front of its cache's name.
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the app as it is sent: its bytes, the same packed by gzip, and the hash of them."""

    body: bytes
    packed: bytes
    content_type: str
    digest: str

    @classmethod
    def of(cls, text: str, content_type: str) -> Asset:
        body = text.encode()
        # mtime 0: the same text packs to the same bytes in every process.
        return cls(body, gzip.compress(body, 9, mtime=0), content_type, hashlib.sha256(body).hexdigest()[:DIGITS])


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything that belongs to one version of the app. ``addresses``: name → path with the hash in it."""

    assets: dict[str, Asset]
    addresses: dict[str, str]
    page: dict[str, Asset]
    worker: Asset
    manifest: Asset
    policy: str


def shell() -> Shell:
    """The app as its files say. Where the code may change under us (development) it is made anew when one did."""
    return _made(_newest() if settings.DEBUG else 0.0)


def _newest() -> float:
    watched = [*APP.rglob("*"), *(Path(__file__).resolve().parent / "templates" / "phone").glob("app*"), Path(__file__)]
    return max(path.stat().st_mtime for path in watched)


@cache
def _made(stamp: float) -> Shell:
    packages = {"htm/preact": _vendored("htm/standalone.module.js")}
    first = Bundle(APP, packages)
    first.add("main.js")
    known = frozenset(first.texts)
    later = Bundle(APP, packages, known)
    later.add("more.js")
    assets = {"app.js": Asset.of(first.text(), JAVASCRIPT), "more.js": Asset.of(later.text(), JAVASCRIPT)}
    for language in LANGUAGES:
        words = json.loads((APP / f"{language}.json").read_text(encoding="utf-8"))
        assets[f"{language}.json"] = Asset.of(
            json.dumps(words, ensure_ascii=False, separators=(",", ":")), "application/json"
        )
    addresses = {name: _address(name, asset.digest) for name, asset in assets.items()}
    style = re.sub(r"/\*.*?\*/|\n\s*", "", (APP / "app.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    old = (APP / "old.js").read_text(encoding="utf-8")
    old = "\n".join(line for line in old.splitlines() if line and not line.startswith("//"))
    page = {language: _page(language, addresses, style, old) for language in LANGUAGES}
    manifest = _manifest()
    everything = "".join(part.digest for part in (*assets.values(), *page.values()))
    listed = {
        "cache": hashlib.sha256(everything.encode()).hexdigest()[:DIGITS],
        "page": reverse("phone:app"),
        "app": addresses["app.js"],
        "more": addresses["more.js"],
        "words": {language: addresses[f"{language}.json"] for language in LANGUAGES},
        "icon": static("phone/icons/kiwanda-192.png"),
    }
    worker = Bundle(APP, packages, known)
    worker.add("worker.js")
    text = f"self.KW = {json.dumps(listed)};\nimportScripts(KW.app);\n{worker.text()}"
    script = b64encode(hashlib.sha256(old.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{script}'; style-src 'unsafe-inline'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )
    return Shell(assets, addresses, page, Asset.of(text, JAVASCRIPT), manifest, policy)


def _vendored(name: str) -> Path:
    found = finders.find(f"vendor/{name}")
    if found is None:
        raise BundleError(f"vendor/{name} is not there")
    return Path(found)


def _address(name: str, digest: str) -> str:
    stem, _, kind = name.rpartition(".")
    return reverse("phone:app_file", args=[f"{stem}.{digest}.{kind}"])


def _page(language: str, addresses: dict[str, str], style: str, old: str) -> Asset:
    words = {code: addresses[f"{code}.json"] for code in LANGUAGES}
    context = {"language": language, "app": addresses["app.js"], "more": addresses["more.js"], "words": words}
    context["first"] = words[language]
    text = render_to_string("phone/app.html", {**context, "style": style, "old": old})
    return Asset.of(text, "text/html; charset=utf-8")


def _manifest() -> Asset:
    icons = [
        {"src": static("phone/icons/kiwanda-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("phone/icons/kiwanda-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    start = reverse("phone:app")
    return Asset.of(
        json.dumps(
            {
                "id": start,
                "start_url": start,
                "scope": start,
                "name": "Kiwanda",
                "short_name": "Kiwanda",
                "lang": "sw",
                "display": "standalone",
                "orientation": "portrait",
                "background_color": "#f6f1e7",
                "theme_color": "#1f4d3b",
                "icons": icons,
            }
        ),
        "application/manifest+json",
    )


def _send(request: HttpRequest, asset: Asset, caching: str) -> HttpResponse:
    tag = quote_etag(asset.digest)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in (one.removeprefix("W/") for one in asked):
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(asset.packed, content_type=asset.content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(asset.body, content_type=asset.content_type)
    # Weak, because a proxy may pack or unpack it on the way.
    response.headers["ETag"] = f"W/{tag}"
    response.headers["Cache-Control"] = caching
    response.headers["X-Kiwanda"] = "1"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The app's page. Swahili, unless this browser chose English on the plain pages."""
    made = shell()
    language = request.COOKIES.get(LANGUAGE_COOKIE, "")
    response = _send(request, made.page[language if language in LANGUAGES else LANGUAGES[0]], "no-cache")
    response.headers["Content-Security-Policy"] = made.policy
    # The demo shows the app beside other phones on one of its own pages.
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it names every file of this version, so a new version is a new worker."""
    response = _send(request, shell().worker, "no-cache")
    response.headers["Service-Worker-Allowed"] = reverse("phone:app")
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the app among its own."""
    return _send(request, shell().manifest, "public, max-age=86400")


@require_safe
def app_file(request: HttpRequest, name: str) -> HttpResponse:
    """A script or a catalogue of words, by its hash; 404 for a version that is no more."""
    stem, _, rest = name.partition(".")
    digest, _, kind = rest.partition(".")
    asset = shell().assets.get(f"{stem}.{kind}")
    if asset is None or asset.digest != digest:
        raise Http404
    return _send(request, asset, "public, max-age=31536000, immutable")
