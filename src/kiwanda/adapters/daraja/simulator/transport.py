"""The simulator without a network: an httpx transport that calls it directly."""

from __future__ import annotations

import httpx

from kiwanda.adapters.daraja.simulator.answers import NoAnswer, NoConnection
from kiwanda.adapters.daraja.simulator.protocol import Simulator


class SimulatorTransport(httpx.BaseTransport):
    """For :class:`~kiwanda.adapters.daraja.gateway.Gateway`; faults of the network arise as httpx raises them."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._simulator.handle(request.method, request.url.path, request.headers, request.read())
        except NoConnection:
            raise httpx.ConnectError("connection refused", request=request) from None
        except NoAnswer:
            raise httpx.ReadTimeout("no answer", request=request) from None
        return httpx.Response(answer.status, headers={"content-type": answer.content_type}, content=answer.body)
