"""Every address of the portal. Login is the default (LoginRequiredMiddleware); public pages say so at the view."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.desk.urls")),
    path("", include("portal.people.urls")),
    path("", include("contacts.requests.urls")),
    path("", include("contacts.customers.urls")),
    path("", include("consent.urls")),
    path("", include("training.urls")),
    path("", include("portal.audit.urls")),
]
