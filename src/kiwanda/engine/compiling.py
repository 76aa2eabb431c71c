"""The one way the engine compiles its inner loops."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from numba import config, njit

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}

_PACKAGE = Path(__file__).parent
_PREFIX = "kiwanda-engine-"
#: Numba's own setting; its stubs do not know it.
_SETTING = "CACHE_DIR"


def compiled(function: Callable[..., Any]) -> Any:
    """Compile with Numba: without the interpreter lock, and kept on disk where there is a place to write.

    Where neither the package's folder nor the user's cache folder can be written (a locked-down container without a
    home; ``NUMBA_CACHE_DIR`` can name another), Numba refuses to cache at all; then each process compiles for itself.
    """
    before = str(getattr(config, _SETTING, ""))
    setattr(config, _SETTING, cache_folder(before) or before)
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:
        return njit(**OPTIONS)(function)
    finally:
        setattr(config, _SETTING, before)


@lru_cache(maxsize=4)
def cache_folder(given: str = "") -> str:
    """A folder for compiled code of exactly these sources, in ``given`` or beside the package; empty: none can be had.

    Numba compiles a function anew when its own file changes, not when a file it calls into does: after an update of the
    engine old and new code would run mixed. A folder for each state of the sources rules that out.
    """
    state = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        state.update(path.relative_to(_PACKAGE).as_posix().encode())
        state.update(path.read_bytes())
    base = Path(given) if given else _PACKAGE / "__pycache__"
    folder = base / f"{_PREFIX}{state.hexdigest()[:16]}"
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            if not given:
                # Only this installation writes here: what older sources left is of no use to anybody.
                for old in base.glob(f"{_PREFIX}*"):
                    if old != folder:
                        shutil.rmtree(old, ignore_errors=True)
    except OSError:
        return ""
    return str(folder)
