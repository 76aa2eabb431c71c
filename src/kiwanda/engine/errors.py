"""The one exception the engine raises about its input."""

from __future__ import annotations


class ProblemError(ValueError):
    """A problem or a plan is not well formed.

    The text is one sentence that names the field, for instance
    ``orders[3].quantity must be a whole number of at least 1, not -4.``

    Parameters
    ----------
    field : str
        Path of the offending field, as in the file (``orders[3].quantity``); may be empty for the whole document.
    message : str
        The rest of the sentence, without the full stop.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field} {message}." if field else f"{message}.")

    def __reduce__(self) -> tuple[type[ProblemError], tuple[str, str]]:
        """Two arguments, one sentence: without this the error could not come back from another process."""
        return (ProblemError, (self.field, self.message))

    def within(self, parent: str) -> ProblemError:
        """Return the same error seen from one level further out."""
        if not self.field:
            return ProblemError(parent, self.message)
        joint = "" if self.field.startswith("[") else "."
        return ProblemError(f"{parent}{joint}{self.field}", self.message)
