"""What Gunicorn's workers host: the actions of our Echo, Bench and Payload, as cheap as Python has them."""
import time

from gunicorn.dirty.app import DirtyApp


class App(DirtyApp):
    """Answers are made once for each size asked for in a row, as our Payload does it."""

    def init(self):
        """Nothing is made yet."""
        self.at_hand = b""

    def made(self, letter, size):
        """So many times the letter, a text or bytes."""
        if type(self.at_hand) is not type(letter) or len(self.at_hand) != size:
            self.at_hand = letter * size
        return self.at_hand

    def echo(self, value):
        """Gives back what it is given."""
        return value

    def sleep_task(self, duration_ms):
        """Sleeps."""
        time.sleep(duration_ms / 1000)
        return {"slept_ms": duration_ms}

    def take(self, value):
        """Ignores what it is given."""

    def text(self, size):
        """A string of so many bytes."""
        return self.made("a", size)

    def bytes(self, size):
        """So many bytes; in the binary form only, as JSON has none."""
        return self.made(b"a", size)

    def texts(self, chunks, size):
        """Streams so many strings of so many bytes."""
        text = self.made("a", size)
        for _ in range(chunks):
            yield text
