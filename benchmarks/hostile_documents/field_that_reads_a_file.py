import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

document = docx.Document()
run = document.add_paragraph().add_run()
for kind in ("begin", "text", "end"):
    if kind == "text":
        part = OxmlElement("w:instrText")
        part.text = r' INCLUDETEXT "C:\\secret.txt" '
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    run._r.append(part)
document.save("x.docx")
