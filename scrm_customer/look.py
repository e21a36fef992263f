"""How the console looks: the theme's settings."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

# Lightness, chroma and hue of each shade.
_BLUE = {
    "50": "97% .014 254.604", "100": "93.2% .032 255.585", "200": "88.2% .059 254.128", "300": "80.9% .105 251.813",
    "400": "70.7% .165 254.624", "500": "62.3% .214 259.815", "600": "54.6% .245 262.881",
    "700": "48.8% .243 264.376", "800": "42.4% .199 265.638", "900": "37.9% .146 265.522",
    "950": "28.2% .091 267.935",
}  # fmt: skip
UNFOLD = {
    "SITE_TITLE": _("SCRM customers"),
    "SITE_HEADER": _("SCRM customers"),
    "SITE_URL": None,
    "SITE_SYMBOL": "diversity_3",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("console/favicon.svg")}],
    "STYLES": [lambda request: static("console/console.css")],
    "SCRIPTS": [lambda request: static("console/names.js")],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "scrm_customer.navigation.environment",
    "ACCOUNT": {"navigation": "scrm_customer.navigation.account_links"},
    "SIDEBAR": {"navigation": "scrm_customer.navigation.sidebar"},
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": {shade: f"oklch({colour})" for shade, colour in _BLUE.items()}},
}
