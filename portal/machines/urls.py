from django.urls import path

from portal.machines import views

urlpatterns = [
    path("machines/", views.machines, name="machines"),
    path("machines/<int:pk>/revoke/", views.machine_revoke, name="machine_revoke"),
]
