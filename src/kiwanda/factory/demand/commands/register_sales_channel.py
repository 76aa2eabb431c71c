"""Register where orders come from."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, Rejected, require_range
from kiwanda.core.ids import derived_id
from kiwanda.core.money import EXPONENTS
from kiwanda.factory.demand.errors import DemandError
from kiwanda.factory.demand.events import SalesChannelRegistered
from kiwanda.factory.demand.importing import FORMATS
from kiwanda.factory.demand.models import SalesChannel

KINDS = (*FORMATS, "manual")


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def register_sales_channel(
    ctx: Context, *, code: str, name: str, kind: str, currency: str = "USD", lead_days: int = 21
) -> SalesChannel:
    """A shop, a wholesale desk or a file drop. ``kind`` is the format of its files, or ``manual``.

    ``lead_days`` from the order to the due date where a file names none.
    """
    if not code or len(code) > 30 or not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
        raise Invalid(CoreError.MALFORMED, field="code", reason="letters, digits, - and _, at most 30")
    if not name.strip() or len(name) > 80:
        raise Invalid(CoreError.MISSING, field="name")
    if kind not in KINDS:
        raise Invalid(DemandError.KIND_UNKNOWN, field="kind", kind=kind, kinds=", ".join(KINDS))
    if currency not in EXPONENTS:
        known = ", ".join(sorted(EXPONENTS))
        raise Invalid(DemandError.CURRENCY_UNKNOWN, field="currency", currency=currency, currencies=known)
    require_range("lead_days", lead_days, 0, 365)
    if SalesChannel.objects.filter(pk=code).exists():
        raise Rejected(DemandError.CHANNEL_TAKEN, field="code", code=code)
    channel = SalesChannel.objects.create(
        code=code, name=name.strip(), kind=kind, currency=currency, lead_days=lead_days
    )
    identifier = derived_id("sales_channel", code)
    ctx.emit(SalesChannelRegistered(sales_channel_id=identifier, code=code, kind=kind, currency=currency))
    return channel
