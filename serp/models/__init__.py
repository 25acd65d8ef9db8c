from serp.models.brand import Brand, Membership
from serp.models.check import Check
from serp.models.confirmation import Confirmation
from serp.models.curve import CtrCurve
from serp.models.heartbeat import Heartbeat
from serp.models.keyword import Keyword
from serp.models.ledger import BudgetUse, LedgerEntry
from serp.models.notice import Notice
from serp.models.pause import Pause
from serp.models.provider import ProviderAccount
from serp.models.raw import RawAnswer
from serp.models.snapshot import Listing, Page, Sighting, Snapshot, TrackedPage

__all__ = [
    "Brand",
    "BudgetUse",
    "Check",
    "Confirmation",
    "CtrCurve",
    "Heartbeat",
    "Keyword",
    "LedgerEntry",
    "Listing",
    "Membership",
    "Notice",
    "Page",
    "Pause",
    "ProviderAccount",
    "RawAnswer",
    "Sighting",
    "Snapshot",
    "TrackedPage",
]
