import docx

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/frame"
document = docx.Document()
document.part.relate_to("http://x.test/f.html", KIND, is_external=True)
document.save("x.docx")
