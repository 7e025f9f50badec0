"""What of the verdicts stops a run: what was waived or was so before is set aside for the exit code, and for nothing else."""
