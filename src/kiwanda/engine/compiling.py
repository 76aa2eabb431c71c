"""The one way the engine compiles its inner loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def compiled(function: Callable[..., Any]) -> Any:
    """Compile with Numba: without the interpreter lock, and kept on disk where there is a place to write.

    Where neither the package's folder nor the user's cache folder can be written (a locked-down container without a
    home; ``NUMBA_CACHE_DIR`` can name another), Numba refuses to cache at all; then each process compiles for itself.
    """
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:
        return njit(**OPTIONS)(function)
