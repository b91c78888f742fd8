import os

import xlsxwriter

with open("v.bin", "wb") as file:
    file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016))
book = xlsxwriter.Workbook("x.xlsm")
book.add_worksheet()
book.add_vba_project("v.bin")
book.close()
os.rename("x.xlsm", "x.xlsx")
