"""The commands of `pmo`, one module each, and what they share: homes, consoles, exit codes, progress."""
