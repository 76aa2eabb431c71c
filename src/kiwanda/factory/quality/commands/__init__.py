"""What quality can do."""

from kiwanda.factory.quality.commands.create_defect_code import create_defect_code
from kiwanda.factory.quality.commands.decide_appeal import decide_appeal
from kiwanda.factory.quality.commands.file_appeal import file_appeal
from kiwanda.factory.quality.commands.record_inspection import DefectSpec, record_inspection

__all__ = ["DefectSpec", "create_defect_code", "decide_appeal", "file_appeal", "record_inspection"]
