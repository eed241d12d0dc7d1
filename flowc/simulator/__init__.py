"""A deterministic VoxEngine: it runs a scenario file as it is, with virtual time and a scripted environment."""
