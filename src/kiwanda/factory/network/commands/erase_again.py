from __future__ import annotations

from kiwanda.core import vault
from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.factory.network.erasing import forget, remember, returned, unwritten
from kiwanda.factory.network.events import ArtisanLeft
from kiwanda.factory.network.states import ARTISAN


@command(roles={Role.SYSTEM})
def erase_again(ctx: Context) -> dict[str, int]:
    """Forget anew whoever a backup brought back. Returns how many were erased and how many wait.

    An owner of a workshop that is open in the backup waits until it is closed again: work and pay need her until then.
    """
    remember(unwritten())
    erased = waiting = 0
    for artisan in returned():
        if artisan.state == "erased":
            vault.erase(artisan.id)
        elif artisan.role == "owner" and artisan.state == "active" and artisan.workshop.state != "closed":
            waiting += 1
            continue
        else:
            if artisan.state == "active":
                ARTISAN.move(artisan, "left")
                ctx.emit(ArtisanLeft(artisan_id=artisan.id, workshop_id=artisan.workshop_id))
            forget(ctx, artisan, "backup")
        erased += 1
    return {"erased": erased, "waiting": waiting}
