"""What demand can do."""

from kiwanda.factory.demand.commands.cancel_order_line import cancel_order_line
from kiwanda.factory.demand.commands.cancel_sales_order import cancel_sales_order
from kiwanda.factory.demand.commands.ignore_sku import ignore_sku
from kiwanda.factory.demand.commands.import_orders import import_orders
from kiwanda.factory.demand.commands.import_sku_mapping import import_sku_mapping
from kiwanda.factory.demand.commands.map_sku import map_sku
from kiwanda.factory.demand.commands.place_sales_order import NewLine, place_sales_order
from kiwanda.factory.demand.commands.promise_line import promise_line
from kiwanda.factory.demand.commands.register_sales_channel import register_sales_channel
from kiwanda.factory.demand.commands.request_import import fail_import, repeat_import, request_import
from kiwanda.factory.demand.commands.run_import import record_check, run_import

__all__ = [
    "NewLine",
    "cancel_order_line",
    "cancel_sales_order",
    "fail_import",
    "ignore_sku",
    "import_orders",
    "import_sku_mapping",
    "map_sku",
    "place_sales_order",
    "promise_line",
    "record_check",
    "register_sales_channel",
    "repeat_import",
    "request_import",
    "run_import",
]
