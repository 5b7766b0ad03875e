"""Inspections (巡查检查): checklists in versions, plans drawn so that anybody can draw them again, visits.

``drawing``, ``scoring`` and ``items`` are pure. What follows from a visit, findings and supervision cards, is
``anju.kernel.supervision``.
"""
