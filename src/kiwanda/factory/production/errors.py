"""Why production says no."""

from kiwanda.core.errors import ErrorCode


class ProductionError(ErrorCode):
    WORK_CLOSED = (
        "Work order {code} is closed; nothing more can be reported on it.",
        "Kazi {code} imefungwa; hakuna kinachoweza kuripotiwa tena.",
    )
    COUNT_WENT_DOWN = (
        "{made} pieces were reported before. To lower the count, mark it as a correction.",
        "Vipande {made} viliripotiwa awali. Ili kupunguza idadi, weka alama ya marekebisho.",
    )
    BELOW_HANDED_IN = (
        "{handed_in} pieces are already handed in; the count cannot be lower.",
        "Vipande {handed_in} vimeshakabidhiwa; idadi haiwezi kuwa chini ya hapo.",
    )
    TOO_MANY_MADE = (
        "This work order is for {quantity} pieces; {made} were reported.",
        "Kazi hii ni ya vipande {quantity}; umeripoti {made}.",
    )
    TOO_MANY_HANDED_IN = (
        "Only {left} pieces of this work order are left to hand in.",
        "Vipande vilivyobaki kukabidhiwa katika kazi hii ni {left} tu.",
    )
    TOO_MANY_MENDED = (
        "Only {left} pieces are back with the workshop for rework.",
        "Vipande vilivyorudishwa kwenye karakana kurekebishwa ni {left} tu.",
    )
    PARTS_MISSING = (
        "Parts for only {sets} pieces were given to this work order; it cannot yield more.",
        "Kazi hii imepewa sehemu za vipande {sets} tu; haiwezi kutoa zaidi ya hapo.",
    )
    HUB_UNKNOWN = ("There is no open hub {code}.", "Hakuna kituo kilicho wazi chenye alama {code}.")
    NOT_NEXT = (
        "Pieces can go only to a live work order of the next operation of the same production order.",
        "Vipande vinaweza kwenda tu kwenye kazi hai ya hatua inayofuata ya oda hiyo hiyo ya uzalishaji.",
    )
    NEXT_NEEDS_LESS = (
        "The next workshop needs only {needed} more of these pieces.",
        "Karakana inayofuata inahitaji vipande {needed} tu zaidi.",
    )
