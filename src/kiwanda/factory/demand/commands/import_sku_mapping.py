"""Import a file of SKU mappings: all of it or nothing."""

from __future__ import annotations

from typing import Any

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.importing.problems import Problem
from kiwanda.factory.demand.importing.report import Report
from kiwanda.factory.demand.importing.sku_mapping_file import ParsedMapping, read_sku_mapping
from kiwanda.factory.demand.models import SalesChannel, SkuMapping
from kiwanda.factory.demand.sku_mapping import ignore_one, lines_in_use, map_one, normal_sku


@command(roles={Role.MERCHANDISER, Role.COORDINATOR})
def import_sku_mapping(
    ctx: Context, *, channel_code: str, content: bytes, filename: str = "", dry_run: bool = False, sheet: str = ""
) -> dict[str, Any]:
    """Read a mapping file (docs/reference/import-formats.md) and map or ignore each of its SKUs.

    Returns the report as plain data, with ``state`` (``applied``, ``checked`` or ``refused``), ``mapped``, ``ignored``
    and ``unchanged``. A file with one error changes nothing.
    """
    channel = queries.channel(ctx.actor, channel_code, lock=True)
    rows, report = read_sku_mapping(content, name=filename, sheet=sheet)
    variants = {
        variant.sku: variant for variant in Variant.objects.filter(sku__in={row.sku for row in rows if row.sku})
    }
    known = {mapping.external_sku: mapping for mapping in SkuMapping.objects.filter(channel=channel)}
    changes = [row for row in rows if not _says_so_already(channel, row, known, variants)]
    for row in changes:
        if row.sku and row.sku not in variants:
            report.error(row.row, "sku", Problem.VARIANT_UNKNOWN, value=row.sku)
        elif not row.sku and (busy := lines_in_use(channel, normal_sku(channel.kind, row.external_sku))):
            report.error(row.row, "ignore_reason", Problem.SKU_IN_USE, value=row.external_sku, lines=busy)
    if report.ok and not dry_run:
        for row in changes:
            external = normal_sku(channel.kind, row.external_sku)
            if row.sku:
                map_one(ctx, channel, external, variants[row.sku], row.pieces_per_unit)
            else:
                ignore_one(ctx, channel, external, row.ignore_reason)
    return _answer(report, changes, len(rows) - len(changes), dry_run)


def _says_so_already(
    channel: SalesChannel, row: ParsedMapping, known: dict[str, SkuMapping], variants: dict[str, Variant]
) -> bool:
    mapping = known.get(normal_sku(channel.kind, row.external_sku))
    if mapping is None:
        return False
    if not row.sku:
        return mapping.variant_id is None and mapping.ignored_reason == row.ignore_reason
    variant = variants.get(row.sku)
    return variant is not None and (mapping.variant_id, mapping.pieces_per_unit) == (variant.pk, row.pieces_per_unit)


def _answer(report: Report, changes: list[ParsedMapping], unchanged: int, dry_run: bool) -> dict[str, Any]:
    state = "refused" if not report.ok else "checked" if dry_run else "applied"
    mapped = sum(bool(row.sku) for row in changes)
    return report.as_dict() | {
        "state": state,
        "mapped": mapped,
        "ignored": len(changes) - mapped,
        "unchanged": unchanged,
    }
