"""What can carry a peak: one lever a file, and the planner that picks the cheapest lawful mix."""
