"""What supply can do."""

from kiwanda.factory.supply.commands.adjust_stock import adjust_stock
from kiwanda.factory.supply.commands.confirm_material import confirm_material
from kiwanda.factory.supply.commands.issue_material import issue_material
from kiwanda.factory.supply.commands.receive_material_lot import receive_material_lot
from kiwanda.factory.supply.commands.return_material import return_material

__all__ = ["adjust_stock", "confirm_material", "issue_material", "receive_material_lot", "return_material"]
