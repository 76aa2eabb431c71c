"""Why logistics says no."""

from kiwanda.core.errors import ErrorCode


class LogisticsError(ErrorCode):
    NOTHING_TO_PACK = (
        "Choose at least one line and quantity to pack.",
        "Chagua angalau mstari mmoja na idadi ya kufunga.",
    )
    TOO_FEW_PIECES = (
        "{hub} has only {available} finished pieces for line {line}; {wanted} were asked for.",
        "{hub} ina vipande {available} tu vilivyokamilika kwa mstari {line}; viliombwa {wanted}.",
    )
    LINE_NEEDS_LESS = (
        "Line {line} needs only {needed} more pieces.",
        "Mstari {line} unahitaji vipande {needed} tu zaidi.",
    )
    SAME_LINE_TWICE = ("A line may appear once in a carton.", "Mstari uonekane mara moja tu katika katoni.")
    HUB_UNKNOWN = ("There is no hub {code}.", "Hakuna kituo {code}.")
    NO_CARTONS = ("A shipment needs at least one packed carton.", "Shehena inahitaji angalau katoni moja iliyofungwa.")
    CARTON_TAKEN = (
        "Carton {sscc} is already in another shipment or not packed.",
        "Katoni {sscc} tayari iko katika shehena nyingine au haijafungwa.",
    )
