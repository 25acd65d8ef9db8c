"""Planning in time: who has room, what collides, what is held back, what comes again."""
