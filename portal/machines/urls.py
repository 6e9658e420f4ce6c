from django.urls import path

from portal.machines import views

urlpatterns = [
    path("machines/", views.machines, name="machines"),
    path("machines/<int:pk>/revoke/", views.machine_revoke, name="machine_revoke"),
    path("my-systems/", views.own_systems, name="own_systems"),
    path("my-systems/<int:pk>/confirm/", views.own_system_confirm, name="own_system_confirm"),
    path("my-systems/<int:pk>/revoke/", views.own_system_revoke, name="own_system_revoke"),
]
