from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuleBookConfig(AppConfig):
    name = "contacts.rulebook"
    label = "rulebook"
    verbose_name = _("Rule sets")
