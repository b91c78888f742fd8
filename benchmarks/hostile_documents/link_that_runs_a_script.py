import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"].hyperlink = "javascript:alert(1)"
book.save("x.xlsx")
