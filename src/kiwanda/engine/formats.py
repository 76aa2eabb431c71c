"""Reading and writing ``kiwanda-problem/1`` and ``kiwanda-plan/1`` (JSON, plain or gzipped)."""

from __future__ import annotations

import datetime
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from . import validate
from .errors import ProblemError
from .model import NO_LIMIT, PROBLEM_FORMAT, Capability, Lot, Operation, Order, Problem, Workshop
from .plan import PLAN_FORMAT, Bound, LotTable, Objective, Plan, PlannedOrder

Record = TypeVar("Record")

_PROBLEM = ("format", "start_on", "days", "techniques", "hubs", "transfer_days", "calendars", "workshops", "orders")
_PROBLEM_OPTIONAL = ("week_minutes_cap", "fixed")
_WORKSHOP = ("id", "hub", "calendar", "capabilities")
_WORKSHOP_OPTIONAL = (
    "capacity_factor", "off_days", "income_to_date", "target_weekly_income", "on_time", "acceptance",
)  # fmt: skip
_ORDER = ("id", "quantity", "release_day", "due_day", "operations")
_OPERATION = ("id", "technique", "minutes")
_OPERATION_OPTIONAL = ("piece_rate", "after", "min_lot", "max_lot")
_LOT = ("order", "operation", "workshop", "quantity", "start_day", "finish_day")
_PLAN = ("format", "lots", "orders")
_PLAN_OPTIONAL = ("objective", "bound", "seconds", "seed", "log")
_OBJECTIVE = (
    "weighted_tardiness", "late_orders", "undone", "income_gini", "below_target", "transfers", "changed_lots",
    "least_share", "least_share_bound", "below_share", "weekly_spread", "fairness_price",
)  # fmt: skip


_NO_COST = Objective()


def read_json(path: str | Path) -> dict[str, Any]:
    """Decode a JSON object from ``path`` (gzipped if the name ends in .gz); raises ProblemError if it is not one."""
    name = Path(path).name
    try:
        if str(path).endswith(".gz"):
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                raw = stream.read()
        else:
            raw = Path(path).read_text(encoding="utf-8")
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ProblemError("", f"{name} is not a readable text file: {error}") from error

    def refuse(constant: str) -> float:
        raise ProblemError("", f"{name} holds {constant}, which is not a number")

    try:
        data = json.loads(raw, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ProblemError("", f"{name} is not valid JSON: {error.msg} at line {error.lineno}") from error
    except ProblemError:
        raise
    except RecursionError as error:
        raise ProblemError("", f"{name} is not valid JSON: it is nested too deeply") from error
    except ValueError as error:
        raise ProblemError("", f"{name} holds a number with too many digits") from error
    if "\\ud" in raw.lower():  # escaped halves of a character can be read, but never written or shown
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ProblemError("", f"{name} holds half of a character (a lone surrogate)") from error
    if not isinstance(data, dict):
        raise ProblemError("", f"{name} must hold a JSON object, not {validate.shown(data)}")
    return data


def write_json(path: str | Path, data: Mapping[str, Any]) -> None:
    """Write compact JSON to ``path``, gzipped (without a time stamp, so equal data gives equal bytes) for .gz."""
    raw = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    Path(path).write_bytes(gzip.compress(raw, mtime=0) if str(path).endswith(".gz") else raw)


def _fields(data: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise ProblemError("", f"must be an object, not {validate.shown(data)}")
    for name in required:
        if name not in data:
            raise ProblemError(name, "is missing")
    for name in data:
        if name not in required and name not in optional:
            raise ProblemError(str(name), "is not a known field")
    return dict(data)


def _each(field: str, value: object, build: Callable[[Any], Record]) -> tuple[Record, ...]:
    result = []
    for index, item in enumerate(validate.items(field, value)):
        try:
            result.append(build(item))
        except ProblemError as error:
            raise error.within(f"{field}[{index}]") from error
    return tuple(result)


def _capability(data: Any) -> Capability:
    row = _fields(data, ("technique",), ("speed", "yield", "max_lot"))
    return Capability(row["technique"], row.get("speed", 1.0), row.get("yield", 1.0), row.get("max_lot", NO_LIMIT))


def _workshop(data: Any) -> Workshop:
    row = _fields(data, _WORKSHOP, _WORKSHOP_OPTIONAL)
    row["capabilities"] = _each("capabilities", row["capabilities"], _capability)
    if "off_days" in row:
        row["off_days"] = validate.items("off_days", row["off_days"])
    return Workshop(**row)


def _operation(data: Any) -> Operation:
    row = _fields(data, _OPERATION, _OPERATION_OPTIONAL)
    if "after" in row:
        row["after"] = validate.items("after", row["after"])
    return Operation(**row)


def _order(data: Any) -> Order:
    row = _fields(data, _ORDER, ("weight", "material_day"))
    row["operations"] = _each("operations", row["operations"], _operation)
    return Order(**row)


def _pair(value: Any) -> tuple[int, float]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ProblemError("", "must be a pair of day and minutes")
    return (validate.whole("[0]", value[0]), validate.number("[1]", value[1]))


def _lot(data: Any) -> Lot:
    row = _fields(data, _LOT, ("minutes",))
    row["minutes"] = _each("minutes", row.get("minutes", ()), _pair)
    return Lot(**row)


def _format(row: Mapping[str, Any], wanted: str) -> None:
    if row["format"] != wanted:
        raise ProblemError("format", f"must be {wanted!r}, not {validate.shown(row['format'])}")


def _line(value: Any) -> tuple[int, ...]:
    return validate.items("", value)  # type: ignore[return-value]  # Problem checks the numbers


def problem_from_dict(data: Mapping[str, Any]) -> Problem:
    """See :meth:`kiwanda.engine.Problem.from_dict`."""
    row = _fields(data, _PROBLEM, _PROBLEM_OPTIONAL)
    _format(row, PROBLEM_FORMAT)
    try:
        start_on = datetime.date.fromisoformat(validate.text("start_on", row["start_on"]))
    except ValueError as error:
        if isinstance(error, ProblemError):
            raise
        raise ProblemError(
            "start_on", f"must be a date like 2026-11-23, not {validate.shown(row['start_on'])}"
        ) from error
    if not isinstance(row["calendars"], Mapping):
        raise ProblemError("calendars", f"must be an object, not {validate.shown(row['calendars'])}")
    return Problem(
        start_on=start_on,
        days=row["days"],
        techniques=validate.items("techniques", row["techniques"]),  # type: ignore[arg-type]
        hubs=validate.items("hubs", row["hubs"]),  # type: ignore[arg-type]
        transfer_days=_each("transfer_days", row["transfer_days"], _line),
        calendars={
            name: validate.items(f"calendars[{name!r}]", minutes)  # type: ignore[misc]
            for name, minutes in row["calendars"].items()
        },
        workshops=_each("workshops", row["workshops"], _workshop),
        orders=_each("orders", row["orders"], _order),
        fixed=_each("fixed", row.get("fixed", ()), _lot),
        week_minutes_cap=row.get("week_minutes_cap", 2880.0),
    )


def problem_to_dict(problem: Problem) -> dict[str, Any]:
    """See :meth:`kiwanda.engine.Problem.to_dict`."""
    return {
        "format": PROBLEM_FORMAT,
        "start_on": problem.start_on.isoformat(),
        "days": problem.days,
        "week_minutes_cap": problem.week_minutes_cap,
        "techniques": list(problem.techniques),
        "hubs": list(problem.hubs),
        "transfer_days": [list(line) for line in problem.transfer_days],
        "calendars": {name: list(minutes) for name, minutes in problem.calendars.items()},
        "workshops": [_workshop_to_dict(workshop) for workshop in problem.workshops],
        "orders": [_order_to_dict(order) for order in problem.orders],
        "fixed": [lot_to_dict(lot) for lot in problem.fixed],
    }


def _workshop_to_dict(workshop: Workshop) -> dict[str, Any]:
    return {
        "id": workshop.id,
        "hub": workshop.hub,
        "calendar": workshop.calendar,
        "capacity_factor": workshop.capacity_factor,
        "off_days": list(workshop.off_days),
        "income_to_date": workshop.income_to_date,
        "target_weekly_income": workshop.target_weekly_income,
        "on_time": workshop.on_time,
        "acceptance": workshop.acceptance,
        "capabilities": [
            {"technique": can.technique, "speed": can.speed, "yield": can.yield_share}
            | ({"max_lot": can.max_lot} if can.max_lot != NO_LIMIT else {})
            for can in workshop.capabilities
        ],
    }


def _operation_to_dict(operation: Operation) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": operation.id,
        "technique": operation.technique,
        "minutes": operation.minutes,
        "piece_rate": operation.piece_rate,
        "after": list(operation.after),
        "min_lot": operation.min_lot,
    }
    if operation.max_lot != NO_LIMIT:
        row["max_lot"] = operation.max_lot
    return row


def _order_to_dict(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "quantity": order.quantity,
        "release_day": order.release_day,
        "due_day": order.due_day,
        "weight": order.weight,
        "material_day": order.material_day,
        "operations": [_operation_to_dict(operation) for operation in order.operations],
    }


def lot_to_dict(lot: Lot) -> dict[str, Any]:
    """One lot as in the file."""
    return {
        "order": lot.order,
        "operation": lot.operation,
        "workshop": lot.workshop,
        "quantity": lot.quantity,
        "start_day": lot.start_day,
        "finish_day": lot.finish_day,
        "minutes": [[day, minutes] for day, minutes in lot.minutes],
    }


def _planned_order(data: Any) -> PlannedOrder:
    return PlannedOrder(**_fields(data, ("id", "finish_day", "tardiness_days", "undone_quantity")))


def _objective(data: Any) -> Objective:
    row = _fields(data, (), _OBJECTIVE)
    for name, value in row.items():
        if isinstance(getattr(_NO_COST, name), float):
            row[name] = validate.number(name, value)
        else:
            validate.whole(name, value)
    return Objective(**row)


def _bound(data: Any) -> Bound:
    row = _fields(data, ("weighted_tardiness", "method"))
    return Bound(
        validate.number("weighted_tardiness", row["weighted_tardiness"]), validate.text("method", row["method"])
    )


def lots_from_dict(data: Mapping[str, Any]) -> tuple[Lot, ...]:
    """The lots of ``{"lots": [...]}``; raises ProblemError naming the field."""
    return _each("lots", _fields(data, ("lots",))["lots"], _lot)


def order_from_dict(data: Mapping[str, Any]) -> Order:
    """One order as in a problem file; raises ProblemError naming the field."""
    return _order(data)


def plan_from_dict(data: Mapping[str, Any]) -> Plan:
    """See :meth:`kiwanda.engine.Plan.from_dict`."""
    row = _fields(data, _PLAN, _PLAN_OPTIONAL)
    _format(row, PLAN_FORMAT)
    parts: dict[str, Any] = {}
    for name, build in (("objective", _objective), ("bound", _bound)):
        if name in row:
            try:
                parts[name] = build(row[name])
            except ProblemError as error:
                raise error.within(name) from error
    return Plan(
        lots=LotTable(_each("lots", row["lots"], _lot)),
        orders=_each("orders", row["orders"], _planned_order),
        seconds=validate.number("seconds", row.get("seconds", 0.0)),
        seed=validate.whole("seed", row.get("seed", 0)),
        log=_each("log", row.get("log", ()), lambda line: validate.text("", line)),
        **parts,
    )


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """See :meth:`kiwanda.engine.Plan.to_dict`."""
    return {
        "format": PLAN_FORMAT,
        "lots": [lot_to_dict(lot) for lot in plan.lots],
        "orders": [
            {
                "id": order.id,
                "finish_day": order.finish_day,
                "tardiness_days": order.tardiness_days,
                "undone_quantity": order.undone_quantity,
            }
            for order in plan.orders
        ],
        "objective": {name: getattr(plan.objective, name) for name in _OBJECTIVE},
        "bound": {"weighted_tardiness": plan.bound.weighted_tardiness, "method": plan.bound.method},
        "seconds": plan.seconds,
        "seed": plan.seed,
        "log": list(plan.log),
    }
