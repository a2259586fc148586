"""How good a search is: tasks with known answers, asked the way readers ask, and measured."""
