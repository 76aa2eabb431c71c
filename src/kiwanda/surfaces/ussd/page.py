"""A screen of the menu: at most 182 letters of the GSM alphabet, whatever names and numbers it holds.

Names give way, numbers never: a screen is a sentence with ``<names>`` that may be cut, then its options.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiwanda.core.money import format_money
from kiwanda.factory.conversations.gsm import gsm
from kiwanda.ports.menus import SCREEN_LENGTH

#: Some networks count the provider's ``CON ``.
ROOM = SCREEN_LENGTH - len("CON ")
#: A name is not cut below this.
SHORTEST = 6


def page(body: str, options: str = "", *, names: Mapping[str, str] | None = None, note: str = "") -> str:
    """``note`` (what just happened) over ``body`` over ``options``, cut to fit.

    ``body`` holds ``<name>`` for each of ``names``; the longest name is cut first. When all names are short and it is
    still too long, the note is cut, then the body's end; the options always stand whole.
    """
    texts = {key: " ".join(gsm(value).split()) for key, value in (names or {}).items()}
    body, options, note = gsm(body), gsm(options), gsm(note)
    tail = f"\n{options}" if options else ""
    head = f"{note}\n" if note else ""
    text = head + _filled(body, texts) + tail
    while len(text) > ROOM:
        longest = max(texts, key=lambda key: len(texts[key]), default="")
        if not longest or len(texts[longest]) <= SHORTEST:
            break
        surplus = len(text) - ROOM
        kept = max(SHORTEST, len(texts[longest]) - max(surplus, 1))
        texts[longest] = texts[longest][:kept].rstrip()
        text = head + _filled(body, texts) + tail
    if len(text) > ROOM and note:
        room = ROOM - len(text) + len(head)
        head = note[: max(0, room - 1)] + "\n" if room > 20 else ""
        text = head + _filled(body, texts) + tail
    if len(text) > ROOM:
        middle = head + _filled(body, texts)
        text = middle[: ROOM - len(tail)].rstrip() + tail
    return text


def money(minor: int, currency: str) -> str:
    """``KSh 1,250`` in the GSM alphabet."""
    return gsm(format_money(minor, currency))


def _filled(body: str, texts: Mapping[str, str]) -> str:
    for key, value in texts.items():
        body = body.replace(f"<{key}>", value)
    return body
