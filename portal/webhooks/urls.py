from django.urls import path

from portal.webhooks import views

urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("webhooks/<int:pk>/rotate/", views.webhook_rotate, name="webhook_rotate"),
    path("webhooks/<int:pk>/off/", views.webhook_off, name="webhook_off"),
    path("webhooks/<int:pk>/on/", views.webhook_on, name="webhook_on"),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/", views.webhook_delivery, name="webhook_delivery"),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/again/", views.webhook_again, name="webhook_again"),
]
