"""Who is reminded, when and of what, and what coordinators are told."""
