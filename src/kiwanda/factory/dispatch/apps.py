from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "kiwanda.factory.dispatch"
    label = "dispatch"
    verbose_name = "Dispatch"

    def ready(self) -> None:
        """Dispatch is downstream of planning, so it tells planning about its work, not planning asks it."""
        from kiwanda.factory.dispatch.history import DispatchHistory
        from kiwanda.factory.dispatch.in_progress import DispatchedWork
        from kiwanda.factory.planning.in_progress import register_provider
        from kiwanda.factory.planning.learning import register_history

        register_provider(DispatchedWork())
        register_history(DispatchHistory())
