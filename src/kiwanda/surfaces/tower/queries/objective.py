"""The engine's figures in plain words: what each counts, its unit, whether less is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a plan. ``places`` are its decimals; ``less_is_better`` None: neither good nor bad."""

    key: str
    label: Any
    unit: Any
    what: Any
    places: int = 0
    less_is_better: bool | None = True


FIGURES = (
    Figure("late_orders", _("Late orders"), _("orders"), _("finished after their due day, or not within the plan")),
    Figure(
        "weighted_tardiness",
        _("Weighted days late"),
        _("days × weight"),
        _("each order's days late times how much it weighs, added up"),
    ),
    Figure("undone", _("Pieces without a place"), _("pieces"), _("nobody can make them within the plan")),
    Figure(
        "income_gini",
        _("Unevenness of income"),
        _("0 to 1"),
        _("Gini of pay per available hour: 0 everybody the same, 1 all to one workshop"),
        places=2,
    ),
    Figure("below_target", _("Workshops below target"), _("workshops"), _("paid less a week than their target")),
    Figure(
        "below_share",
        _("Workshops short of their share"),
        _("workshops"),
        _("paid less than 80 % of the average for an hour they have"),
    ),
    Figure(
        "least_share",
        _("Least income by share"),
        _("of the average"),
        _("what the workshop with the least gets for an hour it has"),
        places=2,
        less_is_better=False,
    ),
    Figure(
        "fairness_price",
        _("Price of fairness"),
        _("days × weight"),
        _("days late that a plan without regard to income would save"),
    ),
    Figure("transfers", _("Pieces on the road"), _("pieces"), _("change hubs between two steps")),
    Figure(
        "changed_lots",
        _("Lots not in the plan before"),
        _("lots"),
        _("people who must be told something new"),
        less_is_better=None,
    ),
)

#: Figures the engine leaves at zero when it did not work them out; a zero says nothing then.
ONLY_WITH = {"below_share": "least_share_bound", "least_share": "least_share_bound", "fairness_price": "fairness_price"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its value, and in a comparison the value before. ``bound``: no plan can do better."""

    figure: Figure
    value: float
    before: float | None = None
    bound: float | None = None

    @property
    def text(self) -> str:
        return f"{self.value:,.{self.figure.places}f}"

    @property
    def before_text(self) -> str:
        return "" if self.before is None else f"{self.before:,.{self.figure.places}f}"

    @property
    def bound_text(self) -> str:
        return "" if self.bound is None else f"{self.bound:,.{self.figure.places}f}"

    @property
    def change(self) -> float:
        return round(self.value - (self.before or 0.0), self.figure.places)

    @property
    def change_text(self) -> str:
        return f"{self.change:+,.{self.figure.places}f}" if self.change else "0"

    @property
    def tone(self) -> str:
        """good, bad or empty for a change that is neither."""
        if self.before is None or not self.change or self.figure.less_is_better is None:
            return ""
        return "good" if (self.change < 0) == self.figure.less_is_better else "bad"


def shown(objective: Mapping[str, Any], bound: Mapping[str, Any] | None = None) -> list[Shown]:
    """The figures of one plan, with the lower bound beside the weighted days late."""
    return [
        Shown(
            figure,
            float(objective[figure.key]),
            bound=_bound_of(figure.key, objective, bound or {}),
        )
        for figure in FIGURES
        if _said(figure.key, objective)
    ]


def side_by_side(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Shown]:
    """The figures both plans state."""
    return [
        Shown(figure, float(after[figure.key]), before=float(before[figure.key]))
        for figure in FIGURES
        if _said(figure.key, before) and _said(figure.key, after)
    ]


def _said(key: str, objective: Mapping[str, Any]) -> bool:
    return key in objective and (key not in ONLY_WITH or bool(objective.get(ONLY_WITH[key])))


def _bound_of(key: str, objective: Mapping[str, Any], bound: Mapping[str, Any]) -> float | None:
    if key == "weighted_tardiness" and bound.get("method", "none") != "none":
        return float(bound["weighted_tardiness"])
    if key == "least_share":
        return float(objective["least_share_bound"])
    return None
