from django.urls import path

from portal.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.person_create, name="person_create"),
    path("people/departments/", views.departments, name="departments"),
    path("people/<int:pk>/", views.person_edit, name="person_edit"),
]
