"""What crosses between the processes: messages, slots, cells, kept chunks."""
