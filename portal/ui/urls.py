from django.urls import path

from portal.ui import views

urlpatterns = [path("design/", views.design, name="design")]
