"""Settings from the environment (``KIWANDA_*``) with defaults that run the demo on a laptop."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The checkout's root when run from one; the working directory when installed as a package.
ROOT = Path(__file__).resolve().parents[3]


def _default_home() -> Path:
    return (ROOT if (ROOT / "run").exists() else Path.cwd()) / "var"


class Config(BaseSettings):
    """Every setting an operator can make. See docs/how-to/settings.md."""

    model_config = SettingsConfigDict(env_prefix="KIWANDA_", extra="ignore")

    home: Path = Field(default_factory=_default_home, description="Folder for the database, files and keys.")
    database_url: str = Field(default="", description="postgres://user:password@host/name; empty: SQLite in home.")
    mode: str = Field(default="demo", description="demo or production.")
    secret_key: str = Field(default="", description="Django's secret; empty: made once and kept in home/keys.")
    vault_keys: str = Field(default="", description="Comma-separated Fernet keys, newest first; empty: made once.")
    allowed_hosts: str = Field(default="localhost,127.0.0.1,[::1]", description="Host names, comma-separated.")
    public_url: str = Field(default="http://127.0.0.1:8300", description="Where QR codes and links point.")
    debug: bool = False
    log_json: bool = False

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    def secret(self) -> str:
        return self.secret_key or _kept(self.home / "keys" / "secret_key", lambda: secrets.token_urlsafe(48))

    def vault(self) -> list[str]:
        text = self.vault_keys or _kept(self.home / "keys" / "vault_keys", lambda: Fernet.generate_key().decode())
        return [key.strip() for key in text.split(",") if key.strip()]


def _kept(path: Path, make: object) -> str:
    """The text in ``path``, made once with owner-only rights; two processes starting together agree on one value."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = make()  # type: ignore[operator]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as stream:
        stream.write(value)
    return str(value)
