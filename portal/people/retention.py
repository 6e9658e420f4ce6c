"""How long what is known about employees is kept, and sessions. Names of who made, approved or published something go
with the account: what remains then is a number."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, Way, table

RULES = (
    Rule(
        key="people.account",
        data=_(
            "Account of an employee: name, e-mail address, personnel number, place in the company, means of sign-in"
        ),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the closing of the account"),
        basis=STORAGE_LIMITATION,
        way=Way.ANONYMISE,
        head="people_user",
        since="greatest(t.joined_on::timestamptz, t.last_login, (SELECT max(a.at) FROM audit_auditentry a"
        " WHERE a.subject_type = 'person' AND a.subject_id = t.id::text AND a.after ? 'is_active'))",
        ready="NOT t.is_active AND right(t.email, 15) <> '@former.invalid'",
    ),
    Rule(
        key="people.session",
        data=_("Session of somebody who is signed in"),
        about=About.EMPLOYEE,
        period=Period(Unit.DAYS, 0),
        begins=_("from the end of the session"),
        basis=STORAGE_LIMITATION,
        head="people_signed_in",
        pk="session_key",
        # Saving a session anew puts off its expiry, and not the end that counts from the sign-in.
        since=f"least(t.expire_date, t.begun_at + make_interval(secs => {settings.SESSION_COOKIE_AGE}))",
        goes=(
            "DELETE FROM people_signed_in WHERE session_key = ANY (%(ids)s)",
            # Where sessions stood before they had an owner.
            "DELETE FROM django_session WHERE expire_date < now()",
        ),
    ),
)
#: The tables of people, and those of Django and allauth that stand on them.
TABLES = (
    table("account_emailaddress", "id verified primary", people__account="user email"),
    table("account_emailconfirmation", "id key", people__account="email_address created sent"),
    table("auth_group", "id name"),
    table("auth_group_permissions", "id group permission"),
    table("auth_permission", "id name content_type codename"),
    # Kept empty by a trigger (docs/decisions/0051).
    table(
        "django_admin_log",
        "id content_type action_flag",
        people__account="user action_time object_id object_repr change_message",
    ),
    table("django_content_type", "id app_label model"),
    table("django_session", people__session="session_key session_data expire_date"),
    # What allauth keeps where these apps of it are installed: means of sign-in, and where somebody is signed in.
    table("mfa_authenticator", "id type", people__account="user data created_at last_used_at"),
    table("socialaccount_socialapp", "id provider provider_id name client_id secret key settings"),
    table("socialaccount_socialaccount", "id provider", people__account="user uid last_login date_joined extra_data"),
    table("socialaccount_socialtoken", "id app", people__account="account token token_secret expires_at"),
    table(
        "usersessions_usersession",
        "id",
        people__session="user created_at ip last_seen_at session_key user_agent data",
    ),
    table("people_department", "id name"),
    table(
        "people_signed_in",
        people__session="session_key session_data expire_date person begun_at seen_at browser network",
    ),
    table(
        "people_user",
        "id",
        people__account="password last_login email first_name last_name person_number department manager roles language theme shortcuts first_visit is_active joined_on",
    ),
)

RETENTION = Retention(RULES, TABLES)
