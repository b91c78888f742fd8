import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = "='[other.xlsx]Sheet1'!A1"
book.save("x.xlsx")
