"""The digital twin: a synthetic network of workshops and its people, who act through the same commands as everyone.

``network``, ``catalogue``, ``people`` and ``orders`` are pure (no Django, no clock, no I/O except the files in
``twin/data``); ``build`` and ``day`` play them against the factory. Every person, workshop and phone number in here
is invented by a seeded generator.
"""
