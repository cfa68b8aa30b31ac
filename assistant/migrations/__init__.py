"""The history of the tables; run by ``Database.migrate``."""
