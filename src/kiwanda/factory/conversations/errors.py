"""Why conversations say no."""

from kiwanda.core.errors import ErrorCode


class ConversationsError(ErrorCode):
    NOT_FAILED = (
        "Only a message that failed is sent again.",
        "Ujumbe ulioshindwa tu ndio hutumwa tena.",
    )
    PIN_FORM = (
        "A PIN is four digits that are not all the same and not 1234.",
        "PIN ni tarakimu nne zisizofanana zote na isiyo 1234.",
    )
    PIN_SET = (
        "There is a PIN already. The hub can reset it.",
        "Tayari kuna PIN. Kituo kinaweza kuifuta.",
    )
    PIN_UNSET = ("No PIN is set yet.", "Bado hakuna PIN.")
    PIN_WRONG = (
        "The PIN is wrong.",
        "PIN si sahihi.",
    )
    PIN_LOCKED = (
        "Too many wrong tries. Wait half an hour, or ask the hub for a new PIN.",
        "Umekosea mara nyingi. Subiri nusu saa, au omba kituo PIN mpya.",
    )
    NOBODY_TOLD = (
        "Nobody of this workshop can be told, so nothing can be done for it.",
        "Hakuna wa kuambiwa katika karakana hii, hivyo hakuna linaloweza kufanywa kwa niaba yake.",
    )
    OWN_ANSWER = (
        "Somebody else answers this: you did it.",
        "Mtu mwingine ajibu hili: wewe ndiye uliyefanya.",
    )
    CHAT_TAKEN = (
        "Somebody else on the staff is linked to that name.",
        "Mfanyakazi mwingine tayari ameunganishwa na jina hilo.",
    )
