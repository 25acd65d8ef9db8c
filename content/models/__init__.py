from content.models.brief import Brief, BriefTemplate
from content.models.cluster import Cluster
from content.models.draft import Draft
from content.models.feed import CalendarFeed
from content.models.forecast import ForecastModel
from content.models.page_reading import PageReading
from content.models.piece import Piece, Recurrence
from content.models.placement import Placement, Presence
from content.models.proof import Consent, Customer, Proof, ProofRequest, Testimonial, Use
from content.models.publishing import Delivery, Ping, Site
from content.models.review import (
    Approval,
    ChecklistItem,
    Comment,
    ReviewLink,
    ReviewStage,
    Tick,
)
from content.models.scheduling import Absence, Capacity, Freeze, Reminder, ReminderChoice

__all__ = [
    "Absence",
    "Approval",
    "Brief",
    "BriefTemplate",
    "CalendarFeed",
    "Capacity",
    "ChecklistItem",
    "Cluster",
    "Comment",
    "Consent",
    "Customer",
    "Delivery",
    "Draft",
    "ForecastModel",
    "Freeze",
    "PageReading",
    "Piece",
    "Ping",
    "Placement",
    "Presence",
    "Proof",
    "ProofRequest",
    "Recurrence",
    "Reminder",
    "ReminderChoice",
    "ReviewLink",
    "ReviewStage",
    "Site",
    "Testimonial",
    "Tick",
    "Use",
]
