from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessingConfig(AppConfig):
    name = "portal.desk.processing"
    label = "processing"
    verbose_name = _("Record of processing activities")
