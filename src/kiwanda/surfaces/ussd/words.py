"""Every sentence of the menu, English and Swahili. Short: a screen has 178 letters for everything."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "root": ("Kiwanda: <workshop>", "Kiwanda: <workshop>"),
    "root_options": (
        "1 New work ({offers})\n2 My work ({work})\n3 Pay\n4 Days off\n5 Call me back\n6 Settings",
        "1 Kazi mpya ({offers})\n2 Kazi zangu ({work})\n3 Malipo\n4 Siku za mapumziko\n5 Nipigie simu\n6 Mipangilio",
    ),
    "root_why": ("7 Why no work?", "7 Kwa nini sina kazi?"),
    "root_changes": ("8 Changed for me ({n})", "8 Yaliyobadilishwa ({n})"),
    "choose": ("Choose a number shown.", "Chagua namba iliyoonyeshwa."),
    "number": ("Write a whole number.", "Andika namba kamili."),
    "menu": ("0 Menu", "0 Menyu"),
    "back": ("0 Back", "0 Rudi"),
    "gone": ("This is no longer there.", "Hii haipo tena."),
    # Offers
    "no_offers": ("There is no new work now. We will write to you.", "Hakuna kazi mpya sasa. Tutakuandikia."),
    "offer": (
        "{at}{quantity} x <operation>, <style>\nPay {pay} ({rate} each)\nBy {due}. Answer by {until}",
        "{at}{quantity} x <operation>, <style>\nMalipo {pay} ({rate} moja)\nLeta {due}. Jibu kabla {until}",
    ),
    "offer_countered": (
        "{at}{quantity} x <operation>, <style>\nPay {pay} ({rate} each)\nBy {due}. Your proposal waits.",
        "{at}{quantity} x <operation>, <style>\nMalipo {pay} ({rate} moja)\nLeta {due}. Pendekezo linasubiri.",
    ),
    "offer_options": ("1 Accept\n2 Decline\n3 Other terms", "1 Kubali\n2 Kataa\n3 Pendekeza"),
    "offer_options_countered": ("1 Accept as it is\n2 Decline", "1 Kubali ilivyo\n2 Kataa"),
    "next": ("4 Next", "4 Nyingine"),
    "accepted": (
        "The work is yours: {code}. Hand in {quantity} by {due}.",
        "Kazi ni yako: {code}. Leta {quantity} kufikia {due}.",
    ),
    "why": ("Why?", "Kwa nini?"),
    "decline_reasons": (
        "1 Too much work\n2 Illness\n3 Family, funeral\n4 Low pay\n5 No materials\n6 Not my craft\n"
        "7 Date too near\n8 Other",
        "1 Kazi nyingi\n2 Ugonjwa\n3 Familia, msiba\n4 Malipo kidogo\n5 Hakuna vifaa\n6 Si ufundi wangu\n"
        "7 Tarehe karibu\n8 Nyingine",
    ),
    "declined": (
        "Thank you for telling us. Others will be asked.", "Asante kwa kutuambia. Wengine wataulizwa.",
    ),
    "terms": (
        "{quantity} pieces by {due}. What would you change?", "Vipande {quantity}, leta {due}. Ungebadili nini?",
    ),
    "terms_options": ("1 Fewer pieces\n2 A later day", "1 Vipande vichache\n2 Siku ya baadaye"),
    "how_many_fewer": (
        "How many pieces can you make? (1 to {most})", "Unaweza vipande vingapi? (1 hadi {most})",
    ),
    "how_much_later": (
        "How many days later than {due}? (1 to 60)", "Siku ngapi baada ya {due}? (1 hadi 60)",
    ),
    "countered": (
        "Your proposal was sent. You will get an answer.", "Pendekezo lako limetumwa. Utapata jibu.",
    ),
    # Work
    "no_work": ("You have no open work.", "Huna kazi iliyo wazi."),
    "work": (
        "{at}{code} {made}/{quantity} by {due}{late}\n<operation>, <style>",
        "{at}{code} {made}/{quantity} leta {due}{late}\n<operation>, <style>",
    ),
    "late": (" LATE", " IMECHELEWA"),
    "work_options": ("1 Report made\n2 Hand in", "1 Nimemaliza\n2 Nakabidhi"),
    "work_next": ("3 Next", "3 Nyingine"),
    "work_mended": ("4 Mended ({n})", "4 Zilizorekebishwa ({n})"),
    "work_material": ("5 Material", "5 Vifaa"),
    "work_result": ("6 Inspection", "6 Ukaguzi"),
    "how_many_made": (
        "{code}: how many of {quantity} are made in all until now? ({made} before)",
        "{code}: vingapi kati ya {quantity} vimekamilika hadi sasa? (awali {made})",
    ),
    "reported": ("{code}: {made} of {quantity} made. Saved.", "{code}: {made} kati ya {quantity}. Imehifadhiwa."),
    "how_many_handed": (
        "{code}: how many pieces do you hand in? ({left} left)",
        "{code}: unakabidhi vipande vingapi? (vimebaki {left})",
    ),
    "how_many_mended": (
        "{code}: how many mended pieces do you hand in? ({left} to mend)",
        "{code}: unakabidhi vingapi vilivyorekebishwa? (vipo {left})",
    ),
    "handed_in": (
        "{n} pieces. Write {code} on the bag. The hub counts them.",
        "Vipande {n}. Andika {code} kwenye mfuko. Kituo kitahesabu.",
    ),
    "material": ("Did you get {amount} {unit} of <material>?", "Je, umepata {unit} {amount} za <material>?"),
    "material_options": ("1 Yes, all\n2 No, less", "1 Ndiyo, zote\n2 Hapana, pungufu"),
    "how_much_material": (
        "How many {unit} did you get? (less than {amount})", "Umepata {unit} ngapi? (chini ya {amount})",
    ),
    "material_confirmed": ("Material confirmed. Thank you.", "Vifaa vimethibitishwa. Asante."),
    "material_disputed": (
        "Thank you. The hub will look where the rest is.", "Asante. Kituo kitatafuta kilichobaki.",
    ),
    "no_material": ("No material waits for your word.", "Hakuna vifaa vinavyosubiri jibu lako."),
    "no_result": ("Nothing was inspected yet.", "Bado hakuna ukaguzi."),
    "result": (
        "{on}: {accepted} accepted, {rework} to mend, {rejected} rejected. <why>",
        "{on}: {accepted} sawa, {rework} kurekebisha, {rejected} zimekataliwa. <why>",
    ),
    "appeal_option": ("1 I do not agree: look again", "1 Sikubali: mkague tena"),
    "appealed": (
        "Your appeal was sent. Another inspector will look.", "Rufaa imetumwa. Mkaguzi mwingine ataangalia.",
    ),
    "appeal_reason": ("Asked for by USSD, without words", "Imeombwa kwa USSD, bila maneno"),
    # Pay
    "pin": ("Your PIN (4 digits):", "PIN yako (tarakimu 4):"),
    "pin_new": (
        "Pay is shown with a PIN. Choose 4 digits that only you know:",
        "Malipo huonyeshwa kwa PIN. Chagua tarakimu 4 unazojua wewe tu:",
    ),
    "pin_again": ("Once more, the same 4 digits:", "Rudia tarakimu 4 zile zile:"),
    "pin_differs": ("They differ. Choose anew.", "Hazifanani. Chagua upya."),
    "pay": (
        "Earned {earned}\nWaiting {waiting}\nOn its way {coming}\n{last}",
        "Umepata {earned}\nInasubiri {waiting}\nNjiani {coming}\n{last}",
    ),
    "last_paid": ("Last paid {amount} on {on}, receipt {receipt}", "Mwisho {amount} tarehe {on}, risiti {receipt}"),
    "never_paid": ("Nothing was paid yet.", "Bado hujalipwa."),
    # Days off
    "days": ("Days off", "Siku za mapumziko"),
    "days_options": (
        "1 Today\n2 Tomorrow\n3 From today to Sunday\n4 Another day\n5 Work after all ({n})",
        "1 Leo\n2 Kesho\n3 Leo hadi Jumapili\n4 Siku nyingine\n5 Nitafanya kazi ({n})",
    ),
    "which_day": (
        "Which day? Write day and month: 0512 is 5 December.", "Siku gani? Andika siku na mwezi: 0512 ni 5 Desemba.",
    ),
    "how_many_days": ("From {on}: how many days? (1 to 60)", "Kuanzia {on}: siku ngapi? (1 hadi 60)"),
    "no_such_day": ("There is no such day ahead.", "Hakuna siku hiyo mbele."),
    "why_days": ("{n} days from {on}. Why?", "Siku {n} kuanzia {on}. Kwa nini?"),
    "day_reasons": (
        "1 Illness\n2 Family\n3 Funeral\n4 Planting\n5 Market\n6 Holiday\n7 Other",
        "1 Ugonjwa\n2 Familia\n3 Msiba\n4 Kilimo\n5 Soko\n6 Sikukuu\n7 Nyingine",
    ),
    "days_taken": ("Written down: {n} days off from {on}.", "Imeandikwa: siku {n} kuanzia {on}."),
    "no_days": ("You have taken no days off.", "Hujachukua siku za mapumziko."),
    "work_on": ("Work on which day after all?", "Utafanya kazi siku gani?"),
    "day_back": ("Good: you work on {on}.", "Sawa: utafanya kazi {on}."),
    # Why no work
    "why_work": ("<reason>", "<reason>"),
    "why_unknown": (
        "We do not know yet. The next plan looks again; your hub explains.",
        "Bado hatujui. Mpango ujao utaangalia tena; kituo kitakueleza.",
    ),
    "why_options": ("1 More\n5 Call me back", "1 Zaidi\n5 Nipigie simu"),
    "why_last": ("5 Call me back", "5 Nipigie simu"),
    # What staff did for her, and work that went to others
    "no_changes": ("Nothing was changed for you.", "Hakuna kilichobadilishwa kwa niaba yako."),
    "deed": ("{at}{on} {by}: <did>. Why: <why>", "{at}{on} {by}: <did>. Sababu: <why>"),
    "moved": (
        "{at}{on}: {n} of {code} went to others. <operation>", "{at}{on}: {n} za {code} zimepewa wengine. <operation>",
    ),
    "moved_waits": ("{at}{code}: your objection waits for an answer.", "{at}{code}: pingamizi lako linasubiri jibu."),
    "deed_waits": ("{at}Your objection waits for an answer: <did>", "{at}Pingamizi lako linasubiri jibu: <did>"),
    "change_options": ("1 I do not agree", "1 Sikubali"),
    "change_next": ("2 Next", "2 Nyingine"),
    "contest_deed": (
        "1 I did not say that\n2 The number is wrong\n3 I changed my mind\n4 Other",
        "1 Sikusema hivyo\n2 Namba si sahihi\n3 Nimebadili nia\n4 Nyingine",
    ),
    "contest_moved": (
        "1 They are nearly made\n2 I was not told\n3 I was ill\n4 Other",
        "1 Karibu namaliza\n2 Sikuambiwa\n3 Nilikuwa mgonjwa\n4 Nyingine",
    ),
    "contested": (
        "Written down. Somebody else will look and answer you.", "Imeandikwa. Mtu mwingine ataangalia na kukujibu.",
    ),
    # Call, settings
    "call": (
        "Thank you. Somebody from the hub will call you.", "Asante. Mtu wa kituo atakupigia simu.",
    ),
    "settings": ("Settings. We write to you by {channel}.", "Mipangilio. Tunakuandikia kwa {channel}."),
    "settings_options": (
        "1 Kiswahili\n2 SMS\n3 WhatsApp\n4 App\n5 {stop}", "1 English\n2 SMS\n3 WhatsApp\n4 Programu\n5 {stop}",
    ),
    "stop": ("Stop all SMS", "Acha SMS zote"),
    "start": ("Send SMS again", "Anza SMS tena"),
    "saved": ("Saved.", "Imehifadhiwa."),
    # Strangers
    "stranger": (
        "Welcome to Kiwanda, craft work in Kenya. This number is not registered. To join, visit a hub: <hubs>",
        "Karibu Kiwanda, kazi za mikono Kenya. Namba hii haijasajiliwa. Kujiunga, fika kituoni: <hubs>",
    ),
    "stranger_options": ("1 Call me about joining\n2 Kiswahili", "1 Nipigieni simu nijiunge\n2 English"),
    "busy": (
        "Something went wrong here. Nothing was lost; please dial again.",
        "Kuna hitilafu upande wetu. Hakuna kilichopotea; tafadhali piga tena.",
    ),
}


def word(key: str, language: str, **values: object) -> str:
    """The sentence in ``language``; ``<names>`` are placeholders that :func:`page` cuts to fit."""
    text = WORDS[key][1 if language.startswith("sw") else 0]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
