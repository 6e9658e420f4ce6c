from django.urls import path

from contacts.requests.views import accounts

urlpatterns = [
    path("accounts/", accounts.company_accounts, name="company_accounts"),
    path("accounts/new/", accounts.company_account_create, name="company_account_create"),
    path("accounts/<int:pk>/", accounts.company_account_edit, name="company_account_edit"),
    path("accounts/profiles/new/", accounts.work_profile_create, name="work_profile_create"),
    path("accounts/<int:pk>/history/", accounts.company_account, name="company_account"),
    path("accounts/<int:pk>/approve/", accounts.company_account_approve, name="company_account_approve"),
    path("accounts/<int:pk>/close/", accounts.company_account_close, name="company_account_close"),
    path("accounts/platforms/<str:platform>/", accounts.platform_update, name="platform_update"),
]
