"""Why quality says no."""

from kiwanda.core.errors import ErrorCode


class QualityError(ErrorCode):
    PIECES_DO_NOT_ADD_UP = (
        "{received} pieces were received; accepted, rework and rejected add up to {judged}.",
        "Vipande {received} vilipokelewa; vilivyokubaliwa, vya kurekebisha na vilivyokataliwa ni {judged} kwa jumla.",
    )
    REASON_MISSING = (
        "Say what is wrong with the pieces you send back or reject.",
        "Eleza kasoro ya vipande unavyorudisha au kukataa.",
    )
    TOO_MANY_DEFECTS = (
        "{defects} defective pieces are named, but only {failed} were sent back or rejected.",
        "Vipande {defects} vimetajwa kuwa na kasoro, lakini vilivyorudishwa au kukataliwa ni {failed} tu.",
    )
    UNKNOWN_DEFECT = ("There is no defect code {code}.", "Hakuna alama ya kasoro {code}.")
    DEFECT_TWICE = ("Defect {code} is named twice.", "Kasoro {code} imetajwa mara mbili.")
    CODE_TAKEN = ("Defect code {code} already exists.", "Alama ya kasoro {code} tayari ipo.")
    ALREADY_APPEALED = (
        "This inspection was already appealed; an appeal is heard once.",
        "Ukaguzi huu umeshakatiwa rufaa; rufaa husikilizwa mara moja.",
    )
    NOTHING_REJECTED = (
        "No piece was rejected in this inspection, so there is nothing to appeal.",
        "Hakuna kipande kilichokataliwa katika ukaguzi huu, kwa hiyo hakuna cha kukatia rufaa.",
    )
    OTHER_INSPECTOR = (
        "Another inspector than the first must decide this appeal.",
        "Rufaa hii lazima iamuliwe na mkaguzi mwingine.",
    )
