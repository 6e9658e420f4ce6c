from django.urls import path

from contacts.screening import views

urlpatterns = [
    path("screenings/", views.screenings, name="screenings"),
    path("screenings/<uuid:number>/", views.screening, name="screening"),
    path("screenings/<uuid:number>/progress/", views.screening_progress, name="screening_progress"),
    path("screenings/<uuid:number>/result.csv", views.screening_result, name="screening_result"),
]
