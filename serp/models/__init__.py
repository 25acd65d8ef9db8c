from serp.models.brand import Brand, Membership
from serp.models.check import Check
from serp.models.curve import CtrCurve
from serp.models.heartbeat import Heartbeat
from serp.models.keyword import Keyword
from serp.models.provider import ProviderAccount
from serp.models.snapshot import Listing, Page, Sighting, Snapshot, TrackedPage

__all__ = [
    "Brand",
    "Check",
    "CtrCurve",
    "Heartbeat",
    "Keyword",
    "Listing",
    "Membership",
    "Page",
    "ProviderAccount",
    "Sighting",
    "Snapshot",
    "TrackedPage",
]
