"""What planning can do."""

from kiwanda.factory.planning.commands.cancel_production_order import cancel_production_order
from kiwanda.factory.planning.commands.discard_plan import discard_plan
from kiwanda.factory.planning.commands.fail_plan import fail_plan
from kiwanda.factory.planning.commands.publish_plan import publish_plan
from kiwanda.factory.planning.commands.release_demand import release_demand
from kiwanda.factory.planning.commands.request_plan import request_plan
from kiwanda.factory.planning.commands.run_plan import run_plan
from kiwanda.factory.planning.commands.start_plan import start_plan
from kiwanda.factory.planning.commands.store_plan import store_plan

__all__ = [
    "cancel_production_order",
    "discard_plan",
    "fail_plan",
    "publish_plan",
    "release_demand",
    "request_plan",
    "run_plan",
    "start_plan",
    "store_plan",
]
