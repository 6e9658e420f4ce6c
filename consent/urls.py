from django.urls import include, path

from consent.views import consents, files, forecast, sheets, sign_ups, stop, texts, thresholds

urlpatterns = [
    # one customer
    path("customers/<str:number>/consents/new/", consents.consent_give, name="consent_give"),
    path("customers/<str:number>/consents/<int:pk>/", consents.consent, name="consent"),
    path("customers/<str:number>/consents/<int:pk>/renew/", consents.consent_renew, name="consent_renew"),
    path("customers/<str:number>/consents/<int:pk>/correct/", consents.consent_correct, name="consent_correct"),
    path("customers/<str:number>/consents/<int:pk>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path("customers/<str:number>/consents/<int:pk>/files/<int:file>/", files.evidence_file, name="evidence_file"),
    path("customers/<str:number>/consents/<int:pk>/evidence.pdf", sheets.consent_evidence, name="consent_evidence"),
    path(
        "customers/<str:number>/consents/<int:pk>/evidence.json",
        sheets.consent_evidence_json,
        name="consent_evidence_json",
    ),
    path("customers/<str:number>/consents/<int:pk>/receipt.json", sheets.consent_receipt, name="consent_receipt"),
    path("customers/<str:number>/stop/", stop.stop, name="consent_stop"),
    path("customers/<str:number>/sign-up/", sign_ups.sign_up_create, name="sign_up_create"),
    path("customers/<str:number>/preference-link/", sign_ups.preference_link_send, name="preference_link_send"),
    path(
        "customers/<str:number>/unsubscribe/<slug:purpose>/<int:pk>/",
        stop.unsubscribe_headers,
        name="unsubscribe_headers",
    ),
    # the room
    path("consents/texts/", texts.texts, name="consent_texts"),
    path("consents/texts/new/", texts.text_create, name="consent_text_create"),
    path("consents/texts/<int:pk>/", texts.text, name="consent_text"),
    path("consents/texts/<int:pk>/edit/", texts.text_edit, name="consent_text_edit"),
    path("consents/texts/<int:pk>/publish/", texts.text_publish, name="consent_text_publish"),
    path("consents/thresholds/", thresholds.thresholds, name="consent_thresholds"),
    path("consents/sign-ups/", sign_ups.sign_ups, name="sign_ups"),
    path("consents/forecast/", forecast.forecast, name="consent_forecast"),
    path("consents/forecast.csv", forecast.forecast_csv, name="consent_forecast_csv"),
    # people outside the company
    path("", include("consent.public_urls")),
    # other systems
    path("", include("consent.api_urls")),
]
