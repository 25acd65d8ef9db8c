"""Addresses of the pages about what results mean: grid, marking, what engines say, incidents."""

from django.urls import path

from reputation.views import agreement, answers, grid, incidents, marking

urlpatterns = [
    path("b/<slug:brand>/grid/", grid.grid, name="grid"),
    path("b/<slug:brand>/grid.csv", grid.export, name="grid-csv"),
    path("b/<slug:brand>/grid/<int:snapshot>/<int:position>/", grid.card, name="grid-card"),
    path("b/<slug:brand>/results/", marking.marking, name="marking"),
    path("b/<slug:brand>/results/<int:pk>/", marking.one, name="marking-one"),
    path("b/<slug:brand>/results/agreement/", agreement.agreement, name="marking-agreement"),
    path("b/<slug:brand>/answers/", answers.answers, name="answers"),
    path("b/<slug:brand>/answers/<int:pk>/", answers.one, name="answers-one"),
    path("b/<slug:brand>/incidents/", incidents.incidents, name="incidents"),
    path("b/<slug:brand>/incidents/open/", incidents.open_one, name="incidents-open"),
    path("b/<slug:brand>/incidents/<int:pk>/", incidents.one, name="incidents-one"),
]
