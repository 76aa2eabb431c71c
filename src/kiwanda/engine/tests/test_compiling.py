"""Compiled code is kept for exactly the sources it came from."""

from __future__ import annotations

from numba import config

from kiwanda.engine import compiling


def test_a_change_anywhere_in_the_engine_gets_a_folder_of_its_own(tmp_path, monkeypatch):
    package = tmp_path / "engine"
    package.mkdir()
    (package / "callee.py").write_text("ONE = 1\n")
    monkeypatch.setattr(compiling, "_PACKAGE", package)
    compiling.cache_folder.cache_clear()
    try:
        first = compiling.cache_folder()
        compiling.cache_folder.cache_clear()
        assert compiling.cache_folder() == first
        (package / "callee.py").write_text("ONE = 2\n")
        compiling.cache_folder.cache_clear()
        second = compiling.cache_folder()
        assert second != first
        assert [path.name for path in (package / "__pycache__").iterdir()] == [second.rpartition("/")[2]]
        elsewhere = compiling.cache_folder(str(tmp_path / "shared"))
        assert elsewhere.startswith(str(tmp_path / "shared"))
    finally:
        compiling.cache_folder.cache_clear()


def test_where_nothing_can_be_written_there_is_no_folder_and_others_keep_their_own(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert compiling.cache_folder(str(tmp_path / "file" / "below")) == ""
    before = getattr(config, "CACHE_DIR", "")
    assert compiling.compiled(lambda x: x + 1)(1) == 2
    assert before == getattr(config, "CACHE_DIR", "")
