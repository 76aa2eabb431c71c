"""Why impact says no."""

from kiwanda.core.errors import ErrorCode


class ImpactError(ErrorCode):
    SURVEY_TAKEN = ("A survey named {name} is already recorded.", "Utafiti wenye jina {name} tayari umeandikwa.")
    NO_ANSWERS = ("A survey needs answers.", "Utafiti unahitaji majibu.")
    WORKSHOP_UNKNOWN = (
        "Answer {number}: there is no workshop {code}.",
        "Jibu {number}: hakuna karakana {code}.",
    )
    WORKSHOP_MISSING = (
        "Answer {number}: a partner answers for a workshop; the comparison group has none.",
        "Jibu {number}: mshirika hujibu kwa karakana; kundi la kulinganisha halina karakana.",
    )
    ANSWER_WRONG = ("Answer {number}: {reason}", "Jibu {number}: {reason}")
    ONE_CURRENCY = (
        "All answers of a survey are in one currency; answer {number} is in {currency}.",
        "Majibu yote ya utafiti huwa katika sarafu moja; jibu {number} liko katika {currency}.",
    )
