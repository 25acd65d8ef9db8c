from reputation.models.incident import Incident, IncidentNote
from reputation.models.judge_version import JudgeVersion
from reputation.models.judgement import BrandScore, Judgement
from reputation.models.mark import Mark, TextOpinion
from reputation.models.passage import Passage
from reputation.models.tone_entry import ToneEntry

__all__ = [
    "BrandScore",
    "Incident",
    "IncidentNote",
    "JudgeVersion",
    "Judgement",
    "Mark",
    "Passage",
    "TextOpinion",
    "ToneEntry",
]
