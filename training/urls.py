from django.urls import path

from training import views

urlpatterns = [
    path("training/", views.training, name="training"),
    path("training/certificates/", views.certificates, name="certificates"),
    path("training/certificates/new/", views.certificate_create, name="certificate_create"),
    path("team/", views.team, name="team"),
]
