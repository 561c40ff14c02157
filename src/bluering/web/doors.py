"""Who may pass: marks a view that needs no log-in."""


def open_door(view):
    """Mark a view that needs no log-in."""
    view.open_door = True
    return view
