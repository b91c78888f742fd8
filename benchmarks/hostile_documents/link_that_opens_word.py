import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"].hyperlink = "ms-word:ofe|u|https://x.test/x.docm"
book.save("x.xlsx")
