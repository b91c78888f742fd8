"""The code's output streams."""

from ipykernel.iostream import OutStream

MOST_PENDING = 1 << 20


class Stream(OutStream):
    """Sends what was printed in pieces: a burst that became one message would be dropped as too large, beginning and
    all."""

    pending = 0

    def write(self, string):
        written = super().write(string)
        self.pending += written
        if self.pending > MOST_PENDING:
            self.flush()
            self.pending = 0
        return written
