"""What the catalog can do."""

from kiwanda.factory.catalog.commands.add_variant import add_variant
from kiwanda.factory.catalog.commands.create_material import create_material
from kiwanda.factory.catalog.commands.create_style import create_style
from kiwanda.factory.catalog.commands.create_technique import create_technique
from kiwanda.factory.catalog.commands.draft_tech_pack import MaterialSpec, OperationSpec, draft_tech_pack
from kiwanda.factory.catalog.commands.release_tech_pack import release_tech_pack
from kiwanda.factory.catalog.commands.set_benchmark_wage import set_benchmark_wage

__all__ = [
    "MaterialSpec",
    "OperationSpec",
    "add_variant",
    "create_material",
    "create_style",
    "create_technique",
    "draft_tech_pack",
    "release_tech_pack",
    "set_benchmark_wage",
]
