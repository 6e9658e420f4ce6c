"""Who decides: the routing table, deputies, and what belongs to one decision."""

from django.urls import path

from contacts.requests.views import absences, deciding, proposal, routing, together

urlpatterns = [
    path("routing/", routing.routing, name="routing"),
    path("routing/draft/", routing.routing_draft, name="routing_draft"),
    path("routing/<int:version>/", routing.routing_version, name="routing_version"),
    path("routing/<int:version>/publish/", routing.routing_publish, name="routing_publish"),
    path("routing/<int:version>/discard/", routing.routing_discard, name="routing_discard"),
    path("routing/<int:version>/rules/new/", routing.routing_rule, name="routing_rule_new"),
    path("routing/<int:version>/rules/<int:position>/", routing.routing_rule, name="routing_rule"),
    path("routing/<int:version>/rules/<int:position>/remove/", routing.routing_rule_remove, name="routing_rule_remove"),
    path("deputies/", absences.deputies, name="deputies"),
    path("deputies/<int:pk>/end/", absences.deputy_end, name="deputy_end"),
    path("decide-together/", together.together, name="decide_together"),
    path("check/<str:number>/take-proposal/", proposal.check_take_proposal, name="check_take_proposal"),
    path("requests/<str:number>/reassign/", deciding.reassign, name="request_reassign"),
    path("requests/<str:number>/comment/", deciding.comment, name="request_comment"),
    path("requests/<str:number>/danger/", deciding.danger_review, name="request_danger_review"),
]
