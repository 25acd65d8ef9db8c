"""How the admin presents itself: its name, its icon and whose side bar it shows."""

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD = {
    "SITE_TITLE": "Pushdown",
    "SITE_HEADER": "Pushdown",
    "SITE_URL": reverse_lazy("home"),
    "SITE_ICON": lambda request: static("pushdown.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("pushdown.svg"),
        }
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SIDEBAR": {"navigation": "reputation.shell.admin_navigation"},
}
