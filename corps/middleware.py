"""What a console request is answered in: the language chosen there, the zone of the user's company."""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

Handler = Callable[[HttpRequest], HttpResponse]


class ConsoleLocale:
    """Chinese until somebody switches, whatever the browser would like; times in the zone of the user's company."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        corp = request.user.corp if request.user.is_authenticated else None
        with translation.override(language), timezone.override(corp.zone if corp else None):
            response = self.get_response(request)
        response.headers["Content-Language"] = language
        return response


class ConsolePolicy:
    """Lets the console's theme evaluate its attributes (Alpine), under the console's address and nowhere else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response._csp_update = {"script-src": [UNSAFE_EVAL]}  # type: ignore[attr-defined]
        return response
