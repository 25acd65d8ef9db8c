"""Addresses of the pages that look at everything and of what we publish."""

from django.urls import path

from content.views import (
    board,
    calendar,
    feeds,
    history,
    moves,
    opportunities,
    overview,
    pieces,
)

urlpatterns = [
    path("b/<slug:brand>/", overview.overview, name="overview"),
    path("b/<slug:brand>/history/", history.pick, name="history"),
    path("b/<slug:brand>/history/<int:pk>/", history.keyword, name="history-keyword"),
    path("b/<slug:brand>/history/<int:pk>.csv", history.export, name="history-csv"),
    path("b/<slug:brand>/opportunities/", opportunities.opportunities, name="opportunities"),
    path(
        "b/<slug:brand>/opportunities/<int:keyword>/<int:page>/",
        opportunities.plan,
        name="opportunities-plan",
    ),
    path(
        "b/<slug:brand>/opportunities/<int:keyword>/<int:page>/make/",
        opportunities.make,
        name="opportunities-make",
    ),
    path("b/<slug:brand>/pieces/new/", pieces.new, name="board-piece-new"),
    path("b/<slug:brand>/pieces/<int:pk>/", pieces.piece, name="board-piece"),
    path("b/<slug:brand>/pieces/<int:pk>/brief/", pieces.brief, name="board-brief"),
    path("b/<slug:brand>/pieces/<int:pk>/move/", moves.move, name="board-move"),
    path("b/<slug:brand>/pieces/<int:pk>/day/", moves.day, name="board-day"),
    path("b/<slug:brand>/calendar/", calendar.month, name="calendar"),
    path("b/<slug:brand>/calendar/<int:year>/<int:month>/", calendar.month, name="calendar-month"),
    path("b/<slug:brand>/board/", board.board, name="board"),
    path("b/<slug:brand>/calendar/feeds/", feeds.feeds, name="calendar-feeds"),
    path("b/<slug:brand>/calendar/feeds/<int:pk>/revoke/", feeds.revoke, name="calendar-revoke"),
    path("feeds/<str:token>.ics", feeds.ics, name="feed"),
]
