"""The load as Locust runs it. Name this file in a plan (`locustfile = ...`) to add to what Locust does.

Locust's own hooks work here: `from locust import events`, then `@events.request.add_listener`. Who does
what, and when, is the plan's; what a user can do is the adapter's class of load sessions.
"""

from harness.performance.locustfile import BlockUser

__all__ = ["BlockUser"]
