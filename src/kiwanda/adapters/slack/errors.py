"""Which of Slack's answers are worth another try."""

from __future__ import annotations

#: Words an incoming webhook answers with when the same post would be refused again.
PERMANENT = frozenset(
    {"invalid_payload", "invalid_blocks", "no_text", "too_many_attachments", "msg_too_long", "invalid_blocks_format"}
)


def is_permanent(http_status: int, word: str) -> bool:
    """A wrong or revoked address (403, 404, 410) is the operator's to mend: notices wait for that."""
    return http_status == 400 and word.strip() in PERMANENT
