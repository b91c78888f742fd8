import docx

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
document = docx.Document()
document.part.relate_to("http://x.test/p.png", KIND, is_external=True)
document.save("x.docx")
