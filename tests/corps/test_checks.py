import pytest
from django.apps import apps
from django.db import models
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from corps import checks
from corps.policy import Act


class Guarded(APIView):
    acts = {"get": Act.CUSTOMER_READ}

    def get(self, request):
        return Response()

    def delete(self, request):
        return Response()


class Nameless(APIView):
    def get(self, request):
        return Response()


class Open(Nameless):
    permission_classes = []


urlpatterns = [path(v.__name__, v.as_view()) for v in (Guarded, Nameless, Open)]


def test_the_project_passes_its_own_checks() -> None:
    assert checks.every_model_has_its_corp() == []
    assert checks.every_view_names_its_acts() == []
    assert checks.tokens_are_fully_configured() == []


def test_a_model_without_a_corp_is_an_error(monkeypatch) -> None:
    class Orphan(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "corps"

    try:
        found = checks.every_model_has_its_corp()
        assert [(e.id, e.msg) for e in found] == [("corps.E001", "corps.Orphan has no corp_id column.")]
        monkeypatch.setitem(checks.WITHOUT_CORP, "corps.Orphan", "made for this test")
        assert checks.every_model_has_its_corp() == []
    finally:
        del apps.all_models["corps"]["orphan"]
        apps.clear_cache()


def test_the_check_looks_at_each_package_of_ours() -> None:
    seen = {m._meta.app_label for m in checks.our_models()}
    assert {"corps", "customers", "followups", "messaging", "tags"} <= seen
    assert not seen & {"admin", "auth", "axes", "sessions", "django_celery_beat"}


@pytest.mark.urls(__name__)
def test_a_view_that_does_not_name_an_act_is_an_error() -> None:
    found = checks.every_view_names_its_acts()
    assert [(e.id, e.msg) for e in found] == [
        ("corps.E002", "Guarded doesn't say which act 'delete' is."),
        ("corps.E002", "Nameless doesn't say which act 'get' is."),
    ]


@pytest.mark.parametrize(
    ("config", "ids"),
    [
        ({"JWKS_URL": "https://auth.example.com/jwks"}, ["corps.E003"]),
        ({"SHARED_SECRET": "short", "ISSUER": "x"}, ["corps.E004"]),
        ({"SHARED_SECRET": "s" * 32, "ISSUER": "x"}, []),
        ({"INTROSPECTION_URL": "https://auth.example.com/i", "SHARED_SECRET": "short"}, ["corps.E003", "corps.E004"]),
    ],
)
def test_half_configured_tokens_are_an_error(settings, config: dict[str, str], ids: list[str]) -> None:
    settings.AUTH_SERVICE = settings.AUTH_SERVICE | config
    assert [e.id for e in checks.tokens_are_fully_configured()] == ids
