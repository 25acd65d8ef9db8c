"""Which CTR curve counts: the brand's own choice, or the installation's default."""

from __future__ import annotations

from serp.ctr import Curve, default_curve
from serp.models import Brand, CtrCurve


def curve_of(brand: Brand) -> Curve:
    """The curve of a brand's scores; the shipped default when the installation has none stored."""
    if brand.curve is not None:
        return brand.curve.curve()
    stored = CtrCurve.objects.filter(is_default=True).first()
    return stored.curve() if stored else default_curve()
