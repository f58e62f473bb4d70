"""What goes out: a trace as text, Markdown, a diagram or a regression test."""
