"""The list of unmapped SKUs as a file to fill in and upload again."""

from __future__ import annotations

import csv
import io

from kiwanda.core.actors import Actor
from kiwanda.factory.demand import queries
from kiwanda.factory.demand.importing.report import safe_cell

HEADER = ("external_sku", "description", "waiting_lines", "waiting_units", "sku", "pieces_per_unit", "ignore_reason")


def unmapped_as_csv(actor: Actor, channel_code: str) -> bytes:
    """One row for each SKU without a mapping, most waiting lines first; `import_sku_mapping` reads it back.

    Texts come from shops, so none is left to begin like a formula; the reader takes the apostrophe off again.
    """
    channel = queries.channel(actor, channel_code)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for row in queries.unmapped_skus(actor, channel.pk, history=True):
        sku, text = safe_cell(row.external_sku), safe_cell(row.description)
        writer.writerow([sku, text, row.waiting_lines + row.history_lines, row.waiting_units, "", "", ""])
    return out.getvalue().encode("utf-8-sig")
