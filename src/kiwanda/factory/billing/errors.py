"""Why billing says no."""

from kiwanda.core.errors import ErrorCode


class BillingError(ErrorCode):
    EMAIL_WRONG = ("This is no e-mail address.", "Hii si anwani ya barua pepe.")
    NOT_SHIPPED = ("This shipment has not left yet.", "Mzigo huu haujaondoka bado.")
    NOTHING_TO_BILL = (
        "Everything this shipment held is invoiced already, or has no price.",
        "Kila kitu katika mzigo huu kimeshatozwa, au hakina bei.",
    )
    RECEIPT_TAKEN = ("The receipt {receipt} was recorded before.", "Risiti {receipt} ilisharekodiwa.")
    OTHER_CURRENCY = (
        "The invoice is in {wanted}; this payment is in {currency}.",
        "Ankara ni ya {wanted}; malipo haya ni ya {currency}.",
    )
    OTHER_CHANNEL = ("This invoice is another buyer's.", "Ankara hii ni ya mnunuzi mwingine.")
    NOTHING_LEFT = ("Nothing of this payment is left to match.", "Hakuna kilichobaki cha kulinganisha.")
    PAID_IN_PART = (
        "Part of it was paid; it cannot be credited.",
        "Sehemu yake imelipwa; haiwezi kufutwa.",
    )
