from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.ids import derived_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import MaterialCreated
from kiwanda.factory.catalog.models import Material


@command(roles={Role.DESIGNER})
def create_material(
    ctx: Context, *, code: str, name_en: str, name_sw: str, unit: str, recycled_percent: int = 0, origin: str = ""
) -> Material:
    """A material that bills of materials name. ``recycled_percent`` is a claim by mass until its lots prove it."""
    code = fields.code("code", code, 40)
    if Material.objects.filter(pk=code).exists():
        raise Rejected(CatalogError.CODE_TAKEN, field="code", code=code)
    material = Material.objects.create(
        code=code,
        name_en=fields.text("name_en", name_en, 120),
        name_sw=fields.text("name_sw", name_sw, 120),
        unit=fields.text("unit", unit, 8),
        recycled_percent=require_range("recycled_percent", recycled_percent, 0, 100),
        origin=fields.text("origin", origin, 120, required=False),
    )
    ctx.emit(MaterialCreated(material_id=derived_id("material", code), code=code))
    return material
