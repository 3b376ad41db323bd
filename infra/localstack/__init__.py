"""The local stand-in for AWS: the emulator, its people and what a visitor does there."""
