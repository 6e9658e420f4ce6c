"""Every address of the portal. Login is the default (LoginRequiredMiddleware); public pages say so at the view."""

from allauth.account import views as account_views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from portal.access.csp_reports import csp_report
from portal.access.security_txt import security_txt
from portal.api.urls import last
from portal.desk.operator.lists import site as operator_site

handler400 = "portal.access.errors.bad_request"
handler500 = "portal.access.errors.server_error"

urlpatterns = [
    # First, because it is called most often; whatever else is asked for looks no further than these four letters.
    path("api/", include("portal.api.urls")),
    path("csp-report/", csp_report, name="csp_report"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("login/", account_views.login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("password/change/", account_views.password_change, name="account_change_password"),
    path("password/reset/", account_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", account_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    # Nobody signs up (ClosedAdapter); allauth's pages need the name, and it leads to the sign-in.
    path("signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("", include("portal.desk.urls")),
    path("", include("portal.help.urls")),
    path("", include("portal.operations.urls")),
    path("admin/", operator_site.urls),
    path("", include("portal.people.urls")),
    path("", include("portal.ui.urls")),
    path("", include("portal.directory.urls")),
    path("", include("portal.outbox.urls")),
    path("", include("portal.machines.urls")),
    path("", include("portal.webhooks.urls")),
    path("", include("contacts.customers.urls")),
    path("", include("contacts.customers.suppression.urls")),
    path("", include("consent.urls")),
    path("", include("contacts.rulebook.urls")),
    path("", include("contacts.requests.urls")),
    path("", include("contacts.incidents.urls")),
    path("", include("contacts.evidence.urls")),
    path("", include("contacts.reports.urls")),
    path("", include("contacts.screening.urls")),
    path("", include("contacts.rights.urls")),
    path("", include("training.urls")),
    path("", include("portal.audit.urls")),
    path("", include("portal.retention.urls")),
    *last,
]
