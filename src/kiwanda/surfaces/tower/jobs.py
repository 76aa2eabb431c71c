"""The tower's own timer."""

from __future__ import annotations

from kiwanda.core import looks
from kiwanda.core.jobs import every


@every(seconds=24 * 3600)
def tidy_looks() -> int:
    """Forget old looks at personal data."""
    return looks.tidy()
