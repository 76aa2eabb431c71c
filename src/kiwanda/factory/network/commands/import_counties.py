from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import require_range
from kiwanda.factory.catalog import fields
from kiwanda.factory.network.events import CountiesImported
from kiwanda.factory.network.models import County
from kiwanda.factory.network.registration import LARGEST_COUNTY
from kiwanda.factory.network.subjects import NETWORK


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county: census code, the point it is shown at (degrees), people."""

    code: int
    name: str
    latitude: Decimal | float | str
    longitude: Decimal | float | str
    population: int


@command(roles={Role.COORDINATOR})
def import_counties(ctx: Context, *, rows: list[CountyRow]) -> int:
    """Store or replace counties by code. Returns how many rows were taken."""
    counties = [
        County(
            code=require_range("code", row.code, 1, LARGEST_COUNTY),
            name=fields.text("name", row.name, 60),
            latitude=fields.decimal("latitude", row.latitude, "-90", "90", 5),
            longitude=fields.decimal("longitude", row.longitude, "-180", "180", 5),
            population=require_range("population", row.population, 0, 2_000_000_000),
        )
        for row in rows
    ]
    County.objects.bulk_create(
        counties,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "latitude", "longitude", "population"],
    )
    ctx.emit(CountiesImported(network_id=NETWORK, count=len(counties)))
    return len(counties)
