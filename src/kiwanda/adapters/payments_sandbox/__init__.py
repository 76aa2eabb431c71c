"""A mobile-money rail that pays nobody: for the demo, for tests and for trying out faults."""

from kiwanda.adapters.payments_sandbox.rail import SandboxRail

__all__ = ["SandboxRail"]
