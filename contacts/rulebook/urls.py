from django.urls import path, re_path

from contacts.rulebook.views import rule_book, sandbox, versions

urlpatterns = [
    path("rules/", rule_book.rule_book, name="rule_book"),
    re_path(r"^rules/(?P<rule>[A-Z]{3}-[0-9]{2})/$", rule_book.rule, name="rule"),
    path("rules/cases/", rule_book.cases, name="golden_cases"),
    path("rules/cases/<slug:slug>/", rule_book.case, name="golden_case"),
    path("rules/sandbox/", sandbox.sandbox, name="sandbox"),
    path("rules/versions/", versions.versions, name="rule_sets"),
    path("rules/versions/draft/", versions.version_draft, name="rule_set_draft"),
    path("rules/versions/<int:number>/", versions.version, name="rule_set"),
    path("rules/versions/<int:number>/edit/", versions.version_edit, name="rule_set_edit"),
    path("rules/versions/<int:number>/what-if/", versions.version_what_if, name="rule_set_what_if"),
    path("rules/versions/<int:number>/cases/", versions.version_cases, name="rule_set_cases"),
    path("rules/versions/<int:number>/cases/expect/", versions.version_expect, name="rule_set_expect"),
    path("rules/versions/<int:number>/discard/", versions.version_discard, name="rule_set_discard"),
    path("rules/versions/<int:number>/release/", versions.version_release, name="rule_set_release"),
]
