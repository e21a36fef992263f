"""System checks: no table of a corp's data without ``corp_id``, no view without its acts, no half-configured login."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from corps.permissions import ActAllowed

# Why each of these needs none.
WITHOUT_CORP = {
    "corps.Corp": "the corp itself",
    "customers.PrivacySetting": "the corp itself, by another name",
}


def every_model_has_its_corp(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An Error for each model of ours without a ``corp_id`` column that isn't listed above."""
    models = [m for m in our_models() if m._meta.label not in WITHOUT_CORP]
    return [
        Error(
            f"{model._meta.label} has no corp_id column.",
            hint="Add one, or list the model with its reason in corps.checks.WITHOUT_CORP.",
            obj=model,
            id="corps.E001",
        )
        for model in models
        if not _has_corp(model)
    ]


def every_view_names_its_acts(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An Error for each method of an API view for which ``acts`` names nothing."""
    return [
        Error(f"{view.__name__} doesn't say which act {name!r} is.", hint="Name it in acts.", id="corps.E002")
        for view, names in api_views()
        if ActAllowed in view.permission_classes
        for name in sorted(names - set(getattr(view, "acts", {})))
    ]


def tokens_are_fully_configured(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An Error for tokens that could be forged or belong to somebody else's service."""
    config: dict[str, Any] = settings.AUTH_SERVICE
    found: list[CheckMessage] = []
    if any(config[k] for k in ("JWKS_URL", "SHARED_SECRET", "INTROSPECTION_URL")) and not config["ISSUER"]:
        found.append(
            Error("Tokens are accepted from an issuer without a name.", hint="Set AUTH_ISSUER.", id="corps.E003")
        )
    if config["SHARED_SECRET"] and len(config["SHARED_SECRET"]) < 32:
        found.append(Error("AUTH_SHARED_SECRET is shorter than 32 characters.", id="corps.E004"))
    return found


def api_views() -> Iterator[tuple[Any, set[str]]]:
    """Each view class under the URL configuration that DRF made, and the actions or methods it answers to."""
    for _route, pattern in patterns(get_resolver().url_patterns):
        view = getattr(pattern.callback, "cls", None)
        if view is not None:
            methods = {m for m in view.http_method_names if m != "options" and hasattr(view, m)}
            actions = set((getattr(pattern.callback, "actions", None) or {}).values())
            yield view, actions or methods


def patterns(listed: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern below, with its whole route."""
    for entry in listed:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, route)
        else:
            yield route, entry


def our_models() -> list[Any]:
    """The models of this project's own packages."""
    return [m for a in apps.get_app_configs() if Path(a.path).parent == settings.BASE_DIR for m in a.get_models()]


def _has_corp(model: Any) -> bool:
    return any(f.column == "corp_id" for f in model._meta.concrete_fields)
