"""The search of the house: one index per database file, analysed by us, so that SQLite and PostgreSQL find the same.

`providers` tells what can be found, `indexer` follows the facts, `reads.find` answers with what the actor may see.
"""
