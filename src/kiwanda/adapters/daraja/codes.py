"""What Daraja's codes prove. Anything not listed here proves nothing: the attempt stays unknown and is asked about."""

from __future__ import annotations

#: Refused at the gateway before M-Pesa saw it: the request was malformed, the token had run out, or we were too fast.
REFUSED_AT_GATEWAY = frozenset(
    {
        "400.002.02", "400.002.05", "400.003.01", "400.003.02", "401.002.01", "401.003.01", "404.001.01", "404.001.03",
        "404.002.01", "404.003.01", "405.001", "500.003.02", "500.003.03",
    }
)  # fmt: skip

#: The token is not valid (any more): it is renewed and the same request, with the same id, sent once again.
TOKEN_REFUSED = frozenset({"401.002.01", "401.003.01", "404.001.03"})

#: Our id is known already: the first request may have been carried out. Never a failure.
DUPLICATE_ID = "500.002.1001"

#: Final results that prove nobody was paid. 15 (duplicate), 17 (internal), 26 (busy) and the cached and overload codes
#: are left out on purpose: public code that took them for failures paid twice.
NOT_PAID = frozenset(
    {
        "1", "2", "3", "4", "8", "11", "18", "20", "21", "22", "24", "25", "29", "2001", "2006", "2028", "2040", "8006",
        "SFC_IC0003",
    }
)  # fmt: skip

#: What staff are told, in place of M-Pesa's wording where that says little.
MEANING = {
    "1": "The utility account holds too little.",
    "2": "The amount is below what M-Pesa pays.",
    "3": "The amount is above what M-Pesa pays at once.",
    "4": "The receiver's or our daily limit is used up.",
    "8": "The receiver's wallet would hold more than it may.",
    "11": "The account is not active.",
    "21": "Our initiator may not do this.",
    "2001": "Our initiator name or password is wrong.",
    "2006": "The account is not active.",
    "2028": "The short code may not pay this product.",
    "2040": "The number is not registered for M-Pesa.",
    "8006": "Our initiator's password is locked.",
    "SFC_IC0003": "There is no such number.",
}
