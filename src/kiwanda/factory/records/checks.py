"""What ``kiwanda audit`` proves about signed histories."""

from __future__ import annotations

from collections.abc import Iterator

from kiwanda.core import vault
from kiwanda.core.audit import check
from kiwanda.core.errors import Rejected
from kiwanda.factory.records import signing
from kiwanda.factory.records.commands.issue_record import SIGNED
from kiwanda.factory.records.models import IssuedRecord, SigningKey


@check("Every history that was taken away verifies with a published key and shows the facts that were chosen")
def records_verify() -> Iterator[str]:
    keys = signing.published_keys()
    rows = list(IssuedRecord.objects.order_by("pk"))
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        texts = vault.get_many([row.pk for row in part], SIGNED)
        for row in part:
            if row.pk not in texts:
                continue
            try:
                proved = signing.verify(texts[row.pk], keys)
            except Rejected as wrong:
                yield f"record {row.pk}: {wrong.message()}"
                continue
            if (proved.record_id, proved.kid, set(proved.facts)) != (str(row.pk), row.kid, set(row.fields)):
                yield f"record {row.pk} is not what was issued"


@check("The private half of the key that signs lies in the vault")
def key_at_hand() -> Iterator[str]:
    for row in SigningKey.objects.filter(state="active"):
        if not vault.get(row.pk, "signing_key"):
            yield f"the key {row.kid} cannot sign"
