"""Files of values go to the gateway like everything else."""
