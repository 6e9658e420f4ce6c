from django.urls import path

from contacts.customers import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/new/", views.customer_create, name="customer_create"),
    path("customers/<str:number>/edit/", views.customer_edit, name="customer_edit"),
    path("customers/<str:number>/addresses/new/", views.contact_point_create, name="contact_point_create"),
    path(
        "customers/<str:number>/addresses/<int:pk>/verify/",
        views.contact_point_verify,
        name="contact_point_verify",
    ),
    path(
        "customers/<str:number>/addresses/<int:pk>/retire/",
        views.contact_point_retire,
        name="contact_point_retire",
    ),
    path("customers/<str:number>/objection/", views.objection_create, name="objection_create"),
    path("customers/<str:number>/inbound/", views.inbound_create, name="inbound_create"),
]
