"""The parts of the benchmark, each runnable alone. A part has `prepare` (not measured), `round` (measured,
called in turn with the other parts' rounds) and `finish`, which returns its figures and its table."""
