from django.urls import path

from portal.directory.oidc import views as oidc
from portal.directory.scim import views as scim

urlpatterns = [
    path("login/company/", oidc.company_sign_in, name="company_sign_in"),
    path("login/company/return/", oidc.company_return, name="company_return"),
    path("scim/v2/Users", scim.scim_users, name="scim_users"),
    path("scim/v2/Users/<str:pk>", scim.scim_user, name="scim_user"),
    path("scim/v2/Groups", scim.scim_groups, name="scim_groups"),
    path("scim/v2/Groups/<str:pk>", scim.scim_group, name="scim_group"),
    path("scim/v2/ServiceProviderConfig", scim.scim_config, name="scim_config"),
    path("scim/v2/ResourceTypes", scim.scim_resource_types, name="scim_resource_types"),
    path("scim/v2/ResourceTypes/<str:name>", scim.scim_resource_types, name="scim_resource_type"),
    path("scim/v2/Schemas", scim.scim_schemas, name="scim_schemas"),
    path("scim/v2/Schemas/<str:name>", scim.scim_schemas, name="scim_schema"),
    path("scim/v2/<path:rest>", scim.scim_unknown, name="scim_unknown"),
]
