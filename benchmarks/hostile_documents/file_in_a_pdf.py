# The file is written by hand, as no library of the sandbox makes such a PDF.
from pathlib import Path

parts = [
    b"<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles <</Names [(x.exe) 4 0 R]>>>>>>",
    b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>",
    b"<</Type /Filespec /F (x.exe) /EF <</F 5 0 R>>>>",
    b"<</Type /EmbeddedFile /Length 4>>\nstream\nMZMZ\nendstream",
]
data, places = b"%PDF-1.7\n", []
for number, part in enumerate(parts, 1):
    places.append(len(data))
    data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
table = b"".join(b"%010d 00000 n \n" % place for place in places)
size = len(parts) + 1
data += b"xref\n0 %d\n0000000000 65535 f \n%strailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
    size, table, size, len(data))  # fmt: skip
Path("x.pdf").write_bytes(data)
