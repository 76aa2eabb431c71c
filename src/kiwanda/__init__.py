"""Kiwanda: an open virtual factory. Design, demand, plan, offers, make, inspect, pay, ship, tell."""

__version__ = "0.1.0"
