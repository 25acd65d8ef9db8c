from reputation.models.incident import Incident, IncidentNote
from reputation.models.judgement import BrandScore, Judgement
from reputation.models.mark import Mark

__all__ = ["BrandScore", "Incident", "IncidentNote", "Judgement", "Mark"]
