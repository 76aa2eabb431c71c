"""What logistics can do."""

from kiwanda.factory.logistics.commands.create_shipment import create_shipment
from kiwanda.factory.logistics.commands.dispatch_shipment import dispatch_shipment
from kiwanda.factory.logistics.commands.pack_carton import PackItem, pack_carton
from kiwanda.factory.logistics.commands.record_delivery import record_delivery
from kiwanda.factory.logistics.commands.unpack_carton import unpack_carton

__all__ = ["PackItem", "create_shipment", "dispatch_shipment", "pack_carton", "record_delivery", "unpack_carton"]
