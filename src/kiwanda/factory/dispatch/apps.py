from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "kiwanda.factory.dispatch"
    label = "dispatch"
    verbose_name = "Dispatch"

    def ready(self) -> None:
        """Dispatch is downstream of planning, so it tells planning about work in progress, not planning asks it."""
        from kiwanda.factory.dispatch.in_progress import DispatchedWork
        from kiwanda.factory.planning.in_progress import register_provider

        register_provider(DispatchedWork())
