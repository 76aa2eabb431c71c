"""What an SMS or a WhatsApp text means. Pure: text in, meaning out; nothing is guessed where money or a promise is at
stake, and what is only nearly a word is asked back.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What somebody wants."""

    YES = "yes"
    NO = "no"
    CHOICE = "choice"
    MADE = "made"
    STOP = "stop"
    START = "start"
    HELP = "help"
    CALL = "call"
    PAY = "pay"
    FEWER = "fewer"
    LATER = "later"
    HAND = "hand"
    OFF = "off"
    WHY = "why"
    WORK = "work"
    CONTEST = "contest"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``number`` is the piece count of MADE, HAND and FEWER, the days of LATER and OFF, the chosen line of CHOICE, and
    a line named with YES or NO ("NDIYO 2"). ``tomorrow``: days off begin then.

    ``sure`` is False for a word with a slip of the pen: commitments are then asked back.
    """

    intent: Intent
    number: int | None = None
    sure: bool = True
    tomorrow: bool = False


#: Words as people write them, without accents. Only one-word and two-word answers count as commitments.
VOCABULARY: dict[Intent, frozenset[str]] = {
    Intent.YES: frozenset(
        {"ndiyo", "ndio", "ndyo", "naam", "sawa", "kubali", "nakubali", "nimekubali", "yes", "accept", "ok", "okay"}
    ),
    Intent.NO: frozenset(
        {"hapana", "la", "kataa", "nakataa", "nimekataa", "sitaki", "siwezi", "no", "decline", "reject"}
    ),
    Intent.MADE: frozenset(
        {"tayari", "nimemaliza", "zimekamilika", "vimekamilika", "zimeisha", "vimeisha", "done", "ready", "finished",
         "made"}
    ),
    Intent.STOP: frozenset({"stop", "acha", "sitisha", "unsubscribe", "ondoa"}),
    Intent.START: frozenset({"start", "anza", "endelea", "subscribe"}),
    Intent.HELP: frozenset({"msaada", "help", "info", "maelezo", "saidia"}),
    Intent.CALL: frozenset({"nipigie", "piga", "call", "nipigieni", "simu"}),
    Intent.PAY: frozenset({"malipo", "pesa", "pay", "money", "salio", "balance"}),
    Intent.FEWER: frozenset({"naweza", "nitaweza", "can", "only"}),
    Intent.LATER: frozenset({"ongeza", "nyongeza", "later", "extend"}),
    Intent.HAND: frozenset({"nakabidhi", "nimekabidhi", "kabidhi", "naleta", "nimeleta", "hand", "handin", "bring"}),
    Intent.OFF: frozenset({"likizo", "mapumziko", "pumziko", "napumzika", "off", "leave", "rest"}),
    Intent.WHY: frozenset({"why", "kwanini", "mbona", "nini"}),
    Intent.WORK: frozenset({"kazi", "kazini", "work", "menu", "menyu"}),
    Intent.CONTEST: frozenset({"sikubali", "napinga", "wrong", "contest", "disagree"}),
}
#: What commits to something: said with words we do not know it is asked back.
_COMMITS = frozenset(
    {Intent.YES, Intent.NO, Intent.STOP, Intent.START, Intent.FEWER, Intent.LATER, Intent.HAND, Intent.OFF}
)

#: Words that change nothing about what is meant.
FILLERS = frozenset(
    {"pcs", "pieces", "piece", "vipande", "pc", "tu", "please", "tafadhali", "asante", "thanks", "sana", "me", "back",
     "simu", "ni", "zote", "kwa", "leo", "today", "in", "i", "the", "my"}
)
#: Fillers beside a number of days, strange words anywhere else.
_DAYS = frozenset({"siku", "day", "days"})
_TOMORROW = frozenset({"kesho", "tomorrow"})
_NEGATIONS = frozenset({"si", "sio", "siyo", "not", "bado", "hazijakuwa", "havijawa"})
_TOKEN = re.compile(r"[a-z]+|\d+(?:[.,]\d+)?")
#: No count of ours has more digits.
MOST_DIGITS = 6


def read(text: str) -> Meaning:
    """What ``text`` means by itself; what a bare number stands for is settled by what was asked before."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'", "")
    if re.search(r"[-+]\s*\d|\d\s*[-/:*x]\s*\d", plain):
        # A negative number, a date, a sum: not ours to read.
        return Meaning(Intent.UNCLEAR)
    tokens = _TOKEN.findall(plain)
    numbers = [token for token in tokens if token[0].isdigit()]
    words = [token for token in tokens if not token[0].isdigit()]
    if any(not token.isdigit() or len(token) > MOST_DIGITS for token in numbers) or len(numbers) > 1:
        return Meaning(Intent.UNCLEAR)
    number = int(numbers[0]) if numbers else None
    if not words:
        return Meaning(Intent.CHOICE, number) if number is not None else Meaning(Intent.UNCLEAR)
    if any(word in _NEGATIONS for word in words):
        return Meaning(Intent.UNCLEAR)
    return _of_words(words, number)


def _of_words(words: list[str], number: int | None) -> Meaning:
    found: dict[Intent, bool] = {}
    strange = 0
    tomorrow, days = any(word in _TOMORROW for word in words), any(word in _DAYS for word in words)
    for word in [word for word in words if word not in _TOMORROW | _DAYS]:
        exact = next((intent for intent, known in VOCABULARY.items() if word in known), None)
        if exact is not None and not (word in FILLERS and len(words) > 1):
            found[exact] = found.get(exact, True)
        elif word in FILLERS:
            continue
        else:
            near = _near(word)
            if near is None:
                strange += 1
            else:
                found[near] = False
    if len(found) > 1:
        strong = dict(found)
        strong.pop(Intent.WORK, None)
        # "why no work": the question swallows the no. Nothing else does.
        found = {Intent.WHY: strong[Intent.WHY]} if set(strong) == {Intent.WHY, Intent.NO} else strong
    if (tomorrow and set(found) != {Intent.OFF}) or (days and set(found) - {Intent.OFF, Intent.LATER}):
        strange += 1
    if len(found) != 1:
        # Nothing known, or two things at once ("ndiyo lakini acha").
        return Meaning(Intent.UNCLEAR)
    ((intent, sure),) = found.items()
    if strange > 2 or (strange and (intent in _COMMITS or intent is Intent.MADE)):
        # "ndiyo nitakuja kesho" may be an answer to something else.
        return Meaning(Intent.UNCLEAR) if intent is not Intent.MADE else Meaning(Intent.MADE, number, sure=False)
    if intent in (Intent.STOP, Intent.START) and not sure:
        return Meaning(Intent.UNCLEAR)
    if intent is Intent.MADE and number is None:
        return Meaning(Intent.MADE, None, sure=False)
    return Meaning(intent, number, sure, tomorrow=tomorrow and intent is Intent.OFF)


def _near(word: str) -> Intent | None:
    """The one intent a word of five letters or more misses by a single slip; None when none or several."""
    if len(word) < 5:
        return None
    intents = {
        intent for intent, known in VOCABULARY.items() for right in known if len(right) >= 5 and _one_slip(word, right)
    }
    return intents.pop() if len(intents) == 1 else None


def _one_slip(one: str, other: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    if len(one) == len(other):
        differing = [index for index in range(len(one)) if one[index] != other[index]]
        if len(differing) == 1:
            return True
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and one[differing[0]] == other[differing[1]]
            and one[differing[1]] == other[differing[0]]
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
