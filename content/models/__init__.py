from content.models.brief import Brief
from content.models.feed import CalendarFeed
from content.models.piece import Piece

__all__ = ["Brief", "CalendarFeed", "Piece"]
