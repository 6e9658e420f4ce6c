from django.urls import path

from contacts.reports import views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:key>.csv", views.report_csv, name="report_csv"),
    path("reports/ending/<str:month>/", views.report_ending, name="report_ending"),
    path("reports/waiting/<int:number>/", views.report_waiting, name="report_waiting"),
]
