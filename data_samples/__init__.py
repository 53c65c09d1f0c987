"""Sample centres in the very form the gate reads, and the generator that made them. All of it is invented."""
