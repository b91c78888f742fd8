import zipfile

import xlsxwriter

book = xlsxwriter.Workbook("x.xlsx")
book.add_worksheet()
book.close()
with zipfile.ZipFile("x.xlsx", "a") as package:
    package.writestr("xl/embeddings/oleObject1.bin", b"MZ" + bytes(100))
