from __future__ import annotations

from decimal import Decimal

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid, Rejected, require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import HubOpened
from kiwanda.factory.network.models import County, Hub
from kiwanda.factory.network.registration import LARGEST_COUNTY


@command(roles={Role.COORDINATOR})
def open_hub(
    ctx: Context,
    *,
    code: str,
    name: str,
    county_code: int,
    latitude: Decimal | float | str,
    longitude: Decimal | float | str,
) -> Hub:
    """A place where workshops hand in and pieces are inspected and packed."""
    code = fields.code("code", code, 8)
    if Hub.objects.filter(code=code).exists():
        raise Rejected(NetworkError.CODE_TAKEN, field="code", code=code)
    county_code = require_range("county_code", county_code, 1, LARGEST_COUNTY)
    county = County.objects.filter(pk=county_code).first()
    if county is None:
        raise Invalid(NetworkError.UNKNOWN_COUNTY, field="county_code", code=county_code)
    hub = Hub.objects.create(
        code=code,
        name=fields.text("name", name, 80),
        county=county,
        latitude=fields.decimal("latitude", latitude, "-90", "90", 5),
        longitude=fields.decimal("longitude", longitude, "-180", "180", 5),
    )
    ctx.emit(HubOpened(hub_id=hub.id, code=code))
    return hub
