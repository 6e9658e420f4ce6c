from django.urls import include, path

from contacts.requests.views import check, customer, inbox, permits, promotion, requests, sent, time_machine

urlpatterns = [
    path("check/", check.check, name="check"),
    path("check/customers/<str:number>/", check.check_form, name="check_form"),
    path("check/<str:number>/", check.check_answer, name="check_answer"),
    path("check/<str:number>/edit/", check.check_edit, name="check_edit"),
    path("check/<str:number>/take/", check.check_take, name="check_take"),
    path("check/<str:number>/no-advertising/", promotion.check_dispute, name="check_dispute"),
    path("customers/<str:number>/", customer.customer, name="customer"),
    path("customers/<str:number>/on/", time_machine.customer_on, name="customer_on"),
    path("customers/<str:number>/answers/", time_machine.customer_answers, name="customer_answers"),
    path("decisions/<uuid:number>/", time_machine.given_decision, name="given_decision"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<str:number>/", requests.request_detail, name="request"),
    path("requests/<str:number>/decisions/", time_machine.request_decisions, name="request_decisions"),
    path("requests/<str:number>/submit/", requests.request_submit, name="request_submit"),
    path("requests/<str:number>/sent/", sent.request_sent, name="request_sent"),
    path("requests/<str:number>/receipt.pdf", sent.request_receipt, name="request_receipt"),
    path("requests/<str:number>/cancel/", requests.request_cancel, name="request_cancel"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<str:number>/snooze/", inbox.inbox_snooze, name="inbox_snooze"),
    path("inbox/<str:number>/wake/", inbox.inbox_wake, name="inbox_wake"),
    path("inbox/<str:number>/", requests.review, name="review"),
    path("permits/", permits.permits, name="permits"),
    path("permits/<str:number>/", permits.permit, name="permit"),
    path("permits/<str:number>/redeem/", permits.permit_redeem, name="permit_redeem"),
    path("permits/<str:number>/uses/<int:use_number>/", permits.contact_log, name="contact_log"),
    path("permits/<str:number>/revoke/", permits.permit_revoke, name="permit_revoke"),
    path("", include("contacts.requests.account_urls")),
    path("", include("contacts.requests.routing_urls")),
]
