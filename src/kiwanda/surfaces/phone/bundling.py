"""The app's JavaScript in as few files as a slow network wants, without a build step.

Modules are ordinary ES modules in ``static/phone/app``. At 600 ms a round trip, thirty of them would cost more than all
their bytes; so they are laid one after the other, each in a function of its own, and comments and indentation go. What
they may use of the module syntax is little and checked: ``import { a, b as c } from "…";`` on lines of their own, and
``export`` before a ``function``, ``class``, ``const`` or ``let`` at the beginning of a line. Vendored files end in one
``export{…}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

#: ``import { a, b as c } from "./x.js";`` and the minified ``import{a as b}from"preact";``
IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"([^"]+)";?', re.MULTILINE)
EXPORT = re.compile(r"^export\s+((?:async\s+)?function\*?|class|const|let)\s+([A-Za-z_$][\w$]*)", re.MULTILINE)
EXPORT_LIST = re.compile(r"\bexport\s*\{([^}]*)\};?")
EXPORT_DEFAULT = re.compile(r"\bexport default\s+")
COMMENTS = re.compile(r"^\s*(?://[^\n]*|/\*\*?(?:[^*]|\*(?!/))*\*/)\s*\n", re.MULTILINE)


class BundleError(Exception):
    """A module uses something the bundler does not know; the message names it."""


@dataclass
class Bundle:
    """Modules in the order they need, each once. ``known`` are those an earlier file brings along."""

    root: Path
    packages: dict[str, Path]
    known: frozenset[str] = frozenset()
    order: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, trail: tuple[str, ...] = ()) -> None:
        """Take in ``name`` (a package, or a path below ``root``) after everything it imports."""
        if name in trail:
            raise BundleError(f"modules import each other: {' → '.join((*trail, name))}")
        if name in self.known or name in self.texts:
            return
        path = self.packages.get(name) or self.root / name
        if not path.is_file():
            raise BundleError(f"{trail[-1] if trail else 'the bundle'} imports {name}, which is not there")
        text = path.read_text(encoding="utf-8")

        def bound(match: re.Match[str]) -> str:
            wanted = _resolve(name, match[2])
            self.add(wanted, (*trail, name))
            return f'const {{{_renamed(match[1], ":")}}} = $["{wanted}"];'

        self.texts[name] = _wrapped(name, IMPORT.sub(bound, text))
        self.order.append(name)

    def text(self) -> str:
        """The script: every module's exports stand in ``self.$kw`` under its name."""
        return "".join(["(($) => {\n", *(self.texts[name] for name in self.order), "})(self.$kw ||= {});\n"])


def _resolve(importer: str, wanted: str) -> str:
    if not wanted.startswith("."):
        return wanted
    parts = importer.split("/")[:-1]
    for part in wanted.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _renamed(names: str, between: str) -> str:
    """``a, b as c`` with another word between: ``a, b: c``."""
    return ", ".join(re.sub(r"\s+as\s+", between, name.strip()) for name in names.split(",") if name.strip())


def _wrapped(name: str, text: str) -> str:
    exported = []
    text = EXPORT.sub(lambda match: exported.append(match[2]) or f"{match[1]} {match[2]}", text)  # type: ignore[func-returns-value]
    for match in EXPORT_LIST.finditer(text):
        for item in match[1].split(","):
            inner, _, outer = item.strip().partition(" as ")
            exported.append(f"{outer or inner}:{inner}")
    text = EXPORT_LIST.sub("", text)
    text = EXPORT_DEFAULT.sub("const $default = ", text)
    if "$default" in text:
        exported.append("default:$default")
    text = COMMENTS.sub("", text)
    left = re.search(r"^\s*(import|export)\b(?!\()[^\n]*", text, re.MULTILINE)
    if left:
        raise BundleError(f"{name}: cannot bundle {left[0].strip()!r}")
    lines = [line.strip() for line in text.splitlines()]
    body = "\n".join(line for line in lines if line and not line.startswith("//"))
    return f'$["{name}"] = (() => {{\n{body}\nreturn {{{", ".join(exported)}}};\n}})();\n'
