from django.urls import path

from portal.desk import register_views, views
from portal.desk.phone import views as phone
from portal.desk.processing import views as processing
from portal.desk.search import views as search

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", views.start, name="start"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.theme, name="theme"),
    path("shortcuts/", views.shortcuts, name="shortcuts"),
    path("register/", register_views.register, name="register"),
    path("register/export/", register_views.register_export, name="register_export"),
    path("register/processing/", processing.processing, name="processing"),
    path("register/processing/new/", processing.processing_new, name="processing_new"),
    path("register/processing/export/", processing.processing_export, name="processing_export"),
    path("register/processing/<slug:key>/", processing.processing_activity, name="processing_activity"),
    path("register/processing/<slug:key>/change/", processing.processing_change, name="processing_change"),
    path("register/processing/<slug:key>/reviewed/", processing.processing_review, name="processing_review"),
    path("register/processing/<slug:key>/end/", processing.processing_end, name="processing_end"),
    path(
        "register/processing/<slug:key>/versions/<int:number>/",
        processing.processing_version,
        name="processing_version",
    ),
    path("search/", search.search, name="search"),
    path("search/hits/", search.hits, name="search_hits"),
    path("manifest/<str:language>.webmanifest", phone.manifest, name="manifest"),
    path("offline/", phone.offline, name="offline"),
    path("sw.js", phone.service_worker, name="service_worker"),
    path("mails/", views.mails, name="mails"),
    path("mails/<str:key>/", views.mail, name="mail"),
    path("mails/<str:key>/html/", views.mail_html, name="mail_html"),
]
