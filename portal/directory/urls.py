from django.urls import path

from portal.directory.oidc import views as oidc

urlpatterns = [
    path("login/company/", oidc.company_sign_in, name="company_sign_in"),
    path("login/company/return/", oidc.company_return, name="company_return"),
]
