"""Playing call scripts in the emulator."""
