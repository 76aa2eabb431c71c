from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Invalid
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.models import Technique
from kiwanda.factory.network import queries
from kiwanda.factory.network.errors import NetworkError
from kiwanda.factory.network.events import CapabilitySet
from kiwanda.factory.network.models import Capability
from kiwanda.factory.network.registration import CapabilitySpec, checked_capability


@command(roles={Role.COORDINATOR})
def set_capability(
    ctx: Context,
    *,
    workshop_id: UUID,
    technique: str,
    speed: Decimal | float | str = 1,
    yield_share: Decimal | float | str = "0.97",
    grade: str = "B",
) -> Capability:
    """What a workshop can make and how well, new or corrected; a retired capability comes back into use."""
    workshop = queries.workshop(ctx.actor, workshop_id)
    technique = fields.code("technique", technique, 30)
    if not Technique.objects.filter(pk=technique).exists():
        raise Invalid(NetworkError.UNKNOWN_TECHNIQUE, field="technique", code=technique)
    speed, yield_share, grade = checked_capability(CapabilitySpec(technique, speed, yield_share, grade))
    capability, _ = Capability.objects.update_or_create(
        workshop=workshop,
        technique_id=technique,
        defaults={"speed": speed, "yield_share": yield_share, "grade": grade, "state": "active"},
    )
    ctx.emit(
        CapabilitySet(
            workshop_id=workshop.id,
            technique=technique,
            speed=str(speed),
            yield_share=str(yield_share),
            grade=grade,
        )
    )
    return capability
