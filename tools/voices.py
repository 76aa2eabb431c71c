"""Make the app's voice prompts that are missing, with a speech synthesiser: ``./run python tools/voices.py``.

A prompt is ``src/kiwanda/surfaces/phone/static/phone/voice/<language>/<name>.opus``; its words stand beside them in
``<language>.json``, those of the lessons in ``devices/lessons.toml``. A file that is there stays as it is: a recorded
voice wins over a made one. Needs ``espeak-ng`` and ``opusenc`` (Debian: espeak-ng, opus-tools).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VOICES = ROOT / "src" / "kiwanda" / "surfaces" / "phone" / "static" / "phone" / "voice"
LESSONS = ROOT / "src" / "kiwanda" / "factory" / "devices" / "lessons.toml"
SPEAKERS = {"sw": "sw", "en": "en-gb"}
#: A slow line should carry a prompt in two seconds.
LARGEST = 10 * 1024
#: Words a minute, slower than the synthesiser's own pace; kilobits a second to try, the best first.
PACE = "140"
RATES = ("12", "10", "8", "6")


def prompts(language: str) -> dict[str, str]:
    """Name → words of every prompt in ``language``."""
    words: dict[str, str] = json.loads((VOICES / f"{language}.json").read_text(encoding="utf-8"))
    for technique, lesson in tomllib.loads(LESSONS.read_text(encoding="utf-8")).items():
        for number, step in enumerate(lesson["steps"], 1):
            words[f"lesson-{technique}-{number}"] = step[language]
    return words


def make(language: str, words: str, target: Path) -> None:
    """Speak ``words`` into ``target``, at the best rate that keeps it below :data:`LARGEST`."""
    with tempfile.TemporaryDirectory() as scratch:
        wave, opus = Path(scratch) / "a.wav", Path(scratch) / "a.opus"
        subprocess.run(["espeak-ng", "-v", SPEAKERS[language], "-s", PACE, "-w", str(wave), words], check=True)
        for rate in RATES:
            subprocess.run(
                [
                    "opusenc",
                    "--quiet",
                    "--speech",
                    "--bitrate",
                    rate,
                    "--framesize",
                    "60",
                    "--downmix-mono",
                    "--padding",
                    "0",
                    str(wave),
                    str(opus),
                ],
                check=True,
            )
            if opus.stat().st_size <= LARGEST:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(opus, target)
                return
    raise SystemExit(f"{target.name} is too long for {LARGEST} bytes: use fewer words.")


def main() -> None:
    missing = [name for name in ("espeak-ng", "opusenc") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"Please install first: {', '.join(missing)} (Debian: espeak-ng, opus-tools).")
    made = 0
    for language in SPEAKERS:
        known = prompts(language)
        for name, words in known.items():
            target = VOICES / language / f"{name}.opus"
            if not target.exists():
                make(language, words, target)
                made += 1
        for left in sorted((VOICES / language).glob("*.opus")):
            if left.stem not in known:
                print(f"nobody asks for {left.relative_to(ROOT)}", file=sys.stderr)
    print(f"{made} made")


if __name__ == "__main__":
    main()
