from __future__ import annotations

from datetime import timedelta

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.models import VaultEntry
from kiwanda.factory.network.models import LoginCode
from kiwanda.factory.network.subjects import login_code_subject

#: Kept a day past their end, so that the limits on asking still count them and staff can see what went wrong.
KEPT = timedelta(days=1)


@command(roles={Role.SYSTEM})
def forget_login_codes(ctx: Context) -> int:
    """Delete codes that ended more than a day ago, with what of them is still in the vault. Returns how many."""
    old = list(LoginCode.objects.filter(expires_at__lt=ctx.now - KEPT).values_list("pk", flat=True)[:500])
    VaultEntry.objects.filter(subject_id__in=[login_code_subject(pk) for pk in old], field="login_code").delete()
    LoginCode.objects.filter(pk__in=old).delete()
    return len(old)
