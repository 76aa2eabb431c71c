from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "kiwanda.factory.planning"
    label = "planning"
    verbose_name = "Planning"

    def ready(self) -> None:
        """Planning is downstream of demand, so it tells demand that it can promise, not demand asks it."""
        from kiwanda.factory.demand.at_once import register_promising
        from kiwanda.factory.planning.promising import promise_order_at_once

        register_promising(promise_order_at_once)
