from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed

        from portal.people.sign_in_log import wrong_factor

        authentication_failed.connect(wrong_factor, dispatch_uid="portal.people.sign_in_log")
