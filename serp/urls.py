"""Addresses of the pages about watching: keywords, checks, accounts, brands."""

from django.urls import path

from serp.views import accounts, brands, checks, forecast, keywords, ledger, status

urlpatterns = [
    path("brands/new/", brands.new, name="brand-new"),
    path("b/<slug:brand>/settings/", brands.edit, name="checks-brand"),
    path("b/<slug:brand>/members/", brands.members, name="checks-members"),
    path("b/<slug:brand>/checks/", checks.checks, name="checks"),
    path("b/<slug:brand>/checks/now/", checks.check_all, name="checks-now"),
    path("b/<slug:brand>/keywords/new/", keywords.new, name="checks-keyword-new"),
    path("b/<slug:brand>/forecast/", forecast.forecast, name="checks-forecast"),
    path("b/<slug:brand>/ledger/", ledger.ledger, name="ledger"),
    path("b/<slug:brand>/ledger.csv", ledger.export, name="ledger-csv"),
    path("b/<slug:brand>/keywords/<int:pk>/", keywords.edit, name="checks-keyword"),
    path("b/<slug:brand>/keywords/<int:pk>/check/", checks.check_one, name="checks-one"),
    path("b/<slug:brand>/keywords/<int:pk>/pause/", keywords.pause, name="checks-pause"),
    path("b/<slug:brand>/keywords/<int:pk>/release/", checks.let_go_on, name="checks-release"),
    path("b/<slug:brand>/status/", status.of_one, name="status"),
    path("status/", status.of_all, name="status-all"),
    path("status/go/", status.go_on, name="status-go"),
    path("b/<slug:brand>/accounts/new/", accounts.new, name="checks-account-new"),
    path("b/<slug:brand>/accounts/<int:pk>/", accounts.edit, name="checks-account"),
]
