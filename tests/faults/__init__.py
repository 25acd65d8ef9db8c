"""The fault campaign: what must hold when things go wrong, each with a control that shows the fault bites."""
