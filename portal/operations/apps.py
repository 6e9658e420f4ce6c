from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "portal.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from portal.operations.checks import token_is_long

        register(token_is_long)
