"""Why an advance is refused."""

from kiwanda.core.errors import ErrorCode


class AdvancesError(ErrorCode):
    NOT_OWNER = (
        "Only the owner of the workshop asks for an advance: its earnings pay it back.",
        "Mwenye karakana tu ndiye anayeomba malipo ya awali: mapato yake ndiyo yanayolipa.",
    )
    OVER_LIMIT = (
        "You can have up to {most} now; that follows what you usually earn in a week.",
        "Unaweza kupata hadi {most} sasa; inafuata kile unachopata kwa wiki kwa kawaida.",
    )
    NOTHING_FREE = (
        "There is no room for an advance now: the limit follows what you earned in the last twelve weeks.",
        "Hakuna nafasi ya malipo ya awali sasa: kikomo kinafuata mapato ya wiki kumi na mbili zilizopita.",
    )
    TOO_LITTLE = ("The least is {least}.", "Kiasi cha chini ni {least}.")
    ONE_ALREADY = (
        "You have one already; when it is paid back you can ask again.",
        "Tayari unayo moja; ukimaliza kuilipa unaweza kuomba tena.",
    )
    NO_LENDER = (
        "Loans come from a licensed lender only; none is connected.",
        "Mikopo hutoka kwa mkopeshaji mwenye leseni tu; hakuna aliyeunganishwa.",
    )
    NEEDS_SECOND = (
        "The person who decided cannot confirm it.",
        "Aliyeamua hawezi kuthibitisha mwenyewe.",
    )
    SELF_DECIDED = (
        "The person who entered the request cannot decide it.",
        "Aliyeingiza ombi hawezi kuliamua.",
    )
    MORE_THAN_LEFT = ("Only {left} is left to pay.", "Kilichobaki kulipwa ni {left} tu.")
    RECEIPT_TAKEN = ("The receipt {receipt} was recorded before.", "Risiti {receipt} ilisharekodiwa.")
    STILL_OPEN = (
        "An advance is still open: {left} left. It is paid back or written off first.",
        "Bado kuna malipo ya awali: imebaki {left}. Yalipwe au yafutwe kwanza.",
    )
    PAUSE_TOO_LONG = (
        "A pause lasts until {latest} at most; after that it can be renewed.",
        "Mapumziko huisha kufikia {latest}; baadaye yanaweza kuongezwa.",
    )
