from django.urls import path

from portal.operations import views

urlpatterns = [path("metrics", views.metrics, name="metrics")]
