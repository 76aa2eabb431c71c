from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import derived_id
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import TechniqueCreated
from kiwanda.factory.catalog.models import Technique


@command(roles={Role.DESIGNER})
def create_technique(ctx: Context, *, code: str, name_en: str, name_sw: str) -> Technique:
    """A craft that operations need and workshops can have."""
    code = fields.code("code", code, 30)
    if Technique.objects.filter(pk=code).exists():
        raise Rejected(CatalogError.CODE_TAKEN, field="code", code=code)
    technique = Technique.objects.create(
        code=code, name_en=fields.text("name_en", name_en, 80), name_sw=fields.text("name_sw", name_sw, 80)
    )
    ctx.emit(TechniqueCreated(technique_id=derived_id("technique", code), code=code))
    return technique
