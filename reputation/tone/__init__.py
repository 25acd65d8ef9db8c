"""The judge of tone: texts and a brand in, verdicts with evidence out."""

from reputation.tone.judge import VERSION, judge_texts
from reputation.tone.verdict import BrandNames, Category, Evidence, Text, Tone, Verdict

__all__ = [
    "VERSION",
    "BrandNames",
    "Category",
    "Evidence",
    "Text",
    "Tone",
    "Verdict",
    "judge_texts",
]
