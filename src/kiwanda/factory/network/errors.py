"""Why the network says no."""

from kiwanda.core.errors import ErrorCode


class NetworkError(ErrorCode):
    CODE_TAKEN = ("The code {code} is already in use.", "Msimbo {code} tayari unatumika.")
    CODE_TWICE = ("The code {code} stands twice in this list.", "Msimbo {code} umeandikwa mara mbili.")
    UNKNOWN_COUNTY = ("There is no county {code}.", "Hakuna kaunti {code}.")
    UNKNOWN_HUB = ("There is no open hub {code}.", "Hakuna kituo kilicho wazi {code}.")
    UNKNOWN_CALENDAR = ("There is no calendar {code}.", "Hakuna kalenda {code}.")
    UNKNOWN_TECHNIQUE = ("There is no technique {code}.", "Hakuna ufundi {code}.")
    PHONE_WRONG = (
        "“{phone}” is not a Kenyan mobile number; write it like 0712 345 678 or +254 712 345 678.",
        "“{phone}” si namba ya simu ya mkononi ya Kenya; iandike kama 0712 345 678 au +254 712 345 678.",
    )
    PHONE_TAKEN = (
        "This phone number belongs to another artisan. Each needs her own number, because money and offers go to it.",
        "Namba hii ni ya fundi mwingine. Kila mmoja anahitaji namba yake, kwa sababu pesa na kazi hutumwa kwake.",
    )
    PHONE_TWICE = (
        "Two artisans in this list have one phone number (workshops {first} and {second}).",
        "Mafundi wawili katika orodha hii wana namba moja ya simu (karakana {first} na {second}).",
    )
    OWNER_MISSING = (
        "Workshop {code} needs exactly one owner; {count} are named.",
        "Karakana {code} inahitaji mmiliki mmoja tu; wametajwa {count}.",
    )
    OWNER_PHONE = (
        "The owner of workshop {code} needs a phone number: offers and pay go to it.",
        "Mmiliki wa karakana {code} anahitaji namba ya simu: kazi na malipo hutumwa kwake.",
    )
    OWNER_STAYS = (
        "The owner cannot leave while the workshop is open.",
        "Mmiliki hawezi kuondoka karakana ikiwa bado wazi.",
    )
    CAPABILITY_TWICE = (
        "Workshop {code} names the technique {technique} twice.",
        "Karakana {code} imetaja ufundi {technique} mara mbili.",
    )
    DAY_PAST = ("{on} is past.", "{on} imepita.")
    DAY_FAR = ("{on} is more than a year away.", "{on} iko zaidi ya mwaka mmoja mbele.")
    WEEK_WRONG = (
        "A week has seven whole numbers of minutes from 0 to 1440, Monday first.",
        "Wiki ina namba saba za dakika kutoka 0 hadi 1440, kuanzia Jumatatu.",
    )
    CONSENT_EXPIRY = (
        "A consent ends on a day after today and within three years.",
        "Idhini huisha siku baada ya leo na ndani ya miaka mitatu.",
    )
    CONSENT_TWICE = (
        "She has already agreed to this; withdraw that consent first.",
        "Tayari amekubali hili; ondoa idhini hiyo kwanza.",
    )
    CODE_WRONG = (
        "The code is wrong or too old. Ask for a new one.",
        "Namba ya siri si sahihi au imepitwa na wakati. Omba mpya.",
    )
    USERNAME_TAKEN = ("The user name {username} is already in use.", "Jina la mtumiaji {username} tayari linatumika.")
    PASSWORD_WEAK = ("The password will not do: {reason}", "Nenosiri halifai: {reason}")
    ROLE_UNKNOWN = ("{role} is not a role of staff.", "{role} si jukumu la wafanyakazi.")
    OWN_ROLES = (
        "Nobody changes her own roles; ask another administrator.",
        "Hakuna anayebadilisha majukumu yake mwenyewe; mwombe msimamizi mwingine.",
    )
    ERASED = (
        "She was erased: nothing is held about her any more.",
        "Alifutwa: hakuna taarifa zake zinazohifadhiwa tena.",
    )
    STILL_HERE = (
        "She still belongs to a workshop. Note that she left, or close the workshop, first.",
        "Bado yuko kwenye karakana. Kwanza andika kwamba ameondoka, au funga karakana.",
    )
