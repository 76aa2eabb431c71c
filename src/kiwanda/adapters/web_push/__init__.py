"""Web push: wake-ups for phones through their browsers' push services (RFC 8030, 8291, 8292)."""

from kiwanda.adapters.web_push.transport import WebPush

__all__ = ["WebPush"]
