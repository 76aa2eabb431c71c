"""Messages that reach nobody: the demo's and the tests' provider."""

from kiwanda.adapters.messaging_sandbox.transport import SandboxMessaging

__all__ = ["SandboxMessaging"]
