"""Where the speed figures of the README come from."""
