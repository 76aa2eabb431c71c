"""What devices can do."""

from kiwanda.factory.devices.commands.drop_push import drop_push
from kiwanda.factory.devices.commands.learn_step import learn_step
from kiwanda.factory.devices.commands.log_out_device import log_out_device
from kiwanda.factory.devices.commands.register_device import register_device
from kiwanda.factory.devices.commands.revoke_device import revoke_device
from kiwanda.factory.devices.commands.subscribe_push import subscribe_push

__all__ = [
    "drop_push",
    "learn_step",
    "log_out_device",
    "register_device",
    "revoke_device",
    "subscribe_push",
]
