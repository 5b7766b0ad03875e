"""Papers that leave the house: official forms, and the documents behind figures."""
