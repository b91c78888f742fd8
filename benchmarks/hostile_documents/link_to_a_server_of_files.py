import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = r'=HYPERLINK("\\server\share\x.exe", "open")'
book.save("x.xlsx")
