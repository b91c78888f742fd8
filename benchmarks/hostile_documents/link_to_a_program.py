import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"].hyperlink = "file:///C:/Windows/System32/calc.exe"
book.save("x.xlsx")
