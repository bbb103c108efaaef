"""Moments as people say them, in the zone of whoever reads."""

from __future__ import annotations

from datetime import datetime

from django import template

from quizzes.scheduling.api import wall_time, zone_or_utc

register = template.Library()


@register.filter
def wall(moment: datetime | None, zone: str) -> datetime | None:
    """Returns what clocks in the zone show: a datetime without one, for Django's own filters."""
    return wall_time(moment, zone=zone_or_utc(zone)[0]) if moment else None


@register.simple_tag
def moment(at: datetime | None, class_zone: str, reader_zone: str) -> str:
    """ "Fri 4 Dec 2026, 18:00 (Europe/Berlin)", or with the reader's own time first where their clocks differ."""
    if at is None:
        return "never"
    theirs = wall_time(at, zone=zone_or_utc(class_zone)[0])
    mine = wall_time(at, zone=zone_or_utc(reader_zone)[0])
    place = class_zone.replace("_", " ")
    if mine == theirs:
        return f"{mine:%a} {mine.day} {mine:%b %Y, %H:%M} ({place})"
    there = f"{theirs:%H:%M}" if theirs.date() == mine.date() else f"{theirs:%a %H:%M}"
    return f"{mine:%a} {mine.day} {mine:%b %Y, %H:%M} for you, {there} in {place}"
