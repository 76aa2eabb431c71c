"""Which of the Graph API's error codes are worth another try."""

from __future__ import annotations

#: Throttles and passing faults; everything else fails for good.
PASSING = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131053, 131056, 131057, 133004, 133016})
#: The operator's to mend (token, rights, payment, template not approved yet): messages wait rather than die.
OPERATORS = frozenset({0, 3, 10, 190, 131005, 131031, 131042, 132001, 132015, 368})
#: The 24 hours are over: a template would have been right.
WINDOW_CLOSED = 131047


def is_permanent(code: int, http_status: int) -> bool:
    """Whether the same message would be refused again."""
    if http_status == 429 or http_status >= 500:
        return False
    if code:
        return not (code in PASSING or code in OPERATORS or 200 <= code <= 299)
    # No code to go by: only a refusal of the request itself is for good.
    return http_status in (400, 404, 413, 422)
