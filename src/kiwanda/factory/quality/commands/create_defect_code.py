"""Name a defect inspectors may choose."""

from __future__ import annotations

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import Rejected
from kiwanda.factory.catalog import fields
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.models import DefectCode

SEVERITIES = ("critical", "major", "minor")


@command(roles={Role.INSPECTOR, Role.COORDINATOR})
def create_defect_code(ctx: Context, *, code: str, name_en: str, name_sw: str, severity: str) -> DefectCode:
    """Add a defect to the list. ``severity``: critical, major or minor."""
    row = DefectCode(
        code=fields.code("code", code, 30),
        name_en=fields.text("name_en", name_en, 80),
        name_sw=fields.text("name_sw", name_sw, 80),
        severity=fields.choice("severity", severity, SEVERITIES),
    )
    if DefectCode.objects.filter(pk=row.pk).exists():
        raise Rejected(QualityError.CODE_TAKEN, field="code", code=row.code)
    row.save(force_insert=True)
    return row
