from django.urls import path

from consent import views

urlpatterns = [
    path("customers/<str:number>/consents/new/", views.consent_give, name="consent_give"),
    path("customers/<str:number>/consents/<int:pk>/", views.consent, name="consent"),
    path("customers/<str:number>/consents/<int:pk>/withdraw/", views.consent_withdraw, name="consent_withdraw"),
]
