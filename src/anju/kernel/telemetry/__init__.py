"""Time-stamped values of equipment: what the gateway delivers, keeps and judges, and what pages read of it.

``points``, ``frames``, ``quality``, ``snapshot``, ``events``, ``layout``, ``store`` and ``rules`` load no Django: the
gateway and its children work with them alone. Everything else is the part that lives in the database.
"""
