"""Python, and nothing else."""

from serve import serve

serve(lambda: None)
