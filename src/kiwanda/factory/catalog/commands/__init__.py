"""What the catalog can do."""

from kiwanda.factory.catalog.commands.add_variant import add_variant
from kiwanda.factory.catalog.commands.appeal_rate import answer_rate_appeal, appeal_rate
from kiwanda.factory.catalog.commands.close_time_study import close_time_study, withdraw_time_study
from kiwanda.factory.catalog.commands.create_material import create_material
from kiwanda.factory.catalog.commands.create_style import create_style
from kiwanda.factory.catalog.commands.create_technique import create_technique
from kiwanda.factory.catalog.commands.draft_tech_pack import MaterialSpec, OperationSpec, draft_tech_pack
from kiwanda.factory.catalog.commands.open_time_study import open_time_study
from kiwanda.factory.catalog.commands.propose_rate import propose_rate
from kiwanda.factory.catalog.commands.record_observation import record_observation
from kiwanda.factory.catalog.commands.release_rates import release_rates
from kiwanda.factory.catalog.commands.release_tech_pack import release_tech_pack
from kiwanda.factory.catalog.commands.review_rate import review_rate, withdraw_rate
from kiwanda.factory.catalog.commands.set_aside_observation import set_aside_observation
from kiwanda.factory.catalog.commands.set_benchmark_wage import lower_benchmark_wage, set_benchmark_wage

__all__ = [
    "MaterialSpec",
    "OperationSpec",
    "add_variant",
    "answer_rate_appeal",
    "appeal_rate",
    "close_time_study",
    "create_material",
    "create_style",
    "create_technique",
    "draft_tech_pack",
    "lower_benchmark_wage",
    "open_time_study",
    "propose_rate",
    "record_observation",
    "release_rates",
    "release_tech_pack",
    "review_rate",
    "set_aside_observation",
    "set_benchmark_wage",
    "withdraw_rate",
    "withdraw_time_study",
]
