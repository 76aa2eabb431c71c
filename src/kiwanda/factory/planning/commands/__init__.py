"""What planning can do."""

from kiwanda.factory.planning.commands.add_scenario_change import add_scenario_change
from kiwanda.factory.planning.commands.cancel_production_order import cancel_production_order
from kiwanda.factory.planning.commands.cancel_scenario import cancel_scenario
from kiwanda.factory.planning.commands.create_scenario import create_scenario
from kiwanda.factory.planning.commands.discard_plan import discard_plan
from kiwanda.factory.planning.commands.discard_scenario import discard_scenario
from kiwanda.factory.planning.commands.fail_plan import fail_plan
from kiwanda.factory.planning.commands.fail_scenario import fail_scenario
from kiwanda.factory.planning.commands.publish_plan import publish_plan
from kiwanda.factory.planning.commands.record_promises import record_promises
from kiwanda.factory.planning.commands.release_demand import release_demand
from kiwanda.factory.planning.commands.remove_scenario_change import remove_scenario_change
from kiwanda.factory.planning.commands.request_plan import request_plan
from kiwanda.factory.planning.commands.request_scenario import request_scenario
from kiwanda.factory.planning.commands.run_plan import run_plan
from kiwanda.factory.planning.commands.run_scenario import run_scenario
from kiwanda.factory.planning.commands.set_priority import set_priority
from kiwanda.factory.planning.commands.start_plan import start_plan
from kiwanda.factory.planning.commands.start_scenario import start_scenario
from kiwanda.factory.planning.commands.store_plan import store_plan
from kiwanda.factory.planning.commands.store_scenario import store_scenario

__all__ = [
    "add_scenario_change",
    "cancel_production_order",
    "cancel_scenario",
    "create_scenario",
    "discard_plan",
    "discard_scenario",
    "fail_plan",
    "fail_scenario",
    "publish_plan",
    "record_promises",
    "release_demand",
    "remove_scenario_change",
    "request_plan",
    "request_scenario",
    "run_plan",
    "run_scenario",
    "set_priority",
    "start_plan",
    "start_scenario",
    "store_plan",
    "store_scenario",
]
