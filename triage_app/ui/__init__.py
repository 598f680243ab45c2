"""The window. Qt lives in this package and nowhere else.

``app.py`` builds the services and hands them down; ``workers.py`` is the only place where work in
other threads becomes a Qt signal; widgets hold neither input and output nor arithmetic of a model.
"""
