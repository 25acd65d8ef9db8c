"""How a form's field is drawn on our own pages, so that the forms know nothing of looks."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control in the site's look; the admin draws the same forms in its own."""
    if isinstance(field.field.widget, forms.CheckboxInput):
        return field.as_widget()
    return field.as_widget(attrs={"class": "field wide"})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the control is a box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)
