from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Invalid, require_range
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import TransferTimesSet
from kiwanda.factory.network.models import Hub, TransferTime
from kiwanda.factory.network.subjects import NETWORK

LONGEST_DAYS = 60


@command(roles={Role.COORDINATOR})
def set_transfer_times(ctx: Context, *, rows: list[tuple[str, str, int]]) -> int:
    """Whole days from hub to hub, as ``(from_code, to_code, days)``, each direction by itself; known pairs are
    replaced. Returns how many rows were taken.
    """
    hubs = dict(Hub.objects.values_list("code", "id"))
    times: dict[tuple[str, str], TransferTime] = {}
    for from_code, to_code, days in rows:
        for code in (from_code, to_code):
            if code not in hubs:
                raise Invalid(NetworkError.UNKNOWN_HUB, field="rows", code=code)
        if (from_code, to_code) in times:
            raise Invalid(NetworkError.CODE_TWICE, field="rows", code=f"{from_code}–{to_code}")
        if from_code == to_code and days != 0:
            raise Invalid(CoreError.MALFORMED, field="rows", reason=f"within {from_code} it takes 0 days")
        times[from_code, to_code] = TransferTime(
            from_hub_id=hubs[from_code],
            to_hub_id=hubs[to_code],
            days=require_range("days", days, 0, LONGEST_DAYS),
        )
    TransferTime.objects.bulk_create(
        times.values(), update_conflicts=True, unique_fields=["from_hub", "to_hub"], update_fields=["days"]
    )
    ctx.emit(TransferTimesSet(network_id=NETWORK, count=len(times)))
    return len(times)
