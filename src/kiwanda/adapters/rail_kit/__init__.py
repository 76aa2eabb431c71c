"""What several payment rails share: one careful HTTP call, addresses for posts, books for simulators."""

from kiwanda.adapters.rail_kit.addresses import Addresses
from kiwanda.adapters.rail_kit.books import Course, SimulatedMoney
from kiwanda.adapters.rail_kit.calls import Caller, Reply
from kiwanda.adapters.rail_kit.simulating import Answer, NoAnswer, NoConnection, SimulatorTransport

__all__ = [
    "Addresses", "Answer", "Caller", "Course", "NoAnswer", "NoConnection", "Reply", "SimulatedMoney",
    "SimulatorTransport",
]  # fmt: skip
