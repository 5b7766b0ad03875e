"""The form of each step: what is typed, and the step of the kernel that it takes."""
