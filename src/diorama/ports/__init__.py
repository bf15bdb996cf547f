"""The interfaces between the floors: capability, transaction, effects, storage. All words, no machinery."""
