"""What somebody must do by a deadline, and somebody else accepts: work orders, supervision cards, rectification."""
