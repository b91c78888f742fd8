"""The code's output streams."""

from ipykernel.iostream import OutStream

MOST_PENDING = 1 << 20


class Stream(OutStream):
    """Sends what was printed in pieces: what became one huge message would be dropped, beginning and all."""

    pending = 0

    def write(self, string):
        if isinstance(string, str) and len(string) > MOST_PENDING:
            return sum(self.write(string[i : i + MOST_PENDING]) for i in range(0, len(string), MOST_PENDING))
        written = super().write(string)
        self.pending += written
        if self.pending >= MOST_PENDING:
            self.flush()
            self.pending = 0
        return written
