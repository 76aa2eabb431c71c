"""Text as an SMS carries it cheaply: the GSM 03.38 alphabet, 160 characters. One curly apostrophe would halve that."""

from __future__ import annotations

import unicodedata

SMS_LENGTH = 160

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAINER = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "×": "x", "…": "...", "→": ">", "·": "-", "`": "'",
     "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "\\": "/", "~": "-", "^": "", "€": "EUR"}
)


def gsm(text: str) -> str:
    """``text`` in the basic GSM alphabet: look-alikes for quotes and dashes, accents dropped, ``?`` for the rest."""
    letters = []
    for letter in text.translate(_PLAINER):
        if letter in _BASIC:
            letters.append(letter)
        elif letter.isspace():
            letters.append(" ")
        else:
            plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if part in _BASIC)
            letters.append(plain or "?")
    return "".join(letters)


def is_gsm(text: str) -> bool:
    """True when an SMS carries ``text`` in its short alphabet."""
    return all(letter in _BASIC for letter in text)
