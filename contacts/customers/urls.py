from django.urls import path

from contacts.customers import import_views, views

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
    path("customers/<str:number>/inbound/", views.inbound_create, name="inbound_create"),
    path("imports/", import_views.imports, name="imports"),
    path("imports/template/", import_views.import_template, name="import_template"),
    path("imports/<int:pk>/", import_views.import_run, name="import_run"),
    path("imports/<int:pk>/start/", import_views.import_start, name="import_start"),
    path("imports/<int:pk>/errors/", import_views.import_errors, name="import_errors"),
]
