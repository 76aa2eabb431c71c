"""What each region can do, added up: the coordinator sees groups of workshops, never the workshops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Ints
from ..bound import Groups
from ..passes import UNFINISHABLE, free_minutes
from .cutting import Cut, lay_out

RATIO = 0.25
"""Workshops with the same techniques whose skills relate alike within so much (as a logarithm) are one group."""


@dataclass(frozen=True)
class SurveyTask:
    """A region's workshops, with no orders: all fixed work is busy time."""

    region: int
    cut: Cut
    from_day: int = 0


@dataclass(frozen=True)
class Survey:
    """Groups of a region's workshops (hours in minutes of the group's first technique), and for each technique the most
    good standard minutes one workshop could give it in the horizon (K, 0 where nobody has it)."""

    region: int
    groups: Groups
    best: Floats


def survey_region(task: SurveyTask) -> Survey:
    """Add the region's workshops up; pure, for executors."""
    a = lay_out(task.cut.problem, task.from_day)
    count = len(a.workshop_ids)
    rest = free_minutes(a)
    shop = np.repeat(np.arange(count), np.diff(a.cap_ptr))
    best = np.zeros(len(a.techniques))
    np.maximum.at(best, a.cap_tech, a.cap_rate * np.maximum(0.0, rest[shop] - UNFINISHABLE))
    width = max(1, int(np.diff(a.cap_ptr).max())) if count else 1
    tech = np.full((count, width), -1, np.int64)
    rate = np.zeros((count, width))
    column = np.arange(len(a.cap_tech)) - a.cap_ptr[shop]
    tech[shop, column] = a.cap_tech
    rate[shop, column] = a.cap_rate
    weeks = np.arange(0, a.days, 7)
    weekly = np.add.reduceat(a.free, weeks, axis=1)
    share = np.minimum(1.0, a.week_free / np.maximum(weekly, 1e-9))
    hours = a.free * np.repeat(share, np.diff(np.append(weeks, a.days)), axis=1)
    return Survey(task.region, gather(tech, rate, hours * rate[:, :1], rate[:, 0]), best)


def gather(tech: Ints, rate: Floats, hours: Floats, weight: Floats) -> Groups:
    """Add up rows (G x M techniques and rates, G x D hours already in minutes of the first technique)."""
    base = np.maximum(rate[:, :1], 1e-12)
    ratio = np.where(tech >= 0, np.round(np.log(np.maximum(rate, 1e-12) / base) / RATIO), 0).astype(np.int64)
    unique, place = np.unique(np.concatenate([tech, ratio], axis=1), axis=0, return_inverse=True)
    place = place.reshape(-1)
    total = np.zeros((len(unique), hours.shape[1]))
    np.add.at(total, place, hours)
    share = np.zeros(len(unique))
    np.add.at(share, place, weight)
    mean = np.zeros((len(unique), tech.shape[1]))
    np.add.at(mean, place, rate * (weight / np.maximum(rate[:, 0], 1e-12))[:, None])
    mean /= np.maximum(share, 1e-12)[:, None]
    return Groups(np.ascontiguousarray(unique[:, : tech.shape[1]]), mean, total)


def merge(groups: list[Groups]) -> Groups:
    """The groups of several regions as one region's."""
    width = max((part.tech.shape[1] for part in groups), default=1)
    tech = np.concatenate([_wide(part.tech, width, -1) for part in groups])
    rate = np.concatenate([_wide(part.rate, width, 0.0) for part in groups])
    hours = np.concatenate([part.hours for part in groups])
    return gather(tech, rate, hours, hours.sum(axis=1))


def _wide(rows: np.ndarray, width: int, fill: float) -> np.ndarray:
    result = np.full((len(rows), width), fill, rows.dtype)
    result[:, : rows.shape[1]] = rows
    return result
