from django.urls import path

from portal.audit import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/state/", views.audit_state, name="audit_state"),
    path("audit/heads/", views.audit_heads, name="audit_heads"),
]
