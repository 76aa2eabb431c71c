"""Pictures people sent: asked for by id, fetched from the address that is told, checked against their hash."""

from __future__ import annotations

import hashlib
from urllib.parse import quote, urlsplit

import httpx

from kiwanda.ports.messaging import FetchedPicture, Picture

TIMEOUT_SECONDS = 30.0
LARGEST = 8 * 1024 * 1024


class WhatsAppPictures:
    """Implements :class:`kiwanda.ports.messaging.PictureSource`.

    The token goes only to hosts in ``media_hosts`` (and the API's own), whatever address we are told.
    """

    def __init__(
        self,
        *,
        token: str,
        url: str = "https://graph.facebook.com/v25.0",
        media_hosts: tuple[str, ...] = ("fbsbx.com", "fbcdn.net", "whatsapp.net", "facebook.com"),
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url.rstrip("/")
        self._own = urlsplit(self._url).netloc
        self._hosts = media_hosts
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {token}"}, timeout=timeout_seconds, follow_redirects=False
        )

    def fetch(self, picture: Picture) -> FetchedPicture:
        """The picture's bytes, or why not."""
        try:
            told = self._client.get(f"{self._url}/{quote(picture.media_id, safe='')}")
            if told.status_code != 200:
                return FetchedPicture(None, f"HTTP {told.status_code}", permanent=told.status_code in (400, 404, 410))
            try:
                address = str(told.json()["url"])
            except (ValueError, KeyError, TypeError):
                return FetchedPicture(None, "the answer could not be read")
            if not self._trusted(address):
                return FetchedPicture(None, "the picture lies at a strange address", permanent=True)
            return self._bytes(address, picture)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return FetchedPicture(None, f"no answer: {type(fault).__name__}")

    def _bytes(self, address: str, picture: Picture) -> FetchedPicture:
        parts, size = [], 0
        with self._client.stream("GET", address) as answer:
            if answer.status_code != 200:
                return FetchedPicture(None, f"HTTP {answer.status_code}", permanent=answer.status_code in (404, 410))
            for part in answer.iter_bytes():
                size += len(part)
                if size > LARGEST:
                    return FetchedPicture(None, "the picture is larger than 8 MB", permanent=True)
                parts.append(part)
        data = b"".join(parts)
        if picture.sha256 and hashlib.sha256(data).hexdigest() != picture.sha256:
            return FetchedPicture(None, "the picture came broken")
        return FetchedPicture(data)

    def _trusted(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.netloc == self._own:
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and any(host == name or host.endswith("." + name) for name in self._hosts)
