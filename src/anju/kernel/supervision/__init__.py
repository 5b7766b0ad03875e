"""What follows from an inspection: findings, supervision cards (督办卡) with their terms, and the second look.

It stands above the loop, which it uses; inspections know nothing of it. ``handing_in.hand_in`` is the whole way of a
visit from the phone to its cards.
"""
