"""The sandbox: a page that only reads. What is asked stands in its address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.sandbox.asking import Asked
from contacts.rulebook.sandbox.telling import told


@require_GET
def sandbox(request: HttpRequest) -> HttpResponse:
    """For everybody who works here: facts in, the answer of the rules out, about nobody."""
    asked = Asked(request.GET.dict(), list(RuleSetVersion.objects.released()[:100]), timezone.now())
    context = {"asked": asked, "form": asked.form, "told": told(asked), "parts": list(asked.form.parts(asked.changed))}
    return render(request, "rulebook/sandbox.html", context)
