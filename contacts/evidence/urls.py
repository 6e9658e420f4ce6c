from django.urls import path, register_converter

from contacts.evidence import views
from contacts.evidence.pack import Kind


class KindConverter:
    """One of the four kinds of packs."""

    regex = "|".join(Kind)

    def to_python(self, value: str) -> Kind:
        return Kind(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(KindConverter, "evidence_kind")

urlpatterns = [
    path("evidence/", views.evidence, name="evidence"),
    path("evidence/<evidence_kind:kind>/", views.evidence_hand_out, name="evidence_hand_out"),
]
