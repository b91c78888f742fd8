from pypdf import PdfWriter

writer = PdfWriter()
writer.add_blank_page(99, 99)
writer.add_attachment("x.exe", b"MZ" * 50)
writer.write("x.pdf")
