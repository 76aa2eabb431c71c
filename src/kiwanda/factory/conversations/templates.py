"""Every sentence the factory sends to an artisan, in English and Swahili.

Short words, digits, day and 24-hour time, and one thing to do. ``{style}`` is shortened when an SMS would become two.
"""

from __future__ import annotations

from datetime import date, datetime
from string import Formatter

from kiwanda.core.clock import FACTORY_ZONE
from kiwanda.core.money import format_money
from kiwanda.factory.conversations.gsm import SMS_LENGTH, gsm

#: Template → (English, Swahili).
TEMPLATES: dict[str, tuple[str, str]] = {
    "number_changed": (
        "Kiwanda writes to you at another number from now on, and pays there after 2 days. "
        "Was it not you who asked? Answer CALL.",
        "Kuanzia sasa Kiwanda inakuandikia kwa namba nyingine, na malipo yataenda huko baada ya siku 2. "
        "Si wewe uliyeomba? Jibu PIGA.",
    ),
    "offer_sent": (
        "New work: {quantity} x {operation}, {style}. Pay {pay}. Hand in by {due}. Answer YES or NO before {until}.",
        "Kazi mpya: {quantity} x {operation}, {style}. Malipo {pay}. Leta kufikia {due}. "
        "Jibu NDIYO au HAPANA kabla ya {until}.",
    ),
    "offer_expired": (
        "The offer of {quantity} x {operation}, {style} has ended without an answer. More work will come.",
        "Muda wa kujibu kazi ya {quantity} x {operation}, {style} umeisha. Kazi nyingine zitakuja.",
    ),
    "offer_withdrawn": (
        "The offer of {quantity} x {operation}, {style} is withdrawn. We are sorry. More work will come.",
        "Kazi ya {quantity} x {operation}, {style} imeondolewa. Samahani. Kazi nyingine zitakuja.",
    ),
    "work_confirmed": (
        "Agreed: {quantity} x {operation}, {style}. Pay {pay}. Hand in by {due}.",
        "Tumekubaliana: {quantity} x {operation}, {style}. Malipo {pay}. Leta kufikia {due}.",
    ),
    "counter_refused": (
        "We cannot change the work of {quantity} x {operation}, {style}, so it goes to somebody else. Thank you.",
        "Hatuwezi kubadilisha kazi ya {quantity} x {operation}, {style}, hivyo itapewa mwingine. Asante.",
    ),
    "work_closed": (
        "The work {operation}, {style} is closed: {accepted} accepted, {short} not made. Questions? Call your hub.",
        "Kazi ya {operation}, {style} imefungwa: {accepted} zimekubaliwa, {short} hazikutengenezwa. Piga simu kituoni.",
    ),
    "work_trimmed": (
        "{operation}, {style}: {quantity} fewer, as not enough parts came out well. Yours is now {left} in all.",
        "{operation}, {style}: vipande {quantity} vimepunguzwa, vifaa vizuri havikutosha. Sasa ni {left} kwa jumla.",
    ),
    "due_moved_parts": (
        "Parts for {operation}, {style} come late. It is now due {due}; you do not count as late.",
        "Vipande vya {operation}, {style} vinachelewa. Siku mpya ya kuleta ni {due}; huhesabiwi kuchelewa.",
    ),
    "due_moved_material": (
        "Material for {operation}, {style} comes late. It is now due {due}; you do not count as late.",
        "Vifaa vya {operation}, {style} vinachelewa. Siku mpya ya kuleta ni {due}; huhesabiwi kuchelewa.",
    ),
    "due_moved": (
        "You have more time for {operation}, {style}: it is now due {due}.",
        "Umeongezewa muda wa {operation}, {style}: siku mpya ya kuleta ni {due}.",
    ),
    "reassigned_silent": (
        "We heard nothing of {operation}, {style}: {quantity} go to others. What you made stays yours. Wrong? Tell us.",
        "Hatukusikia kuhusu {operation}, {style}: {quantity} zimepewa wengine. Ulizotengeneza ni zako. Si kweli? Sema.",
    ),
    "reassigned_late": (
        "{operation}, {style} is late: {quantity} go to others. What you made stays yours. Wrong? Tell us.",
        "{operation}, {style} imechelewa: {quantity} zimepewa wengine. Ulizotengeneza ni zako. Si kweli? Tuambie.",
    ),
    "reassigned": (
        "{quantity} of {operation}, {style} go to other workshops. What you made stays yours. Wrong? Tell us.",
        "{quantity} za {operation}, {style} zimepewa karakana nyingine. Ulizotengeneza ni zako. Si kweli? Tuambie.",
    ),
    "contest_upheld": (
        "We looked again at {operation}, {style}: the {quantity} pieces stay with the others. Your hub explains why.",
        "Tumeangalia tena {operation}, {style}: vipande {quantity} vinabaki kwa wengine. Kituo kitakueleza.",
    ),
    "contest_given_back": (
        "You were right about {operation}, {style}: {quantity} pieces are offered to you again. We are sorry.",
        "Ulikuwa sahihi kuhusu {operation}, {style}: vipande {quantity} umepewa tena. Samahani.",
    ),
    "count_differs": (
        "{style}: you gave {quantity}, the hub counted {received}. Please call your hub so that we agree.",
        "{style}: ulileta {quantity}, kituo kimehesabu {received}. Tafadhali piga simu kituoni tukubaliane.",
    ),
    "count_settled": (
        "{style}: we count {received} pieces from your hand-in; {short} are missing. Questions? Call your hub.",
        "{style}: tumehesabu vipande {received} ulivyoleta; {short} havipo. Una swali? Piga simu kituoni.",
    ),
    "inspected": (
        "{style}, {operation}: {accepted} accepted, {rework} to mend, {rejected} rejected. You earned {pay}.",
        "{style}, {operation}: {accepted} zimekubaliwa, {rework} kurekebisha, {rejected} zimekataliwa. Umepata {pay}.",
    ),
    "inspected_all": (
        "{style}, {operation}: all {accepted} accepted. You earned {pay}. Well done.",
        "{style}, {operation}: zote {accepted} zimekubaliwa. Umepata {pay}. Hongera.",
    ),
    "appeal_granted": (
        "Your appeal was heard: {accepted} pieces of {style} are accepted after all. You earned {pay}.",
        "Rufaa yako imesikilizwa: vipande {accepted} vya {style} vimekubaliwa. Umepata {pay}.",
    ),
    "appeal_refused": (
        "Your appeal about {style} was decided by a second inspector: the result stands. Your hub explains why.",
        "Rufaa yako kuhusu {style} imeamuliwa na mkaguzi wa pili: matokeo ni yale yale. Kituo kitakueleza.",
    ),
    "correction_asked": (
        "{quantity} paid pieces of {style} turned out faulty ({pay}). May a part of later pay make it good? "
        "You may say no. Answer WORK.",
        "Vipande {quantity} vya {style} vilivyolipwa vina kasoro ({pay}). Tukate kidogo malipo yajayo? "
        "Unaweza kukataa. Jibu KAZI.",
    ),
    "payout_paid": (
        "{pay} is on your phone. Receipt {receipt}. Thank you for your work.",
        "{pay} zimetumwa kwenye simu yako. Risiti {receipt}. Asante kwa kazi yako.",
    ),
    "payout_failed": (
        "{pay} could not be sent to your phone. Nothing is lost, we will try again. Is your number right?",
        "{pay} hazikuweza kutumwa kwenye simu yako. Hakuna kilichopotea, tutajaribu tena. Je, namba yako ni sahihi?",
    ),
    "acted": (
        "For you, {by} {did}. Why: {why}. Not right? Answer WRONG.",
        "Kwa niaba yako {by} {did}. Sababu: {why}. Si sawa? Jibu SIKUBALI.",
    ),
    "action_answered": (
        "You did not agree with what was done for you. Our answer: {answer}",
        "Hukukubali kilichofanywa kwa niaba yako. Jibu letu: {answer}",
    ),
    "login_code": (
        "Your Kiwanda code is {code}. It is good for 10 minutes. Never tell it to anybody.",
        "Namba yako ya siri ya Kiwanda ni {code}. Inatumika kwa dakika 10. Usimwambie mtu yeyote.",
    ),
}

#: What stands in the message row instead of a log-in code.
HIDDEN_CODE = "••••••"


def render(template: str, language: str, **params: object) -> str:
    """The sentence in ``language`` with its parameters, in the SMS alphabet and one SMS long where that is possible.

    The style's name gives way first; numbers, dates and money are never cut.
    """
    sentence = TEMPLATES[template][1 if language.startswith("sw") else 0]
    texts = {name: gsm(str(value)) for name, value in params.items()}
    body = sentence.format(**texts)
    for name in ("style", "operation"):
        surplus = len(body) - SMS_LENGTH
        if surplus <= 0:
            break
        if name in texts and "{" + name + "}" in sentence:
            kept = max(len(texts[name]) - surplus - 1, 6)
            if kept < len(texts[name]):
                texts[name] = texts[name][:kept].rstrip() + "."
                body = sentence.format(**texts)
    return body


def parameters(template: str, language: str, **params: object) -> list[str]:
    """The values of the template's sentence in ``language``, whole, in the order the sentence names them: what a
    provider is given that sends only sentences it has approved.
    """
    texts = {name: gsm(str(value)) for name, value in params.items()}
    return [texts[name] for name in placeholders(template, language) if name in texts]


def placeholders(template: str, language: str) -> list[str]:
    """Names in the order the sentence has them."""
    sentence = TEMPLATES[template][1 if language.startswith("sw") else 0]
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def login_code_body(language: str, code: str) -> str:
    """The message with the code, made at the moment of sending; ``HIDDEN_CODE`` for the row that is kept."""
    return TEMPLATES["login_code"][1 if language.startswith("sw") else 0].format(code=code)


def money(minor: int, currency: str) -> str:
    """``KSh 1,250`` as an SMS carries it."""
    return gsm(format_money(minor, currency))


def day(text: str) -> str:
    """``05/12`` of an ISO day."""
    return date.fromisoformat(text).strftime("%d/%m")


def moment(text: str) -> str:
    """``24/11 18:00``, Nairobi time, of an ISO moment."""
    return datetime.fromisoformat(text).astimezone(FACTORY_ZONE).strftime("%d/%m %H:%M")
