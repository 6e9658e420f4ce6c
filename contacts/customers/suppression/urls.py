from django.urls import path

from contacts.customers.suppression import views

urlpatterns = [
    path("suppression/", views.suppression, name="suppression"),
    path("suppression/look-up/", views.suppression_look_up, name="suppression_look_up"),
    path("suppression/new/", views.suppression_add, name="suppression_add"),
    path("suppression/lists/new/", views.suppression_list_create, name="suppression_list_create"),
    path("suppression/lists/<int:pk>/", views.suppression_list, name="suppression_list"),
    path("suppression/lists/<int:pk>/edit/", views.suppression_list_edit, name="suppression_list_edit"),
    path("suppression/lists/<int:pk>/refresh/", views.suppression_list_refresh, name="suppression_list_refresh"),
]
