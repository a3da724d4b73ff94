"""Rows of figures, the marks that they are held against, and how both are shown."""
import statistics


def spread(samples):
    """The least, the middle one and the greatest."""
    return {"min": min(samples), "median": statistics.median(samples), "max": max(samples)}


class Mark:
    """A figure, and what it is to be, if anything; a figure of None is one that couldn't be had."""

    def __init__(self, what, samples, at_least=None, at_most=None, why_not=""):
        self.what = what
        self.spread = spread(samples) if samples else None
        self.at_least = at_least
        self.at_most = at_most
        self.why_not = why_not

    @property
    def is_bounded(self):
        """Whether it is held against anything."""
        return self.at_least is not None or self.at_most is not None

    @property
    def is_reached(self):
        """Whether the median is on the right side; None if there is none, or no side is right."""
        if self.spread is None or not self.is_bounded:
            return None
        if self.at_least is not None:
            return self.spread["median"] >= self.at_least
        return self.spread["median"] <= self.at_most

    def line(self):
        """The mark in words."""
        if not self.is_bounded:
            return f"{'told':<12}  {self.what}: {number(self.spread['median'])} ({between(self.spread)})"
        bound = f"at least {number(self.at_least)}" if self.at_least is not None else f"at most {number(self.at_most)}"
        if self.spread is None:
            return f"not measured  {self.what}: {bound}; {self.why_not}"
        verdict = "reached" if self.is_reached else "MISSED"
        return f"{verdict:<12}  {self.what}: {number(self.spread['median'])} ({between(self.spread)}), {bound}"

    def json(self):
        """The mark for machines."""
        return {
            "what": self.what, "at_least": self.at_least, "at_most": self.at_most, "figure": self.spread,
            "reached": self.is_reached, "why_not": self.why_not,
        }


class Row:
    """What one scenario came to: for each contestant its figures, a sample a round."""

    def __init__(self, name, about, units):
        self.name = name
        self.about = about
        # What is shown, each figure with its unit; others are only in the JSON.
        self.units = units
        self.contestants = {}
        self.marks = []

    def add(self, contestant, figures):
        """Adds a round's figures of a contestant."""
        kept = self.contestants.setdefault(contestant, {})
        for name, figure in figures.items():
            if isinstance(figure, (int, float)):
                kept.setdefault(name, []).append(figure)

    def samples(self, contestant, figure):
        """The figure in each round; empty for a contestant that wasn't there."""
        return self.contestants.get(contestant, {}).get(figure, [])

    def ratios(self, one, other, figure="rate"):
        """What `one` has of a figure for each of `other`'s, round by round: what disturbs a round disturbs both alike."""
        return [a / b for a, b in zip(self.samples(one, figure), self.samples(other, figure)) if b > 0]

    def mark(self, what, samples, at_least=None, at_most=None, why_not="a contestant is missing"):
        """Holds the median of `samples` against a bound."""
        self.marks.append(Mark(what, samples, at_least, at_most, why_not))

    def tell(self, what, samples):
        """Shows a figure that has no mark."""
        if samples:
            self.marks.append(Mark(what, samples))

    def lines(self):
        """The row for people."""
        shown = [f"{self.name}: {self.about}"]
        for contestant, figures in self.contestants.items():
            parts = []
            for figure, unit in self.units.items():
                if figures.get(figure):
                    of = spread(figures[figure])
                    parts.append(f"{number(of['median'])} {unit} ({between(of)})")
            share = figures.get("processor_share")
            if share:
                parts.append(f"generator {statistics.median(share):.0%} of one")
            errors = sum(figures.get("errors", []))
            if errors:
                parts.append(f"{errors:.0f} ERRORS")
            shown.append(f"    {contestant:<14} {'   '.join(parts)}")
        return shown + [f"    {mark.line()}" for mark in self.marks]

    def json(self):
        """The row for machines."""
        return {
            "name": self.name,
            "about": self.about,
            "contestants": {
                contestant: {figure: {**spread(samples), "samples": samples} for figure, samples in figures.items()}
                for contestant, figures in self.contestants.items()
            },
            "marks": [mark.json() for mark in self.marks],
        }


def number(figure):
    """A figure with as many digits as mean something."""
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"


def between(of):
    """Least and greatest of a spread."""
    return f"{number(of['min'])} to {number(of['max'])}"
