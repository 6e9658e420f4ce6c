"""Who gets which answer, as a table a data protection officer could read. It stands apart from the code it judges.

Columns: nobody signed in; Anna (employee, whose things these are); her colleague in another team; Mona (Anna's
manager); Max (another manager); DPO; consent officer; training author; auditor; administrator.
200 = page, 302 = sent on (to the sign-in, or after the act), 403 = may not, 404 = does not exist for you,
405 = not with this method.
"""

import os
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from consent.services import give_consent
from contacts.requests.promotion import fingerprint
from contacts.requests.services import permits, submitting
from contacts.requests.services.saved_views import save_view
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.services import fingerprint_of
from portal.outbox import heartbeats
from tests.cast import make_accounts, make_cast, make_customer, point, wording
from tests.requests.scenes import ask, given_to_a_system, permit_for, reminder_by_sms, report_by_mail, service_by_mail
from tests.rulebook.sets import STRICTER, drafted

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PROMOTING = "Ihr Gerät ist fertig. Jetzt 20 % Rabatt!"
COLUMNS = ("nobody", "anna", "stranger", "mona", "max", "dora", "clara", "tom", "rita", "adam")

# fmt: off
MATRIX = [
    # address                      method  nobody anna stranger mona max dpo officer author auditor admin
    ("healthz",                    "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("readyz",                     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("metrics",                    "GET",  "404   404  404      404  404 404 404     404    404     404"),
    ("metrics",                    "POST", "405   405  405      405  405 405 405     405    405     405"),
    # the operator's pages
    ("admin:index",                "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("admin:index",                "POST", "302   403  403      403  403 403 403     403    403     405"),
    ("admin:health",               "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("admin:app_list",             "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("admin:search",               "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("admin:jsi18n",               "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("admin:logout",               "GET",  "302   403  403      403  403 403 403     403    403     302"),
    ("admin:password_change",      "GET",  "302   403  403      403  403 403 403     403    403     302"),
    ("admin:outbox_outboxmessage_changelist", "GET", "302 403 403 403 403 403 403    403    403     200"),
    ("admin:outbox_outboxmessage_changelist", "POST", "302 403 403 403 403 403 403   403    403     200"),
    ("admin:webhooks_delivery_changelist", "GET", "302 403 403   403  403 403 403    403    403     200"),
    ("admin:machines_apitoken_changelist", "GET", "302 403 403   403  403 403 403    403    403     200"),
    ("admin:customers_importrun_changelist", "GET", "302 403 403 403  403 403 403    403    403     200"),
    ("admin:screening_screening_changelist", "GET", "302 403 403 403  403 403 403    403    403     200"),
    ("admin:people_user_changelist", "GET", "302  403  403      403  403 403 403     403    403     200"),
    ("security_txt",               "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("csp_report",                 "POST", "204   204  204      204  204 204 204     204    204     204"),
    ("csp_report",                 "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("start",                      "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("set_language",               "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("set_language",               "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("theme",                      "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("theme",                      "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("design",                     "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("shortcuts",                  "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("register",                   "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("register_export",            "POST", "302   403  403      403  403 200 403     403    403     403"),
    ("register_export",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("processing",                 "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("processing",                 "POST", "302   405  405      405  405 405 405     405    405     405"),
    ("processing_new",             "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("processing_new",             "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("processing_export",          "POST", "302   403  403      403  403 200 403     403    403     403"),
    ("processing_export",          "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("processing_activity",        "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("processing_change",          "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("processing_change",          "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("processing_review",          "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("processing_review",          "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("processing_end",             "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("processing_end",             "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("processing_version",         "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("shortcuts",                  "GET",  "302   200  200      200  200 200 200     200    200     200"),
    # the search: everybody has one, and finds what they may see (tests/desk/test_search.py); the installed portal
    ("search",                     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("search",                     "POST", "302   405  405      405  405 405 405     405    405     405"),
    ("search_hits",                "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("manifest",                   "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("offline",                    "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("service_worker",             "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("service_worker",             "POST", "405   405  405      405  405 405 405     405    405     405"),
    # help; of the guides the one for managers
    ("help",                       "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("glossary",                   "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("help_guide",                 "GET",  "404   404  404      200  200 404 404     404    404     404"),
    ("first_visit",                "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("first_visit",                "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("privacy",                    "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("imprint",                    "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("accessibility",              "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("accessibility",              "POST", "200   200  200      200  200 200 200     200    200     200"),
    ("mails",                      "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("mail",                       "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("mail_html",                  "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("account_login",              "GET",  "200   302  302      302  302 302 302     302    302     302"),
    ("account_logout",             "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("account_logout",             "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_inactive",           "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("account_change_password",    "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password",     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password_done", "GET", "200   200  200      200  200 200 200     200    200     200"),
    ("account_reset_password_from_key", "GET", "200 200 200     200  200 200 200     200    200     200"),
    ("account_reset_password_from_key_done", "GET", "200 200 200 200 200 200 200     200    200     200"),
    ("account_reauthenticate",     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("account_signup",             "GET",  "302   302  302      302  302 302 302     302    302     302"),
    # the second factor and sessions: Anna's key, Anna's session
    ("second_factor",              "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("second_factor_codes",        "POST", "302   200  302      302  302 302 302     302    302     302"),
    ("second_factor_codes",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("mfa_activate_totp",          "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("mfa_activate_totp",          "POST", "302   200  200      200  200 200 200     200    200     200"),
    ("mfa_deactivate_totp",        "GET",  "302   404  404      404  404 404 404     404    404     404"),
    ("mfa_add_webauthn",           "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("mfa_add_webauthn",           "POST", "302   200  200      200  200 200 200     200    200     200"),
    ("mfa_edit_webauthn",          "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("mfa_edit_webauthn",          "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("mfa_remove_webauthn",        "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("mfa_remove_webauthn",        "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("mfa_authenticate",           "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("mfa_login_webauthn",         "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("mfa_login_webauthn",         "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("mfa_reauthenticate",         "GET",  "302   200  302      302  302 302 302     302    302     302"),
    ("mfa_reauthenticate_webauthn", "GET", "302   302  302      302  302 302 302     302    302     302"),
    ("sessions",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("session_end",                "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("session_end",                "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("sessions_end_others",        "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("sessions_end_others",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("person_sessions",            "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_sessions_end",        "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("person_sessions_end",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("person_second_factor_reset", "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("person_second_factor_reset", "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # the company's sign-in service: none is set here
    ("company_sign_in",            "POST", "404   404  404      404  404 404 404     404    404     404"),
    ("company_sign_in",            "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("company_return",             "GET",  "404   404  404      404  404 404 404     404    404     404"),
    # the directory of the company comes with a key, never with a session
    ("scim_users",                 "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_users",                 "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("scim_user",                  "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_user",                  "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("scim_groups",                "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_groups",                "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("scim_group",                 "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_group",                 "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("scim_config",                "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_config",                "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("scim_resource_types",        "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_resource_type",         "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_schemas",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_schema",                "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("scim_unknown",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    # asking
    ("check",                      "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("check_form",                 "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("check_form",                 "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("check_answer",               "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_edit",                 "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_edit",                 "POST", "302   200  404      404  404 404 404     404    404     404"),
    ("check_change",               "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_change",               "POST", "302   200  404      404  404 404 404     404    404     404"),
    ("check_take",                 "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("check_take",                 "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("check_dispute",              "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("check_dispute",              "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("check_take_proposal",        "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("check_take_proposal",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # requests: `request` waits for the manager, `request_dpo` for the DPO
    ("requests",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("request",                    "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("request_sent",               "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("request_receipt",            "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("request_decisions",          "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("request_submit",             "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("request_cancel",             "POST", "302   302  404      403  404 403 404     404    403     404"),
    ("inbox",                      "GET",  "302   403  403      200  200 200 403     403    403     403"),
    ("inbox_snooze",               "POST", "302   403  403      302  404 403 403     403    403     403"),
    ("inbox_snooze",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("inbox_wake",                 "POST", "302   403  403      302  404 403 403     403    403     403"),
    ("inbox_wake",                 "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("review",                     "GET",  "302   403  403      200  404 302 403     403    403     403"),
    ("review",                     "POST", "302   403  403      302  404 403 403     403    403     403"),
    # who decides: Dora is no reviewer of `waiting` before its time is over, but may hand it on
    ("request_reassign",           "GET",  "302   403  403      200  404 200 403     403    403     403"),
    ("request_reassign",           "POST", "302   403  403      302  404 302 403     403    403     403"),
    ("request_comment",            "POST", "302   302  404      302  404 302 404     404    403     404"),
    ("request_comment",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("request_danger_review",      "POST", "302   403  403      302  404 302 403     403    403     403"),
    ("request_danger_review",      "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("decide_together",            "GET",  "302   403  403      302  302 302 403     403    403     403"),
    ("decide_together",            "POST", "302   403  403      302  302 302 403     403    403     403"),
    ("deputies",                   "GET",  "302   403  403      200  200 200 403     403    403     403"),
    ("deputies",                   "POST", "302   403  403      302  302 302 403     403    403     403"),
    ("deputy_end",                 "POST", "302   403  403      302  404 302 403     403    403     403"),
    ("deputy_end",                 "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("routing",                    "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("routing_version",            "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("routing_draft",              "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_draft",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("routing_rule_new",           "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("routing_rule_new",           "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_rule",               "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("routing_rule",               "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_rule_remove",        "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_publish",            "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_discard",            "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("routing_discard",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # permits
    ("permits",                    "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("permit",                     "GET",  "302   200  404      200  404 200 404     404    200     404"),
    ("permit_redeem",              "POST", "302   302  404      403  404 403 404     404    403     404"),
    ("permit_redeem",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("contact_log",                "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("contact_log",                "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("permit_revoke",              "GET",  "302   403  404      200  404 200 404     404    403     404"),
    ("permit_revoke",              "POST", "302   403  404      302  404 302 404     404    403     404"),
    ("rule_book",                  "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("rule",                       "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("golden_cases",               "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("golden_case",                "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("sandbox",                    "GET",  "302   200  200      200  200 200 200     200    200     200"),
    # rule sets: Adam has prepared one, Dora releases it
    ("rule_sets",                  "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("rule_set_draft",             "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("rule_set_draft",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("rule_set",                   "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("rule_set_edit",              "GET",  "302   403  403      403  403 200 403     403    403     200"),
    ("rule_set_edit",              "POST", "302   403  403      403  403 200 403     403    403     200"),
    ("rule_set_what_if",           "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("rule_set_cases",             "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("rule_set_cases",             "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("rule_set_expect",            "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("rule_set_discard",           "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("rule_set_release",           "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("rule_set_release",           "POST", "302   403  403      403  403 302 403     403    403     403"),
    # customers
    # one question about several; nothing is marked here, so all are sent back to the list
    ("check_several",              "GET",  "302   302  302      302  302 302 302     403    403     403"),
    ("check_several",              "POST", "302   302  302      302  302 302 302     403    403     403"),
    ("check_several_send",         "POST", "302   302  302      302  302 302 302     403    403     403"),
    ("check_several_send",         "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # saved views: `saved_view*` are about one of Anna's, which is nobody else's at all
    ("saved_views",                "GET",  "302   200  200      200  200 200 200     403    200     403"),
    ("saved_views",                "POST", "302   200  200      200  200 200 200     403    200     403"),
    ("saved_view",                 "GET",  "302   200  404      404  404 404 404     403    404     403"),
    ("saved_view",                 "POST", "302   200  404      404  404 404 404     403    404     403"),
    ("saved_view_delete",          "POST", "302   302  404      404  404 404 404     403    404     403"),
    ("saved_view_delete",          "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("customers",                  "GET",  "302   200  200      200  200 200 200     403    200     403"),
    ("customer",                   "GET",  "302   200  200      200  200 200 200     404    200     404"),
    ("customer_on",                "GET",  "302   200  200      200  200 200 200     404    200     404"),
    ("customer_answers",           "GET",  "302   200  200      200  200 200 200     404    200     404"),
    # an answer that a system was given in Anna's place
    ("given_decision",             "GET",  "302   200  404      404  404 200 404     404    200     404"),
    ("customer_create",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("customer_create",            "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("customer_edit",              "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("customer_edit",              "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("contact_point_create",       "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("contact_point_create",       "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("contact_point_verify",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("contact_point_retire",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("contact_point_retire",       "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("inbound_create",             "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("inbound_create",             "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("imports",                    "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("imports",                    "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("import_run",                 "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_errors",              "GET",  "302   403  403      403  403 404 404     403    403     403"),
    ("import_template",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_columns",             "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_columns",             "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("import_progress",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("import_confirm",             "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("import_start",               "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("import_stop",                "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("import_continue",            "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("import_undo",                "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("import_undo",                "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # suppression
    ("suppression",                "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("suppression_look_up",        "POST", "302   403  403      403  403 200 200     403    200     403"),
    ("suppression_look_up",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("suppression_add",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_add",            "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("suppression_list_create",    "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_list_create",    "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_list",           "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("suppression_list_edit",      "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_list_edit",      "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_list_refresh",   "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("suppression_list_refresh",   "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # consents
    ("consent",                    "GET",  "302   200  200      200  200 200 200     404    200     404"),
    ("consent_give",               "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_give",               "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("consent_withdraw",           "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("consent_withdraw",           "POST", "302   302  302      302  302 302 302     403    403     403"),
    ("consent_renew",              "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_renew",              "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("consent_correct",            "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_correct",            "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("evidence_file",              "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("evidence_file",              "POST", "302   405  405      405  405 405 405     405    405     405"),
    ("consent_evidence",           "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_evidence_json",      "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_receipt",            "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_receipt",            "POST", "302   405  405      405  405 405 405     405    405     405"),
    ("consent_stop",               "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("consent_stop",               "POST", "302   302  302      302  302 302 302     403    403     403"),
    ("sign_up_create",             "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("sign_up_create",             "POST", "302   403  403      403  403 200 200     403    403     403"),
    ("preference_link_send",       "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("preference_link_send",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("unsubscribe_headers",        "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("unsubscribe_headers",        "POST", "302   302  302      302  302 302 302     403    403     403"),
    ("consent_texts",              "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_text",               "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_text_create",        "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_text_create",        "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("consent_text_earlier",       "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_text_earlier",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("consent_text_edit",          "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_text_edit",          "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("consent_text_publish",       "GET",  "302   403  403      403  403 200 200     403    403     403"),
    ("consent_text_publish",       "POST", "302   403  403      403  403 302 302     403    403     403"),
    ("consent_thresholds",         "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_thresholds",         "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("sign_ups",                   "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_proofs",             "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_forecast",           "GET",  "302   403  403      403  403 200 200     403    200     403"),
    ("consent_forecast_csv",       "GET",  "302   403  403      403  403 200 200     403    200     403"),
    # people outside the company: no sign-in, and the staff's changes nothing
    ("opt_in",                     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("opt_in",                     "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("opt_in_sent",                "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("opt_in_sent",                "POST", "405   405  405      405  405 405 405     405    405     405"),
    ("opt_in_confirm",             "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("opt_in_confirm",             "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_link",           "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_link",           "POST", "405   405  405      405  405 405 405     405    405     405"),
    ("preferences",                "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("preferences",                "POST", "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_ask_link",       "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_ask_link",       "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_link_sent",      "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("unsubscribe",                "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("unsubscribe",                "POST", "200   200  200      200  200 200 200     200    200     200"),
    # the customer's own page, for whoever has no link open: led to where one can be had
    ("preferences_off",            "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_off",            "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_on",             "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_on",             "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_confirmation_sent","GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_stop",           "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_stop",           "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_no_advertising", "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_no_advertising", "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_done",           "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_receipts",       "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_receipts",       "POST", "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_ask",            "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_ask",            "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_asked",          "GET",  "302   302  302      302  302 302 302     302    302     302"),
    ("preferences_close",          "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("preferences_close",          "POST", "302   302  302      302  302 302 302     302    302     302"),
    # other systems, with a key; nobody's session is one
    ("api_opt_ins",                "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_opt_ins",                "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_withdrawals",            "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_withdrawals",            "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_objections",             "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_objections",             "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_decisions",              "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_decisions",              "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_evaluate",               "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_evaluate",               "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_decision",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_replay",                 "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_customers",             "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_customers",             "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_customer",              "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_points",        "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_points",        "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_point",         "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_point_verify",  "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_point_retire",  "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_contact_point_retire",  "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_customer_objections",   "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_customer_objections",   "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_inbound_contacts",      "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_consents",              "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_consents",              "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_consent",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_consent_history",       "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_consent_receipt",       "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_consent_withdraw",      "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_consent_withdraw",      "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_requests",              "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_requests",              "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_request",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_request_answer",        "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_request_submit",        "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_request_submit",        "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_request_cancel",        "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_permits",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_permit",                "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_permit_redeem",         "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_permit_redeem",         "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_permit_outcome",        "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_certificates",          "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_certificate",           "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_accounts",              "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_accounts",              "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_account",               "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_account_close",         "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_account_close",         "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_unknown",               "GET",  "404   404  404      404  404 404 404     404    404     404"),
    ("api_unknown",               "POST", "404   404  404      404  404 404 404     404    404     404"),
    ("api_screenings",             "GET",  "405   405  405      405  405 405 405     405    405     405"),
    ("api_screenings",             "POST", "401   401  401      401  401 401 401     401    401     401"),
    ("api_screening",              "GET",  "401   401  401      401  401 401 401     401    401     401"),
    ("api_screening_result",       "GET",  "401   401  401      401  401 401 401     401    401     401"),
    # lists: `screening` is Anna's, answered, and nobody else's at all
    ("screenings",                 "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("screenings",                 "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("screening",                  "GET",  "302   200  404      404  404 404 404     403    403     403"),
    ("screening_progress",         "GET",  "302   200  404      404  404 404 404     403    403     403"),
    ("screening_result",           "GET",  "302   200  404      404  404 404 404     403    403     403"),
    ("api_docs",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("api_openapi",                "GET",  "302   200  200      200  200 200 200     200    200     200"),
    # incidents: `incident` is Anna's; it is hers and the officer's, and nobody else's at all
    # rights of people: Clara has entered them; Dora is the other person of an erasure, Adam of a release
    ("rights",                     "GET",  "302 403 403 403 403 200 200 403 200 403"),
    ("rights_new",                 "GET",  "302 403 403 403 403 200 200 403 403 403"),
    ("rights_new",                 "POST", "302 403 403 403 403 302 302 403 403 403"),
    ("data_request",               "GET",  "302 404 404 404 404 200 200 404 200 404"),
    ("data_request_identity",      "GET",  "302 404 404 404 404 200 200 404 403 404"),
    ("data_request_identity",      "POST", "302 404 404 404 404 302 302 404 403 404"),
    ("data_request_extend",        "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_extend",        "POST", "302 404 404 404 404 302 403 404 403 404"),
    ("data_request_refuse",        "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_refuse",        "POST", "302 404 404 404 404 302 403 404 403 404"),
    ("data_request_answer",        "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_answer",        "POST", "302 404 404 404 404 302 403 404 403 404"),
    ("data_request_withdraw",      "GET",  "302 404 404 404 404 200 200 404 403 404"),
    ("data_request_withdraw",      "POST", "302 404 404 404 404 302 302 404 403 404"),
    ("data_request_erasure",       "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_erasure",       "POST", "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_send_back",     "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_send_back",     "POST", "302 404 404 404 404 302 403 404 403 404"),
    ("data_request_names",         "GET",  "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_names",         "POST", "302 404 404 404 404 302 403 404 403 404"),
    ("data_request_letter",        "POST", "302 404 404 404 404 200 403 404 403 404"),
    ("data_request_letter",        "GET",  "302 405 405 405 405 405 405 405 405 405"),
    ("name_release",               "GET",  "302 403 403 403 403 404 403 403 403 200"),
    ("name_release",               "POST", "302 403 403 403 403 404 403 403 403 302"),
    ("restriction_lift",           "GET",  "302 403 403 403 403 200 403 403 403 403"),
    ("restriction_lift",           "POST", "302 403 403 403 403 302 403 403 403 403"),
    ("incidents",                  "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("incidents_mine",             "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("incident_report",            "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("incident_report",            "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("incident",                   "GET",  "302   200  404      404  404 200 404     404    404     404"),
    ("incident_step",              "POST", "302   302  404      404  404 302 404     404    404     404"),
    ("incident_step",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("incident_note",              "GET",  "302   200  404      404  404 200 404     404    404     404"),
    ("incident_note",              "POST", "302   302  404      404  404 302 404     404    404     404"),
    ("incident_assess",            "GET",  "302   403  404      404  404 200 404     404    404     404"),
    ("incident_assess",            "POST", "302   403  404      404  404 302 404     404    404     404"),
    ("incident_decide",            "GET",  "302   403  404      404  404 200 404     404    404     404"),
    ("incident_decide",            "POST", "302   403  404      404  404 302 404     404    404     404"),
    ("incident_close",             "POST", "302   403  404      404  404 302 404     404    404     404"),
    ("incident_close",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("incident_export",            "POST", "302   403  404      404  404 200 404     404    404     404"),
    ("incident_export",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("incident_order",             "GET",  "302   200  404      404  404 200 404     404    404     404"),
    ("incident_order_issue",       "GET",  "302   403  404      404  404 200 404     404    404     404"),
    ("incident_order_issue",       "POST", "302   403  404      404  404 302 404     404    404     404"),
    ("incident_order_acknowledge", "POST", "302   302  404      404  404 403 404     404    404     404"),
    ("incident_order_acknowledge", "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # training
    ("training",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("team",                       "GET",  "302   403  403      200  200 403 403     403    403     403"),
    ("team_remind",                "POST", "302   403  403      302  404 403 403     403    403     403"),
    ("team_remind",                "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("certificates",               "GET",  "302   403  403      403  403 200 403     200    200     403"),
    ("certificate_create",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("certificate_create",         "POST", "302   403  403      403  403 200 403     200    403     403"),
    ("certificate_revoke",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("certificate_revoke",         "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("certificate",                "GET",  "302   200  404      200  404 200 404     200    200     404"),
    ("verify",                     "GET",  "200   200  200      200  200 200 200     200    200     200"),
    ("verify_number",              "GET",  "200   200  200      200  200 200 200     200    200     200"),
    # courses: everybody is trained; `attempt` is Anna's, and nobody else's at all
    ("course",                     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("lesson",                     "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("lesson",                     "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("lesson_picture",             "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("quiz_start",                 "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("quiz_start",                 "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("attempt",                    "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_question",           "GET",  "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_question",           "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("attempt_save",               "POST", "302   200  404      404  404 404 404     404    404     404"),
    ("attempt_save",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("attempt_submit",             "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("attempt_submit",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # writing courses: the author writes, the DPO reads; drafts are nobody else's. Rows about a draft, unless said
    ("author_courses",             "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_course",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_course_create",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_course_create",       "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_draft_create",        "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_draft_create",        "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("author_course_retire",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_version",             "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_version_edit",        "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_version_edit",        "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_publish",             "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_publish",             "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("author_withdraw",            "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_draft_discard",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_statistics",          "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_statistics_csv",      "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson_create",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_lesson_create",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson",              "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson_preview",      "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_lesson_move",         "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_lesson_move",         "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("author_lesson_remove",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_questions",           "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question_create",     "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_question_create",     "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_question",            "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question",            "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_question_preview",    "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_question_remove",     "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_import",              "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_import",              "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_import_report",       "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_import_report",       "POST", "302   403  403      403  403 403 403     302    403     403"),
    ("author_export",              "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_pictures",            "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_pictures",            "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_assignments",         "GET",  "302   403  403      403  403 200 403     200    403     403"),
    ("author_assignments",         "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("author_assignment_end",      "POST", "302   403  403      403  403 302 403     302    403     403"),
    ("author_more_time",           "GET",  "302   403  403      403  403 403 403     200    403     403"),
    ("author_more_time",           "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_completions",         "POST", "302   403  403      403  403 403 403     200    403     403"),
    ("author_completions",         "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # figures: of all for officer and auditor, of the own team for a manager (too few here), the questions for an author
    ("reports",                    "GET",  "302   403  403      200  200 200 403     200    200     403"),
    ("report_csv",                 "GET",  "302   403  403      404  404 200 403     404    200     403"),
    ("report_ending",              "GET",  "302   403  403      200  200 200 403     403    200     403"),
    ("report_waiting",             "GET",  "302   403  403      200  200 200 403     403    200     403"),
    ("training_rates",             "GET",  "302   403  403      403  403 200 403     403    403     403"),
    # evidence and administration
    ("evidence",                   "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("evidence_hand_out",          "POST", "302   403  403      403  403 200 403     403    200     403"),
    ("evidence_hand_out",          "GET",  "302   405  405      405  405 405 405     405    405     405"),
    # retention: `hold_*` are about a hold on the customer, `unmasking_*` about a log that Dora has asked for
    ("retention",                  "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("retention_period",           "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("retention_period",           "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("holds",                      "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("hold_place",                 "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("hold_place",                 "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("hold",                       "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("hold_keep",                  "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("hold_keep",                  "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("hold_ask_end",               "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("hold_ask_end",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("hold_end",                   "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("hold_end",                   "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("unmaskings",                 "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("unmasking_ask",              "GET",  "302   403  403      403  403 200 403     403    403     403"),
    ("unmasking_ask",              "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("unmasking",                  "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("unmasking_agree",            "POST", "302   403  403      403  403 403 403     403    302     403"),
    ("unmasking_agree",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("unmasking_refuse",           "POST", "302   403  403      403  403 403 403     403    302     403"),
    ("unmasking_refuse",           "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("unmasking_end",              "POST", "302   403  403      403  403 302 403     403    302     403"),
    ("unmasking_end",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("unmasking_log",              "POST", "302   403  403      403  403 200 403     403    200     403"),
    ("unmasking_log",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("works_agreement",            "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("works_agreement_pdf",        "GET",  "302   403  403      403  403 200 403     403    200     200"),
    ("audit",                      "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("audit_state",                "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("audit_heads",                "GET",  "302   403  403      403  403 200 403     403    200     403"),
    ("people",                     "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_create",              "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_create",              "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("person_edit",                "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("person_edit",                "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("departments",                "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("departments",                "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("machines",                   "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("machines",                   "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("machine_revoke",             "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("webhooks",                  "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("webhooks",                  "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("webhook",                   "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("webhook_delivery",          "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("webhook_rotate",            "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("webhook_rotate",            "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("webhook_off",               "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("webhook_off",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("webhook_on",                "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("webhook_on",                "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("webhook_again",             "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("webhook_again",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("outbox",                     "GET",  "302   403  403      403  403 200 403     403    403     200"),
    ("outbox_again",               "POST", "302   403  403      403  403 403 403     403    403     302"),
    ("outbox_again",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("outbox_give_up",             "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("outbox_give_up",             "POST", "302   403  403      403  403 403 403     403    403     200"),
    # messages: `message_*` are about one of Anna's, which is nobody else's at all
    ("messages",                   "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("messages_read",              "POST", "302   302  302      302  302 302 302     302    302     302"),
    ("messages_read",              "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("message_open",               "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("message_open",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("message_read",               "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("message_read",               "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("message_unread",             "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("message_unread",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("own_systems",                "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("own_system_confirm",         "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("own_system_confirm",         "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("own_system_revoke",          "POST", "302   302  404      404  404 404 404     404    404     404"),
    ("own_system_revoke",          "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("machine_revoke",             "GET",  "302   405  405      405  405 405 405     405    405     405"),
    ("company_accounts",           "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("company_account_create",     "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_create",     "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_edit",       "GET",  "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_edit",       "POST", "302   403  403      403  403 403 403     403    403     200"),
    ("company_account_approve",    "POST", "302   403  403      403  403 302 403     403    403     403"),
    ("company_account_close",      "POST", "302   403  403      403  403 302 403     403    403     302"),
    ("company_account",            "GET",  "302   200  200      200  200 200 200     200    200     200"),
    ("work_profile_create",        "GET",  "302   200  200      200  200 200 200     403    403     403"),
    ("work_profile_create",        "POST", "302   200  200      200  200 200 200     403    403     403"),
    ("platform_update",            "POST", "302   403  403      403  403 302 403     403    403     403"),
]
# fmt: on


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """What the rows are about, made once: to make it anew for each of them took longer than to ask."""
    house = os.environ.get("DATABASE_URL", "").rpartition("/")[2].partition("?")[0]
    assert connection.settings_dict["NAME"] != house, "only ever on a test database"
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        with translation.override("en"):
            made = _made(NOON)
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


@pytest.fixture
def db():
    """In the place of pytest-django's, which would end the stage's transaction after each row: by this name it learns
    that these tests need the test database."""


@pytest.fixture
def scene(db, stage, django_db_blocker):
    """The stage as one row finds it: what the row does is undone after it, to the rows and to the objects."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield deepcopy(stage)
        transaction.set_rollback(True)


def _made(now):
    """Anna's draft, her waiting request, a permit with a use that is not logged yet; one consent of the customer."""
    cast = make_cast(now)
    customer, accounts = make_customer(now), make_accounts(cast, now)
    for part in heartbeats.Part:
        heartbeats.note(part, at=now)
    draft = service_by_mail(cast, customer, accounts, now)
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    permit = permit_for(report_by_mail(cast, customer, accounts, now), cast, now)
    use = permits.redeem(cast.anna, permit=permit, at=now).use
    fresh = permit_for(_by_phone(cast, customer, accounts, now), cast, now)
    promoting = ask(cast.anna, customer, "email", accounts.email, at=now, draft_text=PROMOTING)
    consent = give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 7",
        text=wording("marketing", "email"),
        given_at=now,
        at=now,
    )
    spare = point(customer, "email", "zweit@kundin.example", now=now)
    return {
        "draft": draft,
        "promoting": promoting,
        "waiting": waiting,
        "used": permit,
        "use": use,
        "fresh": fresh,
        "consent": consent,
        "customer": customer,
        "spare": spare,
        "accounts": accounts,
        "cast": cast,
        "now": now,
        "signed_in": {one.first_name.lower(): _signed_in(one, now) for one in cast},
    }


def _signed_in(user, now) -> str:
    """The cookie of a session of this person's."""
    client = Client()
    with time_machine.travel(now):
        client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _by_phone(cast, customer, accounts, now):
    from tests.requests.scenes import ask

    return ask(cast.anna, customer, "phone", accounts.phone, at=now, purpose="contract_performance")


def address(name: str, scene: dict) -> str:
    """The address of a row, about Anna's things."""
    number = scene["customer"].number
    arguments = {
        "admin:app_list": ["outbox"],
        "mail": ["0" * 32],
        "mail_html": ["0" * 32],
        "account_reset_password_from_key": ["1", "set-password"],
        "check_form": [number],
        "check_answer": [scene["draft"].number],
        "check_edit": [scene["draft"].number],
        "check_change": [scene["draft"].number, "reason"],
        "check_take": [scene["draft"].number],
        "check_dispute": [scene["promoting"].number],
        "check_take_proposal": [scene["draft"].number],
        "request": [scene["waiting"].number],
        "team_remind": [scene["cast"].anna.pk],
        "request_sent": [scene["waiting"].number],
        "request_receipt": [scene["waiting"].number],
        "request_decisions": [scene["waiting"].number],
        "request_submit": [scene["draft"].number],
        "help_guide": ["manager"],
        "request_cancel": [scene["waiting"].number],
        "review": [scene["waiting"].number],
        "request_comment": [scene["waiting"].number],
        "report_csv": ["waiting"],
        "report_ending": ["2026-12"],
        "report_waiting": [0],
        "permit": [scene["fresh"].number],
        "permit_redeem": [scene["fresh"].number],
        "permit_revoke": [scene["fresh"].number],
        "contact_log": [scene["used"].number, scene["use"].use_number],
        "customer": [number],
        "customer_on": [number],
        "customer_answers": [number],
        "customer_edit": [number],
        "contact_point_create": [number],
        "contact_point_verify": [number, scene["spare"].pk],
        "contact_point_retire": [number, scene["spare"].pk],
        "inbound_create": [number],
        "consent_give": [number],
        "consent": [number, scene["consent"].pk],
        "consent_withdraw": [number, scene["consent"].pk],
        "consent_renew": [number, scene["consent"].pk],
        "consent_correct": [number, scene["consent"].pk],
        "consent_evidence": [number, scene["consent"].pk],
        "consent_evidence_json": [number, scene["consent"].pk],
        "consent_receipt": [number, scene["consent"].pk],
        "consent_stop": [number],
        "sign_up_create": [number],
        "preference_link_send": [number],
        "unsubscribe_headers": [number, "marketing", scene["spare"].pk],
        "person_edit": [scene["cast"].anna.pk],
        "company_account": [scene["accounts"].email.pk],
        "company_account_edit": [scene["accounts"].email.pk],
        "company_account_approve": [scene["accounts"].email.pk],
        "company_account_close": [scene["accounts"].email.pk],
        "platform_update": ["whatsapp"],
        "import_template": ["customers", "csv"],
        "manifest": ["de"],
        "rule": ["ACC-01"],
        "golden_case": ["reminder-by-sms"],
        "scim_user": ["1"],
        "scim_group": ["1"],
        "scim_resource_type": ["User"],
        "scim_schema": ["User"],
        "scim_unknown": ["Nothing"],
    }
    if name.startswith("processing_") and name not in ("processing_new", "processing_export"):
        return reverse(name, args=_processing_arguments(name, scene))
    if name in RETENTION:
        return reverse(name, args=_retention_arguments(name, scene))
    if name in ("inbox_snooze", "inbox_wake"):
        POSTED[name] = {"until": "2099-01-01"}
        return reverse(name, args=[scene["waiting"].number])
    if name in ("deputy_end", "request_danger_review", "request_reassign") or name.startswith("routing_"):
        return reverse(name, args=_routing_arguments(name, scene))
    if (name.startswith("incident_") and name != "incident_report") or name == "incident":
        return reverse(name, args=_incident_arguments(name, scene))
    if name.startswith(("data_request", "name_release", "restriction_lift")):
        return reverse(name, args=_rights_arguments(name, scene))
    if name.startswith("author_"):
        return reverse(name, args=_author_arguments(name, scene))
    if name in TRAINING:
        return reverse(name, args=_training_arguments(name, scene))
    if name.startswith("import_") and name != "import_template":
        return reverse(name, args=[_import_run(scene).pk])
    if (name.startswith("rule_set_") and name != "rule_set_draft") or name == "rule_set":
        return reverse(name, args=[drafted(scene["cast"], scene["now"], STRICTER).number])
    if name in OUTSIDE:
        return reverse(name, args=[_outside(name, scene)])
    if name in ("outbox_again", "outbox_give_up") or name.startswith("message_"):
        return reverse(name, args=[_message(scene, parked=name.startswith("outbox")).pk])
    if name.startswith("api_"):
        return reverse(name, args=_api_arguments(name, scene))
    if name in ("saved_view", "saved_view_delete"):
        anna, filters = scene["cast"].anna, {"kind": "consumer"}
        return reverse(name, args=[save_view(anna, name="Meine", filters=filters, at=scene["now"]).pk])
    if name.startswith("screening") and name != "screenings":
        return reverse(name, args=[_screening(scene).number])
    if name.startswith("webhook_") or name == "webhook":
        found = _delivery(scene)
        return reverse(name, args=[found.endpoint_id, found.pk][: 1 + (name in ("webhook_delivery", "webhook_again"))])
    if name.startswith(("mfa_", "second_factor", "session_", "person_se")):
        return reverse(name, args=_sign_in_arguments(name, scene))
    if name.startswith("own_system_"):
        return reverse(name, args=[_api_token(scene, acts_for=scene["cast"].anna).pk])
    if name == "machine_revoke":
        return reverse(name, args=[_api_token(scene).pk])
    if name == "evidence_hand_out":
        POSTED[name] = {"number": number}
        return reverse(name, args=["customer"])
    if name == "given_decision":
        return reverse(name, args=[given_to_a_system(scene["cast"], scene["customer"], scene["now"]).pk])
    if name == "evidence_file":
        return reverse(name, args=[number, scene["consent"].pk, _evidence_file(scene).pk])
    if name in ("consent_text", "consent_text_edit", "consent_text_publish"):
        return reverse(name, args=[_draft(scene).pk])
    if name in ("suppression_list", "suppression_list_edit", "suppression_list_refresh"):
        return reverse(name, args=[_list(scene).pk])
    return reverse(name, args=arguments.get(name, []))


RETENTION = (
    *("retention_period", "works_agreement_pdf", "hold", "hold_keep", "hold_ask_end", "hold_end"),
    *("unmasking", "unmasking_agree", "unmasking_refuse", "unmasking_end", "unmasking_log"),
)


def _retention_arguments(name: str, scene: dict) -> list[object]:
    """A period, a hold on the customer whose end is asked for where it is ended, an unmasking as the row needs it."""
    from portal.retention import holds, unmasking

    cast, customer, now = scene["cast"], scene["customer"], scene["now"]
    ready = {"retention_period": ["training.read"], "works_agreement_pdf": ["en"]}
    if name in ready:
        return ready[name]
    if name.startswith("hold"):
        values = {"found": (customer.pk, None, customer.number), "reason": "Klage", "review_on": date(2027, 1, 1)}
        hold = holds.place_hold(cast.dora, at=now, **values)
        if name == "hold_end":
            holds.ask_end(cast.dora, hold=hold, reason="Verglichen.", at=now)
        return [hold.pk]
    asked = {"scope": "log", "person": cast.anna, "reason": "Beschwerde", "hours": 2}
    made = unmasking.ask_unmasking(cast.dora, at=now, **asked)
    if name in ("unmasking_end", "unmasking_log"):
        unmasking.agree_unmasking(cast.rita, unmasking=made, at=now)
    return [made.pk]


def _processing_arguments(name: str, scene: dict) -> list[object]:
    """An activity of the company's own, of which nothing is missing."""
    from portal.desk.processing.rules import PARTS
    from portal.desk.processing.services import add_activity

    values = {**dict.fromkeys(PARTS, "Gesagt."), "name": "Videokamera"}
    made = add_activity(scene["cast"].dora, values=values, at=scene["now"])
    return [made.activity, *([made.number] if name == "processing_version" else [])]


def _draft(scene: dict):
    from consent.services import draft_text

    words = {"line": "entwurf", "language": "de", "purpose": "service", "channels": ["email"]}
    return draft_text(scene["cast"].clara, title="Entwurf", body="Ja.", at=scene["now"], **words)


def _routing_arguments(name: str, scene: dict) -> list[object]:
    """Mona's absence, an act of Anna in imminent danger, what waits, or the rules of a draft."""
    from contacts.requests.services import absences, routing_tables
    from tests.requests.scenes import acted_in_danger

    cast, now = scene["cast"], scene["now"]
    if name == "deputy_end":
        today = now.date()
        values = {"person": cast.mona, "deputy": None, "starts": today, "ends": today}
        return [absences.record_absence(cast.mona, at=now, **values).pk]
    if name == "request_danger_review":
        return [acted_in_danger(cast, scene["customer"], scene["accounts"], now).number]
    if name == "request_reassign":
        POSTED[name] = {"instead_of": str(cast.mona.pk), "to": str(cast.max.pk), "reason": "Urlaub."}
        return [scene["waiting"].number]
    if name == "routing_draft":
        return []
    version = routing_tables.draft_table(cast.dora, at=now).version
    return [version, 1] if name in ("routing_rule", "routing_rule_remove") else [version]


OUTSIDE = ("opt_in", "opt_in_sent", "opt_in_confirm", "preferences_link", "unsubscribe")


def _outside(name: str, scene: dict) -> str:
    """The wording's name, or the token of a link that stands for the customer."""
    from consent.services import links, request_opt_in
    from consent.services.opt_in import SIGN_UP
    from portal.access.tokens import token_of

    text, now, customer = wording("marketing", "email"), scene["now"], scene["customer"]
    if name in ("opt_in", "opt_in_sent"):
        return text.line
    if name == "opt_in_confirm":
        asked = request_opt_in(SIGN_UP, address="neu@post.example", text=text, via="web_form", at=now)
        return token_of("consent.opt_in", bytes(asked.nonce))
    if name == "preferences_link":
        return links.token_of_link(links.preference_link(customer=customer, point=scene["spare"], at=now))
    link = links.unsubscribe_link(customer=customer, point=scene["spare"], purpose="marketing", at=now)
    return links.token_of_link(link)


def _message(scene: dict, *, parked: bool):
    """A mail to Anna; parked ones are the administrators'."""
    from portal.outbox.models import OutboxMessage

    context = {"number": "R-1001", "author": "Mona Beispiel"}
    state = {"parked_at": scene["now"], "attempts": 10} if parked else {}
    fields = {"topic": "commented", "payload": context, "due_at": scene["now"], "recipient": scene["cast"].anna}
    return OutboxMessage.objects.create(kind="mail", key="row of the matrix", **fields, **state)


def _api_arguments(name: str, scene: dict) -> list[object]:
    """What is there, so that only the missing key can be the reason."""
    number = scene["customer"].number
    if name in ("api_decision", "api_replay", "api_screening", "api_screening_result"):
        return ["0d7c2f4e-6f0a-4c8e-9d3b-5a1f2e3c4b5d"]
    if name.startswith("api_contact_point_") or name == "api_contact_point":
        return [number, scene["spare"].pk]
    if name.startswith("api_consent_") or name == "api_consent":
        return [number, scene["consent"].pk]
    if name.startswith("api_request_") or name == "api_request":
        return [scene["draft"].number]
    if name in ("api_account", "api_account_close"):
        return [scene["accounts"].email.pk]
    if name == "api_permit_outcome":
        return [scene["used"].number, scene["use"].use_number]
    if name.startswith("api_permit_") or name == "api_permit":
        return [scene["fresh"].number]
    of_customer = ("api_customer", "api_contact_points", "api_customer_objections", "api_inbound_contacts")
    if name in (*of_customer, "api_consents"):
        return [number]
    return {"api_certificate": ["Z-1"], "api_unknown": ["nothing"]}.get(name, [])


def _screening(scene: dict):
    from io import BytesIO

    from contacts.screening.services.receiving import Asker, Wanted, receive
    from contacts.screening.services.working import run_waiting

    anna, now = scene["cast"].anna, scene["now"]
    asked = Wanted(purpose="service", channel="email")
    found = receive(Asker(anna), upload=BytesIO(b"ID\n1\n"), file_name="a.csv", wanted=asked, at=now)
    run_waiting(at=now)
    return found


def _api_token(scene: dict, acts_for=None):
    from portal.machines.services import make_token

    end = scene["now"] + timedelta(days=30)
    values = {"name": "shop", "scopes": ["objections:write"], "expires_at": end, "acts_for": acts_for}
    return make_token(scene["cast"].adam, at=scene["now"], **values)[0]


def _delivery(scene: dict):
    from portal.webhooks.matching import match
    from portal.webhooks.models import Delivery, EventType
    from portal.webhooks.services import register_endpoint
    from portal.webhooks.telling import tell

    values = {"name": "crm", "url": "https://crm.example/hooks", "events": ["objection.recorded"]}
    register_endpoint(scene["cast"].adam, at=scene["now"], **values)
    tell(EventType.OBJECTION_RECORDED, {}, customer_id=None, at=scene["now"])
    match(at=scene["now"])
    return Delivery.objects.get()


def _evidence_file(scene: dict):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from consent.services import correct_consent
    from consent.services.evidence import keep_evidence

    upload = SimpleUploadedFile("formular.pdf", b"%PDF-1.7 unterschrieben")
    kept = keep_evidence(scene["cast"].clara, upload=upload, at=scene["now"])
    correct_consent(
        scene["cast"].clara,
        consent=scene["consent"],
        evidence="Formular 7",
        evidence_file=kept,
        given_at=scene["now"],
        at=scene["now"],
    )
    return kept


def _list(scene: dict):
    from contacts.customers.suppression.models import SuppressionList

    return SuppressionList.objects.create(name="Robinson", owner=scene["cast"].clara, created_at=scene["now"])


TRAINING = (
    "certificate",
    "certificate_revoke",
    "verify_number",
    "course",
    "lesson",
    "lesson_picture",
    "quiz_start",
    "attempt",
    "attempt_question",
    "attempt_save",
    "attempt_submit",
)


def _training_arguments(name: str, scene: dict) -> list[object]:
    """A course, a picture, and Anna's open attempt and certificate."""
    from tests.training.courses import course
    from training.models import LessonPicture
    from training.services import quiz

    anna, now = scene["cast"].anna, scene["now"]
    if name in ("certificate", "certificate_revoke", "verify_number"):
        return [anna.certificates.get().number]
    if name == "lesson_picture":
        words = {"alt_de": "Ein Telefon", "alt_en": "A phone"}
        LessonPicture.objects.create(
            digest="a" * 64, name="a", media_type="image/png", data=b"a", added_at=now, **words
        )
        return ["a" * 64]
    version = course(now)
    if name in ("course", "quiz_start"):
        return [version.course.slug]
    if name == "lesson":
        return [version.course.slug, "story"]
    attempt = quiz.start(anna, version=version, refresher=False, at=now)
    return [attempt.pk, 1] if name in ("attempt_question", "attempt_save") else [attempt.pk]


def _author_arguments(name: str, scene: dict) -> list[object]:
    """A course whose version 1 is published and whose version 2 is a draft."""
    from tests.training.courses import course, draft
    from training.services import assigning, authoring

    tom, now = scene["cast"].tom, scene["now"]
    if name == "author_completions":
        return ["csv"]
    if name in ("author_courses", "author_course_create", "author_pictures", "author_more_time"):
        return []
    published = course(now)
    slug = published.course.slug
    if name == "author_assignments":
        POSTED[name] = {"course": published.course_id, "role": "employee", "due_days": "30"}
        return []
    if name == "author_assignment_end":
        return [assigning.assign(tom, course=published.course, role="manager", due_days=9, at=now).pk]
    if name in ("author_course", "author_draft_create", "author_course_retire"):
        return [slug]
    if name in ("author_withdraw", "author_statistics", "author_statistics_csv"):
        return [slug, 1]
    edition = draft(published.course, number=2)
    if name == "author_import_report":
        file = {"name": "a.txt", "content": b"Is it so?{T}", "format": "gift", "language": "en"}
        return [slug, 2, authoring.receive_bank(tom, version=edition, at=now, **file).pk]
    last = {"author_export": ["gift"], "author_question_create": ["single"]}
    if name.startswith("author_lesson") and name != "author_lesson_create":
        return [slug, 2, "story"]
    if name.startswith("author_question") and name not in ("author_questions", "author_question_create"):
        return [slug, 2, "q01"]
    return [slug, 2, *last.get(name, [])]


def _incident_arguments(name: str, scene: dict) -> list[object]:
    """Anna's incident; assessed where something is decided or exported, with an order where there is one to read."""
    from contacts.incidents.services.ordering import issue_order
    from tests.incidents.scenes import assessed, reported

    cast, now = scene["cast"], scene["now"]
    made = (assessed if name in ("incident_decide", "incident_export") else reported)(cast, now)
    if name in ("incident_order", "incident_order_acknowledge"):
        issue_order(cast.dora, incident=made, body="Bitte nicht.", at=now)
    return [made.number, *{"incident_decide": ["authority"], "incident_export": ["json"]}.get(name, [])]


def _rights_arguments(name: str, scene: dict) -> list[object]:
    """Clara's entry: an erasure that waits for the second person, an access whose names Adam may release."""
    from contacts.customers.restricting import restrict
    from contacts.rights.services.releasing import ask_names
    from tests.rights.scenes import entered, opened, proposed

    cast, now, customer = scene["cast"], scene["now"], scene["customer"]
    if name == "restriction_lift":
        return [restrict(cast.dora, customer=customer, reason="Strittig.", at=now).customer.number]
    if name in ("data_request_erasure", "data_request_send_back"):
        return [proposed(cast, customer, now).number]
    if name in ("data_request", "data_request_identity"):
        return [entered(cast, customer, now).number]
    made = opened(cast, customer, now, "access" if name != "data_request_answer" else "rectification")
    if name == "name_release":
        return [ask_names(cast.dora, request=made, reason="Ein Gericht fragt.", at=now).pk]
    return [made.number, *(["receipt"] if name == "data_request_letter" else [])]


def _sign_in_arguments(name: str, scene: dict) -> list[object]:
    """Anna has a key or an app for signing in, and a session elsewhere."""
    from allauth.mfa.models import Authenticator

    from tests.people.audit_rows import signed_in

    anna = scene["cast"].anna
    if name.startswith("person_"):
        return [anna.pk]
    if name == "session_end":
        return [signed_in(anna, scene["now"]).handle]
    if name in ("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn"):
        return []
    if name not in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        Authenticator.objects.create(user=anna, type="totp", data={"secret": ""})
        return []
    return [Authenticator.objects.create(user=anna, type="webauthn", data={"name": "Telefon"}).pk]


def _import_run(scene: dict):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from contacts.customers.importing.run import receive

    csv = "Kundennummer;Nachname;Herkunft\n900001;Muster;Kunde\n".encode("cp1252")
    return receive(scene["cast"].clara, SimpleUploadedFile("liste.csv", csv), default_source="", at=scene["now"])


POSTED = {
    "processing_new": {"name": "Werkschutz"},
    "processing_export": {"form": "csv"},
    "processing_change": {"name": "Videokamera am Tor", "based_on": "1"},
    "processing_review": {"based_on": "1"},
    "processing_end": {"reason": "Abgebaut.", "based_on": "1"},
    "retention_period": {"length": "2", "reason": "So viel reicht."},
    "hold_place": {"kind": "customer", "number": "4711", "reason": "Klage", "review_on": "2027-01-01"},
    "hold_keep": {"review_on": "2027-02-01"},
    "hold_ask_end": {"reason": "Verglichen."},
    "unmasking_ask": {"scope": "trail", "person": "", "reason": "Beschwerde", "hours": "2"},
    "incident_report": {
        "key": "5f0f6d58-4a39-4d6c-9d0e-0c7c8f7a9b11",
        "kind": "other",
        "happened_at": "2026-11-24T09:00",
        "noticed_at": "2026-11-24T09:30",
        "description": "Etwas ist passiert.",
    },
    "incident_step": {"step": "tell_nobody", "needed": "yes"},
    "incident_note": {"text": "Noch etwas."},
    "rights_new": {
        "key": "7d2f5d3c-6c2b-4d6e-9d0b-0a4b5a1c9a11",
        "kind": "access",
        "how": "email",
        "received_at": "2026-11-20T09:00",
        "customer_number": "4711",
    },
    "data_request_identity": {"customer_number": "4711", "how": "questions"},
    "data_request_extend": {"reason": "Viele Listen."},
    "data_request_refuse": {"reason": "Jeden Tag gefragt."},
    "data_request_withdraw": {"reason": "Doch nicht."},
    "data_request_answer": {"text": "Berichtigt."},
    "data_request_send_back": {"reason": "Eine Rechnung ist offen."},
    "data_request_names": {"reason": "Ein Gericht fragt."},
    "name_release": {"agreed": "yes", "reason": "Der Grund trägt."},
    "restriction_lift": {"reason": "Geklärt."},
    "incident_assess": {
        "risk": "none",
        "reason": "Gelöscht.",
        "nature": "Falsche Nummer.",
        "people": "Kunden",
        "people_count": "1",
        "records": "Namen",
        "records_count": "1",
        "consequences": "Keine.",
        "measures": "Gelöscht.",
    },
    "incident_decide": {"answer": "yes", "reason": "Ein Risiko."},
    "incident_order_issue": {"body": "Bitte nicht."},
    "preferences_ask_link": {"email": "zweit@kundin.example"},
    "unsubscribe": {"List-Unsubscribe": "One-Click"},
    "author_publish": {"certificates": "keep"},
    "certificate_revoke": {"reason": "Falsche Person"},
    "author_lesson": {"title_de": "Neu"},
    "author_lesson_create": {"title_de": "Neu"},
    "author_lesson_move": {"way": "down"},
    "author_import_report": {"existing": "keep"},
    "set_language": {"language": "de"},
    "mfa_edit_webauthn": {"name": "Neu"},
    "theme": {"theme": "dark"},
    "check_dispute": {"text": fingerprint(PROMOTING), "reason": "Danach hatte der Kunde gefragt."},
    "review": {"verdict": "approved", "reason": "", "round": "1"},
    "permit_revoke": {"reason": "erledigt"},
    "request_comment": {"text": "Wann genau?"},
    "request_danger_review": {"verdict": "approved", "reason": ""},
    "deputies": {"starts": "2026-11-24", "ends": "2026-11-30"},
    "routing_rule_new": {"channels": ["sms"], "who_1": "line_manager"},
    "routing_rule": {"channels": ["sms"], "who_1": "dpo"},
    "rule_set_cases": {"document": "[]"},
    "rule_set_release": {"effective_from": "", "reason": "Der Betriebsrat bat darum."},
    "routing_publish": {"valid_from": "", "reason": "Neue Abteilung."},
    "suppression_look_up": {"channel": "email", "value": "wer@kundin.example"},
    "suppression_add": {"channel": "email", "value": "wer@kundin.example", "scope": "full_block", "reason": "asked"},
    "contact_log": {"result": "reached", "note": ""},
    "consent_withdraw": {"how": "written", "note": ""},
    "consent_stop": {"what": "marketing_objection", "channel": "", "how": "spoken", "note": ""},
    "consent_text_create": {
        "line": "neu",
        "language": "de",
        "purpose": "service",
        "channels": ["email"],
        "platform": "",
        "title": "Neu",
        "body": "Ja.",
    },
    "consent_text_earlier": {
        "line": "frueher",
        "language": "de",
        "purpose": "service",
        "channels": ["email"],
        "platform": "",
        "title": "Früher",
        "body": "Ja.",
        "valid_from": "2019-01-01",
        "valid_until": "2021-12-31",
        "source_note": "Vordruck aus dem Archiv",
    },
    "consent_text_edit": {"channels": ["email", "phone"], "title": "Entwurf", "body": "Ja, gern."},
    "consent_text_publish": {"valid_from": ""},
    "consent_thresholds": {
        "act": "set",
        "purpose": "",
        "channel": "phone",
        "stale_after_months_unused": "18",
        "expired_after_months_unused": "36",
        "doi_ttl_days": "14",
        "valid_from": "2027-01-01T00:00",
        "reason": "Die Kammer rät dazu.",
    },
    "platform_update": {"status": "under_review", "note": ""},
}


@pytest.fixture
def _clock_stands(scene):
    with time_machine.travel(scene["now"]):
        yield


@pytest.mark.parametrize(("name", "method", "expected"), MATRIX, ids=[f"{row[0]}-{row[1]}" for row in MATRIX])
@pytest.mark.usefixtures("_clock_stands")
def test_everybody_gets_the_answer_of_the_table(scene, name, method, expected, settings):
    settings.SECURITY_CONTACT = "mailto:security@firma.example"
    path = address(name, scene)
    answers = {}
    for column in COLUMNS:
        try:
            with transaction.atomic():
                answers[column] = str(_answer(scene, column, path, name, method))
                raise _Undo
        except _Undo:
            pass
    assert answers == dict(zip(COLUMNS, expected.split(), strict=True))


class _Undo(Exception):
    pass


def _answer(scene, column, path, name, method) -> int:
    client = Client(raise_request_exception=True)
    if column != "nobody":
        client.cookies[settings.SESSION_COOKIE_NAME] = scene["signed_in"][column]
    posted = POSTED.get(name, {})
    if name == "preference_link_send":
        posted = {"point": scene["spare"].pk}
    if name == "rule_set_release":
        posted = posted | {"seen": fingerprint_of(RuleSetVersion.objects.latest("number"))}
    if name == "rule_set_cases":
        posted = posted | {"seen": fingerprint_of(RuleSetVersion.objects.latest("number"), "cases")}
    if name == "opt_in":
        posted = {"email": "neu@post.example", "agree": "on", "text": wording("marketing", "email").pk}
    if method == "POST":
        return _guarded(client.post(path, posted), column)
    before = rows_written()
    status = _guarded(client.get(path), column)
    assert rows_written() == before, f"GET {path} as {column} wrote rows"
    return status


def _guarded(answer, column) -> int:
    """The status of an answer that carries what every answer must (ASVS 5.0, 3.4.3 to 3.4.8 and 14.3.2)."""
    told = answer.headers
    assert column == "nobody" or told["Cache-Control"] == "no-store", f"{column} may keep {answer.request['PATH_INFO']}"
    assert told["X-Content-Type-Options"] == "nosniff" and told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["Referrer-Policy"] in ("same-origin", "no-referrer") and "camera=()" in told["Permissions-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'"):
        assert part in told["Content-Security-Policy"], answer.request["PATH_INFO"]
    return answer.status_code


def rows_written() -> dict[str, int]:
    """How many rows this transaction has written so far, by table, as PostgreSQL counted (28.2, pg_stat_xact_*).

    Not counted: the session, which carries messages to the next page, and the table of the limits, because how often
    a number was tried is what a limit is about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname NOT IN ('people_signed_in', 'portal_cache')"
        )
        return dict(cursor.fetchall())


def test_the_count_of_written_rows_sees_a_change(scene):
    before = rows_written()
    scene["customer"].save(update_fields=["last_name"])
    assert rows_written() != before


def test_every_address_is_in_the_table():
    named = set(_names(get_resolver()))
    assert named - {row[0] for row in MATRIX} == set()


def test_every_address_has_a_name():
    unnamed = [pattern for pattern in _patterns(get_resolver()) if not pattern.name]
    assert unnamed == []


def _names(resolver, space=""):
    """Also those below a namespace, such as admin:index."""
    yield from (f"{space}{name}" for name in resolver.reverse_dict if isinstance(name, str))
    for name, (_prefix, inner) in resolver.namespace_dict.items():
        yield from _names(inner, f"{space}{name}:")


def _patterns(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _patterns(entry)
        else:
            yield entry
