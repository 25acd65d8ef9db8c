"""Template tag that draws a forecast, wide and narrow."""

from django import template
from django.utils.safestring import SafeString

from content.charts.drawing import together
from content.charts.forecast import NARROW, WIDE, ForecastChart
from content.forecasting.forecast import Forecast
from content.forecasting.telling import whole
from serp.models import Brand

register = template.Library()


@register.simple_tag
def forecast_chart(forecast: Forecast, brand: Brand) -> SafeString:
    """The two drawings of a forecast that was given; the stylesheet shows one of them."""
    frames = (WIDE, NARROW)
    return together(ForecastChart(forecast, brand.zone, frame).svg() for frame in frames)


@register.filter
def chance(share: float) -> str:
    """A probability (0 to 1) in whole per cent; never a certainty."""
    return whole(share)


@register.filter
def times(effect: float) -> str:
    """A factor on the rate of leaving: "1.4 × as fast", "0.6 × as fast"."""
    return f"{effect:.1f} × as fast"
