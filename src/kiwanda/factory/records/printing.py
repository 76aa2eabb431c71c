"""The history on paper: one PDF page with the facts and a QR code that holds the whole signed text."""

from __future__ import annotations

import io
import json
from pathlib import Path

import segno
import typst
from django.conf import settings

from kiwanda.core.clock import FACTORY_ZONE
from kiwanda.factory.records import facts, signing, wording

TEMPLATE = Path(__file__).parent / "history.typ"

_WORDS = {
    "title": ("Work and income history", "Historia ya kazi na mapato"),
    "intro": (
        "Facts from the factory's books, chosen by the person they are about. No score, no judgement.",
        "Ukweli kutoka daftari za kiwanda, uliochaguliwa na mhusika mwenyewe. Hakuna alama wala hukumu.",
    ),
    "issued": ("Issued", "Imetolewa"),
    "scan": (
        "Scan to verify. The check runs on the phone that scans; nothing is sent anywhere.",
        "Changanua kuthibitisha. Ukaguzi hufanyika kwenye simu inayochanganua; hakuna kinachotumwa popote.",
    ),
    "no_code": (
        "Too much for a code: verify the JSON file that comes with this page at",
        "Ni mengi mno kwa msimbo: thibitisha faili la JSON linaloambatana na ukurasa huu katika",
    ),
    "key": ("Key", "Ufunguo"),
}


def link(token: str) -> str:
    """The verification page's address with the history behind the #: a browser keeps that part to itself."""
    return f"{settings.KIWANDA_PUBLIC_URL}/records/#{token}"


def qr_svg(token: str) -> str | None:
    """The QR code of the link as SVG; None when it does not fit into the largest code (2,953 bytes)."""
    try:
        code = segno.make(link(token), error="l", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return None
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", scale=4, border=4, xmldecl=False)
    return drawing.getvalue().decode()


def pdf(token: str, language: str = "sw") -> bytes:
    """The page as PDF. What is printed is what the signature proves."""
    proved = signing.verify(token)
    words = {name: pair[language.startswith("sw")] for name, pair in _WORDS.items()}
    data = {
        "words": words,
        "issuer": proved.issuer,
        "issued": proved.issued_at.astimezone(FACTORY_ZONE).strftime("%Y-%m-%d %H:%M"),
        "record": proved.record_id,
        "kid": proved.kid,
        "facts": [
            {"label": facts.label(name, language), "lines": wording.lines(name, value, language)}
            for name, value in proved.facts.items()
        ],
        "qr": qr_svg(token) or "",
        "verify": f"{settings.KIWANDA_PUBLIC_URL}/records/",
    }
    # Data comes in as data: nothing of it is read as markup.
    made: bytes = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(data)})
    return made
