"""Why conversations say no."""

from kiwanda.core.errors import ErrorCode


class ConversationsError(ErrorCode):
    NOT_FAILED = (
        "Only a message that failed is sent again.",
        "Ujumbe ulioshindwa tu ndio hutumwa tena.",
    )
