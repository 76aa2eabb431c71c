"""Every sentence we answer with, English and Swahili, in the SMS alphabet."""

from __future__ import annotations

from kiwanda.factory.conversations.gsm import gsm

SENTENCES: dict[str, tuple[str, str]] = {
    "accepted": (
        "The work is yours: {code}, {quantity} pieces. Hand in by {due}.",
        "Kazi ni yako: {code}, vipande {quantity}. Leta kufikia {due}.",
    ),
    "declined": (
        "Thank you for telling us. Others will be asked.", "Asante kwa kutuambia. Wengine wataulizwa.",
    ),
    "no_offer": (
        "There is no offer that waits for your answer. We will write when there is work.",
        "Hakuna kazi inayosubiri jibu lako. Tutakuandikia kazi ikipatikana.",
    ),
    "which_offer": (
        "Which work do you mean? Answer with the number:", "Unamaanisha kazi gani? Jibu kwa namba:",
    ),
    "sure_accept": ("Do you take this work? 1 Yes 2 No: {what}", "Je, unakubali kazi hii? 1 Ndiyo 2 Hapana: {what}"),
    "sure_decline": ("Do you decline this work? 1 Yes 2 No: {what}", "Je, unakataa kazi hii? 1 Ndiyo 2 Hapana: {what}"),
    "why": ("Why not? Answer with the number:", "Kwa nini hapana? Jibu kwa namba:"),
    "made": ("{code}: {made} of {quantity} made. Thank you.", "{code}: {made} kati ya {quantity} tayari. Asante."),
    "made_photo": (
        "{code}: {made} of {quantity} made, with your photo. Thank you.",
        "{code}: {made} kati ya {quantity} tayari, pamoja na picha yako. Asante.",
    ),
    "which_work": ("Which work? Answer with the number:", "Kazi gani? Jibu kwa namba:"),
    "sure_made": (
        "{code}: are {made} of {quantity} made in all? 1 Yes 2 No",
        "{code}: jumla {made} kati ya {quantity} tayari? 1 Ndiyo 2 Hapana",
    ),
    "how_many": (
        "How many pieces are made? Write for example: 50 done", "Vipande vingapi viko tayari? Andika mfano: 50 tayari",
    ),
    "no_work": ("You have no open work.", "Huna kazi iliyo wazi."),
    "photo_kept": ("Your photo is kept with {code}. Thank you.", "Picha yako imehifadhiwa na {code}. Asante."),
    "photo_lost": (
        "Your photo did not come through. Please send it again.", "Picha yako haikufika. Tafadhali itume tena.",
    ),
    "stopped": (
        "We write to you no more. START to begin again. For work call your hub.",
        "Hatutakuandikia tena. Tuma ANZA kuanza upya. Kwa kazi piga simu kituoni.",
    ),
    "started": ("We write to you again. Welcome.", "Tutakuandikia tena. Karibu."),
    "help": (
        "Answer YES or NO to an offer, '50 done' for progress, CALL to be called, STOP to end.",
        "Jibu NDIYO au HAPANA kwa kazi, '50 tayari' kwa maendeleo, NIPIGIE kupigiwa simu, ACHA kusitisha.",
    ),
    "call": ("Thank you. Somebody from the hub will call you.", "Asante. Mtu wa kituo atakupigia simu."),
    "pay": (
        "Pay is shown behind your PIN: dial the Kiwanda code and choose 3.",
        "Malipo huonyeshwa kwa PIN yako: piga namba ya Kiwanda, chagua 3.",
    ),
    "unclear": (
        "We did not understand; somebody will read it. YES, NO, '50 done', HELP or CALL work.",
        "Hatukuelewa; mtu atausoma. Tuma NDIYO, HAPANA, '50 tayari', MSAADA au NIPIGIE.",
    ),
    "unread": (
        "We cannot open this kind of message. Please write, send a photo, or CALL.",
        "Hatuwezi kufungua ujumbe wa aina hii. Tafadhali andika, tuma picha, au NIPIGIE.",
    ),
    "let_be": ("Good, nothing was changed.", "Sawa, hakuna kilichobadilika."),
    "stranger": (
        "Welcome to Kiwanda, craft work in Kenya. This number is not registered. To join, visit a hub or answer CALL.",
        "Karibu Kiwanda, kazi za mikono Kenya. Namba hii haijasajiliwa. Kujiunga fika kituoni au jibu NIPIGIE.",
    ),
    "yes": ("Yes", "Ndiyo"),
    "no": ("No", "Hapana"),
}


def sentence(key: str, language: str, **values: object) -> str:
    """The sentence in ``language``."""
    text = SENTENCES[key][1 if language.startswith("sw") else 0]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return gsm(text)
