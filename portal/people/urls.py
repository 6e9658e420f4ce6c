from allauth.mfa.base import views as factor_views
from allauth.mfa.webauthn import views as key_views
from django.urls import path

from portal.people import views
from portal.people.second_factor import views as second_factor
from portal.people.sessions import views as sessions

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.person_create, name="person_create"),
    path("people/departments/", views.departments, name="departments"),
    path("people/<int:pk>/", views.person_edit, name="person_edit"),
    path("people/<int:pk>/sessions/", sessions.person_sessions, name="person_sessions"),
    path("people/<int:pk>/sessions/end/", sessions.person_sessions_end, name="person_sessions_end"),
    path(
        "people/<int:pk>/second-factor/reset/", sessions.person_second_factor_reset, name="person_second_factor_reset"
    ),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end-others/", sessions.sessions_end_others, name="sessions_end_others"),
    path("sessions/<slug:handle>/end/", sessions.session_end, name="session_end"),
    # the second factor: django-allauth's pages under names that it looks up itself, and ours
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/codes/", second_factor.second_factor_codes, name="second_factor_codes"),
    path("second-factor/app/", second_factor.app_add, name="mfa_activate_totp"),
    path("second-factor/app/remove/", second_factor.app_remove, name="mfa_deactivate_totp"),
    path("second-factor/keys/add/", second_factor.key_add, name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/", second_factor.key_rename, name="mfa_edit_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", second_factor.key_remove, name="mfa_remove_webauthn"),
    path("login/second-factor/", factor_views.authenticate, name="mfa_authenticate"),
    path("login/passkey/", key_views.login_webauthn, name="mfa_login_webauthn"),
    path("reauthenticate/code/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("reauthenticate/key/", key_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]
