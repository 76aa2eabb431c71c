"""Why supply says no."""

from kiwanda.core.errors import ErrorCode


class SupplyError(ErrorCode):
    UNKNOWN_MATERIAL = ("There is no material {code}.", "Hakuna malighafi {code}.")
    UNKNOWN_HUB = ("There is no open hub {code}.", "Hakuna kituo kilicho wazi chenye alama {code}.")
    LOT_EXISTS = ("Lot {code} was already received.", "Shehena ya malighafi {code} ilishapokelewa.")
    NOT_ENOUGH = (
        "{quantity} {unit} of {material} are missing for {code}; nothing was given out.",
        "Zinakosekana {quantity} {unit} za {material} kwa kazi {code}; hakuna kilichotolewa.",
    )
    ALREADY_ISSUED = (
        "All material for {code} was already given out.",
        "Malighafi yote ya kazi {code} ilishatolewa.",
    )
    WORK_CLOSED = ("Work order {code} is closed.", "Kazi {code} imefungwa.")
    NEEDS_COORDINATOR = (
        "The amounts differ; a coordinator has to settle it.",
        "Viwango vinatofautiana; mratibu anapaswa kuamua.",
    )
    RETURN_TOO_MUCH = (
        "At most {left} {unit} of this material can come back.",
        "Malighafi inayoweza kurudi ni {left} {unit} tu.",
    )
    LOT_WAS_SMALLER = (
        "Lot {code} was {received} {unit} when it came; it cannot hold more.",
        "Shehena {code} ilikuwa {received} {unit} ilipofika; haiwezi kuwa zaidi.",
    )
