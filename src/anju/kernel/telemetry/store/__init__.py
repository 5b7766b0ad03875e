"""The store of telemetry: open Arrow segments, sealed Parquet, roll-ups, latest values. It loads no Django.

``journal`` and ``latest`` are written by the gateway alone; ``sealing`` runs in one child process; ``reading`` is for
everybody and asks nobody.
"""
