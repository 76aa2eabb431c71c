"""Money: integer minor units with an ISO 4217 currency. Never a float, never two currencies in one sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, InvalidOperation

#: Decimal places of the currencies Kiwanda books in (ISO 4217). Unknown currencies are refused, not guessed.
EXPONENTS = {
    **dict.fromkeys(
        (
            "KES",
            "USD",
            "GBP",
            "EUR",
            "TZS",
            "CAD",
            "AUD",
            "NZD",
            "CHF",
            "SEK",
            "NOK",
            "DKK",
            "PLN",
            "CZK",
            "ZAR",
            "INR",
        ),
        2,
    ),
    **dict.fromkeys(("AED", "SAR", "ILS", "CNY", "HKD", "SGD", "MYR", "THB", "MXN", "BRL", "ETB", "NGN", "GHS"), 2),
    **dict.fromkeys(("UGX", "RWF", "JPY", "KRW"), 0),
}

SYMBOLS = {"KES": "KSh", "USD": "$", "GBP": "£", "EUR": "€"}

#: The largest amount a BIGINT column holds with room for sums over a whole ledger.
LARGEST_MINOR = 10**15


class MoneyError(ValueError):
    """An amount or currency that cannot be money."""


def exponent(currency: str) -> int:
    """Decimal places of ``currency``; :class:`MoneyError` when it is not one Kiwanda books in."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise MoneyError(f"Currency {currency!r} is not known; use one of {', '.join(sorted(EXPONENTS))}.") from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """``minor`` integer minor units of ``currency`` (KES 12.50 is ``Money(1250, "KES")``)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise MoneyError(f"An amount is a whole number of minor units, not {self.minor!r}.")
        if abs(self.minor) > LARGEST_MINOR:
            raise MoneyError(f"The amount {self.minor} is beyond anything this ledger books.")
        exponent(self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be added; convert one first.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, quantity: int) -> Money:
        if isinstance(quantity, bool) or not isinstance(quantity, int):
            raise MoneyError("Money is multiplied by whole quantities only.")
        return Money(self.minor * quantity, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return format_money(self.minor, self.currency)

    def split(self, weights: list[int]) -> list[Money]:
        """Share the amount by integer ``weights`` so that the parts add up exactly (largest remainder first)."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise MoneyError("Weights must be zero or more and not all zero.")
        shares = [self.minor * weight // total for weight in weights]
        remainders = sorted(range(len(weights)), key=lambda i: (-(self.minor * weights[i] - shares[i] * total), i))
        for i in remainders[: self.minor - sum(shares)]:
            shares[i] += 1
        return [Money(share, self.currency) for share in shares]


def parse_minor(text: str, currency: str, *, rounding: str | None = None) -> int:
    """Minor units of a decimal text such as ``"1,250.50"`` in ``currency``.

    Raises :class:`MoneyError` for anything that is not a finite number, has more decimals than the currency
    (unless ``rounding`` is given) or is too large.
    """
    places = exponent(currency)
    cleaned = text.strip().replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", "")
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise MoneyError(f"{text!r} is not an amount of money.") from None
    if not value.is_finite() or abs(value) > LARGEST_MINOR:
        raise MoneyError(f"{text!r} is not an amount of money.")
    scaled = value.scaleb(places)
    whole = scaled.to_integral_value(rounding=rounding or ROUND_HALF_EVEN)
    if rounding is None and whole != scaled:
        raise MoneyError(f"{text!r} has more decimals than {currency} has ({places}).")
    return int(whole)


def ceil_minor(value: Decimal) -> int:
    """``value`` minor units rounded up: pay floors never round down against the artisan."""
    return int(value.to_integral_value(rounding=ROUND_CEILING))


def format_money(minor: int, currency: str) -> str:
    """``KSh 1,250`` or ``$12.50``: decimals only where there are any, sign in front."""
    places = EXPONENTS.get(currency, 2)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**places)
    text = f"{whole:,}" + (f".{part:0{places}d}" if part else "")
    symbol = SYMBOLS.get(currency, currency)
    gap = "" if len(symbol) == 1 else "\u00a0"
    return f"{sign}{symbol}{gap}{text}"
