"""A local Daraja: speaks its protocol, keeps its own books, moves no money, and misbehaves from a seed."""

from kiwanda.adapters.daraja.simulator.books import Books
from kiwanda.adapters.daraja.simulator.courses import Course
from kiwanda.adapters.daraja.simulator.protocol import Simulator
from kiwanda.adapters.daraja.simulator.server import serve
from kiwanda.adapters.daraja.simulator.transport import SimulatorTransport

__all__ = ["Books", "Course", "Simulator", "SimulatorTransport", "serve"]
