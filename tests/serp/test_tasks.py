"""The ticks: what fails in one act keeps no other from being done."""

from __future__ import annotations

from datetime import datetime

import pytest

from serp import drift, monitoring, tasks


def test_the_alarm_is_raised_though_another_act_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def fails(now: datetime) -> None:
        raise ValueError("a defect")

    def works(now: datetime) -> None:
        called.append("monitoring")

    for module in (tasks.confirming, tasks.money, tasks.spacing):
        for name in {"work", "close_past_notices", "close_forgotten", "respace"} & set(dir(module)):
            monkeypatch.setattr(module, name, lambda now: None)
    monkeypatch.setattr(drift, "watch", fails)
    monkeypatch.setattr(monitoring, "watch", works)
    tasks.look_after()
    assert called == ["monitoring"]
    assert "a defect" in caplog.text
