from django.urls import path

from portal.help import views

urlpatterns = [
    path("help/", views.help_pages, name="help"),
    path("help/glossary/", views.glossary, name="glossary"),
    path("help/first-visit/", views.first_visit, name="first_visit"),
    path("help/<slug:slug>/", views.help_guide, name="help_guide"),
    path("privacy/", views.privacy_notice, name="privacy"),
    path("imprint/", views.imprint, name="imprint"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
