"""Hold a passport's claims against their evidence again."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.traceability.claims import check_claims
from kiwanda.factory.traceability.events import ClaimsChecked
from kiwanda.factory.traceability.genealogy import way_of_batch
from kiwanda.factory.traceability.models import Claim, Evidence, Passport


@command(roles={Role.MERCHANDISER, Role.COORDINATOR, Role.IMPACT_OFFICER, Role.SYSTEM})
def recheck_claims(ctx: Context, *, passport_id: UUID) -> Passport:
    """Prove every claim anew; one that lost its evidence is hidden at once."""
    passport = Passport.objects.select_related("production_order__tech_pack").filter(pk=passport_id).first()
    if passport is None:
        raise NotFound(CoreError.NOT_FOUND, what="passport")
    check_passport(ctx, passport)
    return passport


def check_passport(ctx: Context, passport: Passport) -> None:
    """Replace the passport's claims and evidence by what holds now; tell only what changed."""
    before = dict(passport.claims.values_list("kind", "state"))
    proofs = check_claims(way_of_batch(passport.production_order))
    after = {proof.kind: "proved" if proof.holds else "unproved" for proof in proofs}
    for proof in proofs:
        figures = proof.figures if proof.holds else {"missing": proof.missing}
        claim, _ = Claim.objects.update_or_create(
            passport=passport,
            kind=proof.kind,
            defaults={"state": after[proof.kind], "figures": figures, "checked_at": ctx.now},
        )
        claim.evidence.all().delete()
        Evidence.objects.bulk_create(
            [
                Evidence(claim=claim, kind=kind, reference=reference, note=note)
                for kind, reference, note in proof.evidence
            ]
        )
    if after != before:
        ctx.emit(
            ClaimsChecked(
                passport_id=passport.pk,
                proved=sorted(kind for kind, state in after.items() if state == "proved"),
                unproved=sorted(kind for kind, state in after.items() if state == "unproved"),
            )
        )
