"""The address plan: the admin, signing in, and the pages of each floor."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from reputation.views import home, machines

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    path("metrics", machines.metrics, name="metrics"),
    path(
        "login/",
        LoginView.as_view(template_name="login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("", include("serp.urls")),
    path("", include("reputation.page_urls")),
    path("", include("content.urls")),
]
handler400 = "reputation.views.errors.bad_request"
handler403 = "reputation.views.errors.forbidden"
handler404 = "reputation.views.errors.not_found"
handler500 = "reputation.views.errors.server_error"
