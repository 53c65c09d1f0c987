"""Named changes to the question: volume, handle time, hours, people, promises. They combine, and never touch a plan."""
