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
        "YES, NO, CAN 20 or LATER 3 to an offer; 50 done; HAND IN 12; OFF 2; WHY; WRONG; CALL; STOP.",
        "Kazi: NDIYO, HAPANA, NAWEZA 20, ONGEZA 3; 50 tayari; NAKABIDHI 12; LIKIZO 2; MBONA; SIKUBALI; NIPIGIE; ACHA.",
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
    "fewer_number": (
        "How many of {quantity} pieces can you make? Write for example: CAN 20",
        "Unaweza vipande vingapi kati ya {quantity}? Andika mfano: NAWEZA 20",
    ),
    "later_number": (
        "How many days later than {due}? Write for example: LATER 3",
        "Siku ngapi baada ya {due}? Andika mfano: ONGEZA 3",
    ),
    "sure_fewer": (
        "Ask for {n} instead of {quantity} pieces? 1 Yes 2 No",
        "Uombe vipande {n} badala ya {quantity}? 1 Ndiyo 2 Hapana",
    ),
    "sure_later": (
        "Ask to hand in by {due} ({n} days later)? 1 Yes 2 No", "Uombe kuleta {due} (siku {n} zaidi)? 1 Ndiyo 2 Hapana",
    ),
    "too_many": ("It must be 1 to {most}.", "Iwe 1 hadi {most}."),
    "countered": ("Your proposal was sent. You will get an answer.", "Pendekezo lako limetumwa. Utapata jibu."),
    "hand_number": (
        "{code}: how many pieces do you hand in? Write for example: HAND IN 12",
        "{code}: unakabidhi vipande vingapi? Andika mfano: NAKABIDHI 12",
    ),
    "sure_hand": (
        "{code}: hand in {n} pieces at the hub? 1 Yes 2 No", "{code}: unakabidhi vipande {n} kituoni? 1 Ndiyo 2 Hapana",
    ),
    "made_number": (
        "{code}: how many of {quantity} are made in all? Write for example: 50 done",
        "{code}: jumla vingapi kati ya {quantity} viko tayari? Andika mfano: 50 tayari",
    ),
    "handed_in": (
        "{n} pieces. Write {code} on the bag. The hub counts them.",
        "Vipande {n}. Andika {code} kwenye mfuko. Kituo kitahesabu.",
    ),
    "why_off": (
        "{n} days off from {first}. Why? Answer with the number:",
        "Siku {n} kuanzia {first}. Kwa nini? Jibu kwa namba:",
    ),
    "days_taken": ("Written down: {n} days off from {first}.", "Imeandikwa: siku {n} za mapumziko kuanzia {first}."),
    "why_unknown": (
        "We do not know yet why there is no work. The next plan looks again; CALL and your hub explains.",
        "Bado hatujui kwa nini huna kazi. Mpango ujao utaangalia tena; tuma NIPIGIE, kituo kitakueleza.",
    ),
    "why_work": ("About your work this week:", "Kuhusu kazi yako wiki hii:"),
    "your_work": ("Your work. Choose:", "Kazi zako. Chagua:"),
    "line_offer": ("New: {what}", "Mpya: {what}"),
    "line_made": ("{code}: report made", "{code}: nimemaliza"),
    "line_hand": ("{code}: hand in", "{code}: nakabidhi"),
    "line_why": ("Why no work?", "Kwa nini sina kazi?"),
    "line_off": ("Day off tomorrow", "Mapumziko kesho"),
    "line_call": ("Call me", "Nipigie simu"),
    "offer_again": (
        "{what}. Pay {pay}. 1 Accept 2 Decline 3 Call me", "{what}. Malipo {pay}. 1 Kubali 2 Kataa 3 Nipigie",
    ),
    "accept": ("Accept", "Kubali"),
    "decline": ("Decline", "Kataa"),
    "nothing_to_contest": (
        "Nothing was changed for you lately. CALL if something is wrong.",
        "Hakuna kilichobadilishwa kwa niaba yako. Kuna tatizo? Tuma NIPIGIE.",
    ),
    "which_contest": (
        "What do you not agree with? Answer with the number:", "Hukubaliani na nini? Jibu kwa namba:",
    ),
    "line_refuse": ("The work: {what}", "Kazi: {what}"),
    "line_moved": ("{n} of {code} went to others", "{n} za {code} kupewa wengine"),
    "why_contest": ("What is wrong? Answer with the number:", "Kuna kosa gani? Jibu kwa namba:"),
    "contested": (
        "Written down. Somebody else will look and answer you.", "Imeandikwa. Mtu mwingine ataangalia na kukujibu.",
    ),
    "reason_not_said": ("I did not say that", "Sikusema hivyo"),
    "reason_number": ("The number is wrong", "Namba si sahihi"),
    "reason_nearly": ("They are nearly made", "Karibu namaliza"),
    "reason_untold": ("I was not told", "Sikuambiwa"),
    "reason_ill": ("I was ill", "Nilikuwa mgonjwa"),
    "reason_other": ("Another reason", "Sababu nyingine"),
    "line_faulty": ("Faulty: {n} of {code}", "Kasoro: {n} za {code}"),
    "faulty": (
        "{code}: {n} paid pieces are faulty: {why}. {pay} in all, at most a quarter of each later payment. Your work "
        "goes on either way.",
        "{code}: vipande {n} vilivyolipwa vina kasoro: {why}. Jumla {pay}, si zaidi ya robo ya kila malipo yajayo. "
        "Kazi yako inaendelea ukikubali au ukikataa.",
    ),
    "faulty_yes": ("I agree", "Nakubali"),
    "faulty_no": ("I do not agree", "Sikubali"),
    "faulty_agreed": (
        "Thank you. At most a quarter of each payment goes into it.",
        "Asante. Si zaidi ya robo ya kila malipo itakatwa.",
    ),
    "faulty_refused": ("Noted. Nothing is taken.", "Sawa. Hakuna kitakachokatwa."),
    "nothing_asked": ("This question is closed. Something wrong? CALL.", "Swali hili limefungwa. Tatizo? NIPIGIE."),
    "fewer_pieces": ("I can make fewer", "Naweza vichache"),
    "later_day": ("I need more days", "Nahitaji siku zaidi"),
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
