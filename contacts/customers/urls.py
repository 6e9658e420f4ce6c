from django.urls import path

from contacts.customers import import_views, views

urlpatterns = [
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
    path("imports/templates/<slug:kind>.<slug:form>", import_views.import_template, name="import_template"),
    path("imports/<int:pk>/", import_views.import_run, name="import_run"),
    path("imports/<int:pk>/columns/", import_views.import_columns, name="import_columns"),
    path("imports/<int:pk>/confirm/", import_views.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/progress/", import_views.import_progress, name="import_progress"),
    path("imports/<int:pk>/start/", import_views.import_start, name="import_start"),
    path("imports/<int:pk>/stop/", import_views.import_stop, name="import_stop"),
    path("imports/<int:pk>/continue/", import_views.import_continue, name="import_continue"),
    path("imports/<int:pk>/undo/", import_views.import_undo, name="import_undo"),
    path("imports/<int:pk>/errors/", import_views.import_errors, name="import_errors"),
]
