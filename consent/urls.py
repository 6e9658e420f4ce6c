from django.urls import path

from consent.views import consents

urlpatterns = [
    path("customers/<str:number>/consents/new/", consents.consent_give, name="consent_give"),
    path("customers/<str:number>/consents/<int:pk>/", consents.consent, name="consent"),
    path("customers/<str:number>/consents/<int:pk>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
]
