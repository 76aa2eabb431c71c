from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.catalog.errors import CatalogError
from kiwanda.factory.catalog.events import StyleCreated
from kiwanda.factory.catalog.models import Style


@command(roles={Role.DESIGNER, Role.MERCHANDISER})
def create_style(
    ctx: Context,
    *,
    code: str,
    name_en: str,
    name_sw: str = "",
    description: str = "",
    category: str = "",
    picture: str = "",
) -> Style:
    """A new design, a draft until its first tech pack is released."""
    code = fields.code("code", code, 40)
    if Style.objects.filter(code=code).exists():
        raise Rejected(CatalogError.CODE_TAKEN, field="code", code=code)
    style = Style.objects.create(
        code=code,
        name_en=fields.text("name_en", name_en, 120),
        name_sw=fields.text("name_sw", name_sw, 120, required=False),
        description=fields.text("description", description, 5000, required=False),
        category=fields.text("category", category, 40, required=False),
        picture=fields.picture("picture", picture),
        created_at=ctx.now,
    )
    ctx.emit(StyleCreated(style_id=style.id, code=code))
    return style
