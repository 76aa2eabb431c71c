"""The style sheets: text keeps its contrast in both themes, every stage and state has a look, files stay small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwanda.surfaces.states_shown import STATE_LOOKS, STATE_WORDS
from kiwanda.surfaces.templatetags.kw_data import LOAD_BANDS, STAGES
from kiwanda.surfaces.templatetags.kw_format import AVATAR_TONES

STATIC = Path(__file__).resolve().parents[1] / "static" / "kw"
TOKENS = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
STYLES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((STATIC / "css").glob("*.css")))

#: Text on ground; WCAG 2.2 asks for 4.5:1.
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "paper", "sunk", "raise")),
    *((f"{tone}-ink", f"{tone}-soft") for tone in ("green", "brass", "terracotta", "lake", "clay")),
    *((f"{tone}-ink", "paper") for tone in ("green", "brass", "terracotta", "lake")),
    ("on-green", "green"), ("on-green", "green-hover"), ("rail-ink", "rail"), ("rail-ink-2", "rail"),
    ("rail-ink", "rail-2"), ("rail-ink", "rail-line"), ("rail-ink-2", "rail-2"),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def themes() -> dict[str, dict[str, str]]:
    light = colours(TOKENS.split("@media (prefers-color-scheme: dark)")[0])
    dark = colours(TOKENS.split(':root[data-theme="dark"]')[1])
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_keeps_its_contrast(theme: str, ink: str, ground: str):
    palette = themes()[theme]
    assert contrast(palette[ink], palette[ground]) >= 4.5


def test_both_ways_to_the_dark_theme_say_the_same():
    by_system = colours(TOKENS.split("@media (prefers-color-scheme: dark)")[1].split("} }")[0])
    by_choice = colours(TOKENS.split(':root[data-theme="dark"]')[1])
    assert by_system == by_choice


@pytest.mark.parametrize("number", range(AVATAR_TONES))
def test_initials_are_readable(number: int):
    found = re.search(rf"\.kw-avatar-{number} {{ background: (#[0-9a-f]{{6}})", STYLES)
    assert found
    assert contrast(found.group(1), "#ffffff") >= 4.5


def test_every_stage_and_band_has_a_look():
    for stage in STAGES:
        assert f".kw-stage-{stage} {{" in STYLES
    for _upper, band, _word in LOAD_BANDS:
        assert f".kw-load-{band}" in STYLES
    assert ".kw-load-over" in STYLES


def test_every_state_that_has_a_look_has_a_word():
    assert set(STATE_LOOKS) == set(STATE_WORDS)


def test_icons_used_are_in_the_sprite():
    sprite = (STATIC.parents[4] / "vendor" / "lucide" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used = {name for _tone, name in STATE_LOOKS.values()}
    for template in STATIC.parents[1].rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([\w-]+)"', text)) | set(re.findall(r'icon(?:_name)?="([\w-]+)"', text))
    assert used - known == set()


def test_the_script_stays_small():
    assert len((STATIC / "js" / "kw.js").read_text(encoding="utf-8").splitlines()) < 400


def test_nothing_is_fetched_from_outside():
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        assert not re.search(r"url\(\s*['\"]?https?:|import .*https?:", path.read_text(encoding="utf-8")), path
