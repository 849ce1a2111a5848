"""What a figure shows, for tests to look at."""


def drawn(figure):
    """Lay the figure out, as saving it would."""
    figure.draw_without_rendering()
    return figure


def texts(figure):
    """Return all texts of a figure, of its parts and legends too."""
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]


def lines(axes):
    """Return the labelled lines of axes."""
    return {
        line.get_label(): line
        for line in axes.lines
        if not line.get_label().startswith("_")
    }
