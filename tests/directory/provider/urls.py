from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path


def sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Nobody types anything: one account stands for whoever the test has written down."""
    login(request, get_user_model().objects.get())
    return HttpResponseRedirect(request.GET["next"])


urlpatterns = [path("o/", include("oauth2_provider.urls")), path("accounts/login/", sign_in)]
