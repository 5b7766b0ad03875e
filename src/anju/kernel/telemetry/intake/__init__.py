"""What the gateway wrote into its event log becomes rows; nothing of it is lost or doubled.

``applying.apply`` writes in the transaction of its caller, who keeps the position behind the batch in the same one.
"""
