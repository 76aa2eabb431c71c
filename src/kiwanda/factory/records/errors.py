"""Why records says no."""

from kiwanda.core.errors import ErrorCode


class RecordsError(ErrorCode):
    NOTHING_CHOSEN = ("Choose at least one fact.", "Chagua angalau jambo moja.")
    UNKNOWN_FACT = ("There is no fact called {name}.", "Hakuna jambo linaloitwa {name}.")
    UNREADABLE = (
        "This is not a signed history: {reason}.",
        "Hii si historia iliyotiwa saini: {reason}.",
    )
    UNKNOWN_KEY = (
        "It was signed with a key that is not the house's ({kid}).",
        "Ilitiwa saini kwa ufunguo usio wa kiwanda ({kid}).",
    )
    FORGED = ("Its signature is wrong: somebody changed it.", "Saini yake si sahihi: mtu ameibadilisha.")
