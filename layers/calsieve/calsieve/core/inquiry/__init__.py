"""Questions about a feed that its report leaves open, answered by composing parts of its sources again."""
