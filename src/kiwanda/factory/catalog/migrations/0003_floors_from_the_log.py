from typing import Any

from django.db import migrations


def fill(apps: Any, editor: Any) -> None:
    """Released operations learn the floor they were released against, as the log says."""
    event, operation = apps.get_model("core", "Event"), apps.get_model("catalog", "Operation")
    for data in event.objects.filter(type="catalog.TechPackReleased").values_list("data", flat=True).iterator():
        for code, floor in data["floors_minor"].items():
            operation.objects.filter(tech_pack_id=data["tech_pack_id"], code=code).update(floor_minor=floor)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_fair_rates"), ("core", "0002_append_only")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
